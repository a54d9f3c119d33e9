package faq_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"besedka/flows/faq"
)

// shop is what people ask of a small programme.
var shop = []faq.Entry{
	{Name: "when", Asks: []string{"сколько ждать приз", "когда придет приз", "how long does the prize take"}},
	{Name: "burn", Asks: []string{"когда сгорают бонусы", "срок действия бонусов", "when do bonuses expire"}},
	{Name: "spend", Asks: []string{"как потратить бонусы", "на что обменять бонусы", "how do i spend bonuses"}},
	{Name: "lost", Asks: []string{"потерял чек", "нет чека", "i lost the receipt"}},
	{Name: "delivery", Asks: []string{"доставка", "вы доставляете в казань"}},
}

func TestFind(t *testing.T) {
	t.Parallel()
	x := faq.New(shop)
	for _, tt := range []struct {
		said, name string
		clear      bool
	}{
		{"сколько ждать приз", "when", true},
		{"а сколько мне ждать призов", "when", true},                               // another form
		{"здравствуйте подскажите пожалуйста когда придет мой приз", "when", true}, // empty words
		{"скока ждать призз", "when", true},                                        // slips
		{"когда сгарают бонусы", "burn", true},
		{"бонусы сгорают", "burn", true},
		{"как мне потратить мои бонусы", "spend", true},
		{"when will my bonuses expire", "burn", true},
		{"how to spend a bonus", "spend", true},
		{"потеряла чек", "lost", true},
		{"доставка", "delivery", true},
		{"бонусы", "", false}, // of everything and nothing
		{"когда", "", false},
		{"какая сегодня погода", "", false},
		{"", "", false},
		{"когда сгорают бонусы " + strings.Join(strings.Split("абвгдежзиклмнопрстуфхцчшщыэюя", ""), "ах "), "", false}, // a story
	} {
		found := x.Find(tt.said)
		name := found.Best.Name
		if found.Best.Score < faq.Sure {
			name = ""
		}
		if name != tt.name || name != "" && found.Clear() != tt.clear {
			t.Errorf("%q finds %+v, want %q", tt.said, found, tt.name)
		}
	}
}

// What two questions share in equal parts is clear to nobody.
func TestFindBoth(t *testing.T) {
	t.Parallel()
	x := faq.New([]faq.Entry{{Name: "a", Asks: []string{"обменять бонусы на кофе"}}, {Name: "b", Asks: []string{"обменять бонусы на чай"}}})
	found := x.Find("обменять бонусы")
	if found.Best.Name != "a" || found.Next.Name != "b" || found.Best.Score < faq.Sure || found.Clear() {
		t.Errorf("found %+v", found)
	}
	if found = x.Find("обменять бонусы на чай"); found.Best.Name != "b" || !found.Clear() {
		t.Errorf("found %+v", found)
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"когда придет приз", "а приз когда придет", true},
		{"потерял чек", "потеряла чеки", true},
		{"когда придет приз", "когда придет чек", false},
		{"как это", "что это", true}, // neither tells anything
	} {
		if (faq.Key(tt.a) == faq.Key(tt.b)) != tt.same {
			t.Errorf("%q has the key %q, %q has %q", tt.a, faq.Key(tt.a), tt.b, faq.Key(tt.b))
		}
	}
	if faq.Key("как это") != "" {
		t.Error("words that only ask tell something")
	}
}

// One wrong letter in a long word of a wording still finds its question, and the
// same message always finds the same.
func TestSlipStillFinds(t *testing.T) {
	t.Parallel()
	x := faq.New(shop)
	rapid.Check(t, func(t *rapid.T) {
		e := rapid.SampledFrom(shop).Draw(t, "entry")
		words := strings.Fields(rapid.SampledFrom(e.Asks).Draw(t, "wording"))
		long := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return len([]rune(w)) < 6 })
		if len(long) == 0 {
			return
		}
		at := slices.Index(words, rapid.SampledFrom(long).Draw(t, "word"))
		words[at] = slip(t, words[at])
		said := strings.Join(words, " ")
		found := x.Find(said)
		if found.Best.Name != e.Name || found.Best.Score < faq.Sure {
			t.Fatalf("%q finds %+v, want %s", said, found, e.Name)
		}
		if again := x.Find(said); !reflect.DeepEqual(found, again) {
			t.Fatalf("%q finds %+v, then %+v", said, found, again)
		}
	})
}

// slip changes, drops or doubles one letter.
func slip(t *rapid.T, word string) string {
	r := []rune(word)
	at := rapid.IntRange(0, len(r)-1).Draw(t, "at")
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		r[at] = rapid.SampledFrom([]rune("щъэxq")).Draw(t, "letter")
	case 1:
		r = slices.Delete(r, at, at+1)
	default:
		r = slices.Insert(r, at, r[at])
	}
	return string(r)
}

// The whole of a wording is 100, scores stay between 0 and 100, and nothing is
// found twice, whatever the questions and the message are.
func FuzzFind(f *testing.F) {
	f.Add("сколько ждать приз\nкогда сгорают бонусы", "призз сколько ждать")
	f.Add("a\na b\n\n\xff", "a b c")
	f.Add("доставка доставки доставкой", "доставкаа")
	f.Fuzz(func(t *testing.T, asks, said string) {
		var entries []faq.Entry
		for i, ask := range strings.Split(asks, "\n") {
			entries = append(entries, faq.Entry{Name: string(rune('a' + i%26)), Asks: []string{ask}})
		}
		x := faq.New(entries)
		found := x.Find(said)
		if !reflect.DeepEqual(found, x.Find(said)) {
			t.Fatal("not the same again")
		}
		if found.Best.Score < found.Next.Score || found.Best.Score > 100 || found.Next.Score < 0 {
			t.Fatalf("found %+v", found)
		}
		if found.Best.Name == found.Next.Name && found.Best.Name != "" && found.Next.Score > 0 {
			t.Fatalf("found one twice: %+v", found)
		}
		if own := x.Find(entries[0].Asks[0]); faq.Key(entries[0].Asks[0]) != "" && own.Words <= 30 && own.Best.Score != 100 {
			t.Fatalf("a wording finds %+v", own)
		}
	})
}
