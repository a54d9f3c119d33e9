package book_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/fiscal"
	"besedka/core/partner/book"
	"besedka/locales"
)

const town = `
partners:
  lavka:
    name: Лавка
    inn: ["3310000006", "331000000095"]
    category: продукты
    stores:
      lavka_lug: { name: Лавка на Луговой, address: "г. Суздаль, ул. Луговая, д. 5", tills: ["0001234567012345"], format: у дома, zone: Europe/Moscow }
      lavka_kgd: { address: ["Калининград, пр-т Мира, 10к2", "Калининград, проспект Мира, д. 12"], zone: Europe/Kaliningrad, category: кафе, since: 2026-05-02 }
      lavka_old: { address: "Суздаль, ул. Ленина, 1", until: 2026-05-01 }
      lavka_new: { address: "Суздаль, ул. 8 Марта, 1а", since: 2026-05-02 }
  moll_a: { name: Обувь, inn: "3310000013", stores: { shoes: { address: "ТРЦ Океания" } } }
  moll_b: { name: Книги, inn: "3310000020", since: 2026-05-03, until: 2026-05-03, stores: { books: { format: остров } } }
  till_only: { name: Кофе, stores: { coffee: { tills: ["9999078900001111"] } } }
`

func parsed(t testing.TB, text string) *book.Book {
	t.Helper()
	b, problems := book.Parse("partners.yaml", []byte(text))
	for _, p := range problems {
		t.Error(p.In("en"))
	}
	if b == nil {
		t.FailNow()
	}
	return b
}

// receipt is one made at noon of 3 May 2026.
func receipt(t testing.TB, more string) fiscal.Receipt {
	t.Helper()
	r, err := fiscal.ParseReceipt([]byte(`{"fiscalDriveNumber":"9289000100000001","fiscalDocumentNumber":1,"fiscalSign":1,"operationType":1,"totalSum":1,"items":[],"dateTime":"2026-05-03T12:00:00",` + more + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// told is a match in short: verdict, store, by what, and who was near.
func told(t testing.TB, m book.Match) string {
	t.Helper()
	var trace struct {
		By   string
		Near []struct{ Store, Why string }
	}
	if err := json.Unmarshal(m.Trace, &trace); err != nil {
		t.Fatal(err)
	}
	s := strings.TrimRight(fmt.Sprintf("%s %s %s", m.Verdict, trace.By, m.Store), " ")
	for _, n := range trace.Near {
		s += fmt.Sprintf("; %s %s", n.Store, n.Why)
	}
	return s
}

func TestMatch(t *testing.T) {
	t.Parallel()
	b := parsed(t, town)
	const inn = `"userInn":"3310000006"`
	tests := []struct{ name, receipt, want string }{
		{"till", `"userInn":"331000000095","kktRegId":"0001234567012345    ","retailPlaceAddress":"Калининград, пр-т Мира 10 к. 2"`, "accepted till lavka_lug"},
		{"drive of a partner without an INN", `"userInn":"7707083893","fiscalDriveNumber":"9999078900001111"`, "accepted till coffee"},
		{"till of another taxpayer", `"userInn":"7707083893","kktRegId":"0001234567012345"`, "unsure nothing; lavka_lug inn"},
		{"address in other words", inn + `,"retailPlaceAddress":"601293, РОССИЯ, Владимирская обл., Суздаль г., Луговая ул., дом № 5, пом. 3"`, "accepted address lavka_lug"},
		{"Latin letters, no spaces", inn + `,"retailPlaceAddress":"г.CУЗДAЛЬ,ул.ЛУГОВАЯ,д.5"`, "accepted address lavka_lug"},
		{"another house", inn + `,"retailPlaceAddress":"г. Суздаль, ул. Луговая, д. 15, оф. 5"`, "unsure nothing; lavka_lug part; lavka_new part; lavka_old part"},
		{"the number of an office is no house", inn + `,"retailPlaceAddress":"г. Суздаль, ул. Луговая, оф. 5"`, "unsure nothing; lavka_lug part; lavka_new part; lavka_old part"},
		{"block", inn + `,"retailPlaceAddress":"Калининград г, Мира пр-кт, 10, корпус 2"`, "accepted address lavka_kgd"},
		{"no block", inn + `,"retailPlaceAddress":"Калининград г, Мира пр-кт, 10"`, "unsure nothing; lavka_kgd part"},
		{"its second address", inn + `,"retailPlaceAddress":"г Калининград, просп. Мира, 12"`, "accepted address lavka_kgd"},
		{"a street of another kind", inn + `,"retailPlaceAddress":"г Калининград, ул. Мира, 12"`, "unsure nothing; lavka_kgd part"},
		{"a number in the street", inn + `,"retailPlaceAddress":"Суздаль, 8 Марта ул, 1 А"`, "accepted address lavka_new"},
		{"closed", inn + `,"retailPlaceAddress":"Суздаль, Ленина ул., 1"`, "unsure nothing; lavka_old day; lavka_lug part; lavka_new part"},
		{"open then", inn + `,"retailPlaceAddress":"Суздаль, Ленина ул., 1","dateTime":"2026-05-01T23:59:00"`, "accepted address lavka_old"},
		{"name", inn + `,"retailPlace":"Магазин ЛАВКА НА ЛУГОВОЙ"`, "accepted name lavka_lug"},
		{"name and another address", inn + `,"retailPlace":"Лавка на Луговой","retailPlaceAddress":"Кострома, Мира, 1"`, "unsure nothing; lavka_lug address; lavka_kgd part"},
		{"only store", `"userInn":"3310000020","retailPlaceAddress":"ТРЦ Океания"`, "accepted sole books"},
		{"only store, the day before", `"userInn":"3310000020","dateTime":"2026-05-02T12:00:00"`, "unsure nothing"},
		{"only store, another address", `"userInn":"3310000013","retailPlaceAddress":"Кострома, Мира, 1"`, "unsure nothing; shoes address"},
		{"only store, no address", `"userInn":"3310000013"`, "accepted sole shoes"},
		{"address over the counter", `"userInn":"3310000013","retailPlace":"ТЦ «Океания», 2 этаж","retailPlaceAddress":"Москва, Кутузовский пр-т, 57"`, "accepted address shoes"},
		{"several stores, no address", inn, "unsure nothing"},
		{"a new taxpayer of the mall", `"userInn":"7707083893","retailPlaceAddress":"Москва, ТРЦ «Океания»"`, "unsure nothing; shoes inn"},
		{"a stranger", `"userInn":"7707083893","retailPlaceAddress":"Кострома, Мира, 1"`, "unsure nothing"},
		{"nothing", `"user":"ИП"`, "other nothing"},
		{"an INN that is none", `"userInn":"33"`, "other nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := told(t, b.Match(receipt(t, tt.receipt), nil)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A programme that welcomes all shops asks about those that are like its own.
func TestOthersPass(t *testing.T) {
	t.Parallel()
	b := parsed(t, "others: pass\n"+town)
	for more, want := range map[string]string{
		`"userInn":"7707083893","retailPlaceAddress":"Кострома, Мира, 1"`:     "other nothing",
		`"userInn":"7707083893","retailPlaceAddress":"Москва, ТРЦ «Океания»"`: "unsure nothing; shoes inn",
		`"userInn":"3310000006"`: "unsure nothing",
	} {
		if got := told(t, b.Match(receipt(t, more), nil)); got != want {
			t.Errorf("%s: %s, want %s", more, got, want)
		}
	}
}

// What a person has decided of an address stands before it and behind the till.
func TestTaught(t *testing.T) {
	t.Parallel()
	b := parsed(t, town)
	const lug = `"userInn":"3310000006","retailPlaceAddress":"Суздаль, Луговая, 5"`
	tests := []struct {
		name, receipt string
		taught        book.Taught
		want          string
	}{
		{"store", lug, book.Taught{Decision: 7, Store: "lavka_new"}, "accepted person lavka_new"},
		{"none", lug, book.Taught{Decision: 7}, "other person"},
		{"till first", lug + `,"kktRegId":"0001234567012345"`, book.Taught{Decision: 7}, "accepted till lavka_lug"},
		{"a closed store", lug, book.Taught{Decision: 7, Store: "lavka_old"}, "accepted address lavka_lug; lavka_old day"},
		{"a store that is gone", lug, book.Taught{Decision: 7, Store: "gone"}, "accepted address lavka_lug"},
	}
	for _, tt := range tests {
		m := b.Match(receipt(t, tt.receipt), &tt.taught)
		if got := told(t, m); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if by := strings.Contains(tt.want, "person"); by != (m.Taught == 7) {
			t.Errorf("%s: decision %d", tt.name, m.Taught)
		}
	}
}

func TestPlaceAndExplanation(t *testing.T) {
	t.Parallel()
	b := parsed(t, town)
	r := receipt(t, `"userInn":"3310000006","retailPlaceAddress":"Калининград г, Мира пр-кт, 10, корпус 2","user":"ООО «Лавка»"`)
	m := b.Match(r, nil)
	if diff := cmp.Diff(book.Place{Partner: "lavka", Store: "lavka_kgd", Category: "кафе", Zone: "Europe/Kaliningrad"}, m.Place); diff != "" {
		t.Error(diff)
	}
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	got, err := book.Explain(m.Trace, texts.Printer("ru"))
	want := "lavka_kgd: по адресу «Калининград, пр-т Мира, 10к2»\nв чеке: ИНН 3310000006, касса —, ФН 9289000100000001, адрес «Калининград г, Мира пр-кт, 10, корпус 2», вывеска «ООО «Лавка»», 2026-05-03"
	if got != want || err != nil {
		t.Errorf("%s %v\nwant %s", got, err, want)
	}
	again, err := b.Rematch(m.Trace, nil)
	if diff := cmp.Diff(m, again); diff != "" || err != nil {
		t.Errorf("matched from its trace: %v %s", err, diff)
	}
	if diff := cmp.Diff(book.Key{INN: "3310000006", Address: "калининград, корпус 2, мира, мира 10, проспект"}, book.KeyOf(r)); diff != "" {
		t.Error(diff)
	}
}

// One address is remembered once, however tills print it.
func TestKey(t *testing.T) {
	t.Parallel()
	key := func(address string) book.Key { return book.KeyOf(fiscal.Receipt{INN: "3310000006", Address: address}) }
	one := key("г. Суздаль, ул. Луговая, д. 5")
	for _, same := range []string{"601293, СУЗДАЛЬ Г, ЛУГОВАЯ УЛ, ДОМ 5", "Луговая улица 5, город Суздаль", "г.Cуздaль,ул.«Луговая»,д.5"} {
		if got := key(same); got != one {
			t.Errorf("%s: %q, not %q", same, got, one)
		}
	}
	for _, other := range []string{"г. Суздаль, ул. Луговая, д. 5а", "г. Суздаль, ул. Луговая, д. 5, корп. 1", "Кострома, Луговая, 5", ""} {
		if key(other) == one {
			t.Errorf("%s is no other address", other)
		}
	}
}

// Every way to decide has its words in both languages.
func TestEveryTraceIsExplained(t *testing.T) {
	t.Parallel()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, way := range []string{"till accepted", "person accepted", "person other", "address accepted", "name accepted", "sole accepted", "nothing unsure", "nothing other"} {
		by, verdict, _ := strings.Cut(way, " ")
		for _, why := range []string{"day", "inn", "address", "part", "several"} {
			trace := fmt.Sprintf(`{"v":1,"by":%q,"verdict":%q,"near":[{"store":"s","why":%q}]}`, by, verdict, why)
			for _, lang := range []string{"ru", "en"} {
				said, err := book.Explain([]byte(trace), texts.Printer(lang))
				if err != nil || strings.Contains(said, "place.") {
					t.Errorf("%s %s in %s: %q %v", way, why, lang, said, err)
				}
			}
		}
	}
}

// The order of the file does not matter: neither that of partners, nor of stores,
// nor of their addresses.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		streets := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"Луговая", "Мира", "Ленина", "8 Марта", "2-я Садовая"}), 1, 4, rapid.ID).Draw(t, "streets")
		towns := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"Суздаль", "Кострома", "Ростов-на-Дону"}), 1, 3, rapid.ID).Draw(t, "towns")
		var stores []string
		for i, town := range towns {
			for j, street := range streets {
				stores = append(stores, fmt.Sprintf("      s%d_%d: {address: [\"%s, %s, %d\", \"%s, %s, %d\"], name: n%d, tills: [\"%016d\"]}\n", i, j, town, street, j+1, town, street, j+11, i, 10*i+j))
			}
		}
		const head = "partners:\n  p:\n    name: P\n    inn: \"3310000006\"\n    stores:\n"
		shuffled := slices.Clone(stores)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		one, first := book.Parse("f", []byte(head+strings.Join(stores, "")))
		two, second := book.Parse("f", []byte(head+strings.Join(shuffled, "")))
		if one == nil || two == nil {
			t.Fatal(first, second)
		}
		r := fiscal.Receipt{
			INN:     rapid.SampledFrom([]string{"3310000006", "7707083893", ""}).Draw(t, "inn"),
			Address: rapid.SampledFrom(towns).Draw(t, "town") + " г, " + rapid.SampledFrom(streets).Draw(t, "street") + " ул, " + fmt.Sprint(rapid.IntRange(1, 14).Draw(t, "house")),
			Place:   rapid.SampledFrom([]string{"", "n0", "n1", "Магазин"}).Draw(t, "name"), Till: rapid.SampledFrom([]string{"", "0000000000000000", "0000000000000011"}).Draw(t, "till"),
		}
		if diff := cmp.Diff(one.Match(r, nil), two.Match(r, nil)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// FuzzMatch: whatever a receipt says, the answer is of one shape and of the same bytes,
// and what it is remembered under fits an index.
func FuzzMatch(f *testing.F) {
	f.Add("3310000006", "0001234567012345", "г. Суздаль, ул. Луговая, д. 5", "Лавка")
	f.Add("", "", "5а/2-я--№ \xff пр-т 10к2 спб", "\x00")
	b := parsed(f, town)
	f.Fuzz(func(t *testing.T, inn, till, address, counter string) {
		r := fiscal.Receipt{INN: inn, Till: till, Address: address, Place: counter}
		m := b.Match(r, nil)
		again, err := b.Rematch(m.Trace, nil)
		if diff := cmp.Diff(m, again); diff != "" || err != nil {
			t.Fatalf("from its trace: %v %s", err, diff)
		}
		if (m.Verdict == book.Accepted) != (m.Store != "") || m.Store != "" && b.Store(m.Store) == nil {
			t.Fatalf("%s %q", m.Verdict, m.Store)
		}
		if key := book.KeyOf(r); len(key.Address) > 2000 || !utf8.ValidString(key.Address) {
			t.Fatalf("remembered under %d bytes, %q", len(key.Address), key.Address)
		}
	})
}

func receiptOf(inn, address string) fiscal.Receipt { return fiscal.Receipt{INN: inn, Address: address} }
