package catalogue_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/product/catalogue"
)

// dairy is an invented dairy's goods.
const dairy = `
categories:
  dairy: Молочное
  dairy.milk: Молоко
  dairy.yogurt: Йогурты
  dairy.yogurt.premium: Йогурты премиум
brands:
  Полянка: [polyanka, "поляна Суздаль"]
  Fuze Milk: []
products:
  milk: {name: Молоко, category: dairy.milk, brand: Полянка, kind: [молоко, мол], exclude: [коктейль], fat: ["3,2 %", 2.5 %]}
  yogurt: {name: Йогурт, category: dairy.yogurt, brand: Полянка, kind: [йогурт, йог], exclude: сливки, pack: [125 г, 0.4 кг], gtin: ["4607015232646"]}
  premium: {name: Йогурт премиум, category: dairy.yogurt.premium, brand: Полянка, kind: [йогурт премиум, йог прем], pack: 125 г, gtin: ["04601751009548"]}
  shake: {name: Коктейль, category: dairy, brand: Fuze Milk}
  box: {name: Набор, gtin: ["96385074"]}
`

func TestMatch(t *testing.T) {
	t.Parallel()
	c := parse(t, dairy)
	for _, tt := range []struct{ line, gtin, want string }{
		{"Молоко ПОЛЯНКА 3,2% 930мл", "", "accepted milk 100"},
		{"МОЛ.ПОЛЯНКА паст.2,5%", "", "accepted milk 100"},
		{"*3606533 Молоко Полянка 3.20%", "", "accepted milk 100"},
		{"[М+] Мoлокo Пoлянкa 3,2%", "", "accepted milk 100"}, // Latin o and a
		{"МолокоПолянка 3,2%", "", "accepted milk 100"},
		{"Молоко POLYANKA 3,2%", "", "accepted milk 100"},
		{"Молоко Поляна-Суздаль 3,2%", "", "accepted milk 100"},
		{"Молоко Полянка", "", "unsure milk 75"},
		{"Молоко Полянка 6%", "", "unsure milk 75"},
		{"Ряженка Полянка 3,2%", "", "unsure milk 75"},
		{"Ряженка Полянка", "", "other  50"},
		{"Мол.коктейль Полянка 3,2%", "", "other  50"},
		{"Молоко Палянка 3,2%", "", "unsure milk 80"},
		{"Молоко Полянак 3,2%", "", "unsure milk 80"},
		{"Солянка 3,2%", "", "other  0"},
		{"МОЛ.ПОЛЯН.3,2%", "", "unsure milk 80"},
		{"МОЛ.ПОЛ.3,2%", "", "unsure milk 60"},
		{"МОЛ.ПОЛ.паст", "", "other  35"},
		{"МОЛ.П.3,2%", "", "other  0"},
		{"Молоко Вологодское 3,2%", "", "other  0"},
		{"Йогурт Полянка 125г", "", "accepted yogurt 100"},
		{"Йогурт Полянка 400 г", "", "accepted yogurt 100"},
		{"Йогурт Полянка премиум 125г", "", "accepted yogurt 100"},
		{"Йогурт премиум Полянка 125г", "", "accepted premium 100"},
		{"ЙОГ.ПРЕМ.ПОЛЯНКА 4ШТХ125Г", "", "accepted premium 100"},
		{"Йогурт Полянка 125г", "4601751009548", "accepted premium 100"},
		{"4607015232646 ТОВАР", "", "accepted yogurt 100"},
		{"4607015232647 ТОВАР", "", "other  0"},
		{"Молоко Полянка 3,2%", "4607015232646", "accepted yogurt 100"}, // a number says more than words
		{"Молоко Полянка 3,2%", "4600605026533", "accepted milk 100"},   // a number that nobody knows says nothing
		{"FUZEMILK какао", "", "accepted shake 100"},
		{"Коктейль FuzeMilk", "", "accepted shake 100"},
		{"96385074 набор", "", "accepted box 100"},
		{"", "", "other  0"},
		{"***", "", "other  0"},
	} {
		m := c.Match(catalogue.Line{Name: tt.line, GTIN: tt.gtin}, nil)
		if got := told(m); got != tt.want {
			t.Errorf("%q %s: got %s, want %s\n\t%s", tt.line, tt.gtin, got, tt.want, explained(t, m))
		}
	}
}

func told(m catalogue.Match) string {
	return fmt.Sprint(m.Verdict, " ", m.Product, " ", m.Score)
}

func TestTwoThatNothingTellsApartGoToAPerson(t *testing.T) {
	t.Parallel()
	c := parse(t, `
brands: {Полянка: [polyanka]}
products:
  one: {name: Молоко 1 л, brand: Полянка, kind: молоко, pack: 1 л}
  half: {name: "Молоко 0,5 л", brand: Полянка, kind: молоко, pack: 0.5 л}
  twin: {name: Молоко пол-литра, brand: Полянка, kind: молоко, pack: 500 мл}
`)
	for line, want := range map[string]string{
		"Молоко Полянка 1л":   "accepted one 100",
		"Молоко Полянка 0,5л": "unsure half 100",
		"Молоко Полянка":      "unsure one 75",
	} {
		m := c.Match(catalogue.Line{Name: line}, nil)
		if got := told(m); got != want {
			t.Errorf("%q: got %s, want %s", line, got, want)
		}
		if line == "Молоко Полянка 0,5л" && !strings.HasPrefix(explained(t, m), "half или twin?") {
			t.Error(explained(t, m))
		}
	}
}

func TestPersonDecidesForGood(t *testing.T) {
	t.Parallel()
	c := parse(t, dairy)
	taught := map[string]catalogue.Taught{
		catalogue.Normal("МОЛ.ПОЛ.3,2%"):        {Decision: 7, Product: "milk"},
		catalogue.Normal("Молоко Полянка 6%"):   {Decision: 8},
		catalogue.Normal("Йогурт Полянка 125г"): {Decision: 9, Product: "gone"},
	}
	for _, tt := range []struct{ line, gtin, want, why string }{
		{"*12345 мол.пол. 3,2 %", "", "accepted milk 100", "milk: так решил человек (решение 7)"},
		{"МОЛОКО ПОЛЯНКА 6%", "", "other  0", "Не из каталога: так решил человек (решение 8)"},
		{"МОЛОКО ПОЛЯНКА 6%", "4607015232646", "accepted yogurt 100", "yogurt: по штрихкоду 04607015232646"},
		{"Йогурт Полянка 125г", "", "accepted yogurt 100", "yogurt: 100 из 100, засчитан; марка «полянка»: 50; вид «йогурт»: 25; фасовка 125 г: 25"},
	} {
		m := c.Match(catalogue.Line{Name: tt.line, GTIN: tt.gtin}, taught)
		if told(m) != tt.want || explained(t, m) != tt.why {
			t.Errorf("%q: %s, %s", tt.line, told(m), explained(t, m))
		}
	}
}

func TestTrace(t *testing.T) {
	t.Parallel()
	m := parse(t, dairy).Match(catalogue.Line{Name: "Молоко Палянка"}, nil)
	want := `{"v":1,"name":"Молоко Палянка","by":"words","product":"milk","score":55,"verdict":"unsure","words":{"brand":{"how":"slip","saw":"палянка","want":"Полянка","worth":30},"kind":{"saw":"молоко","want":"молоко","worth":25},"measure":{"want":"3,2 %","worth":0}}}`
	if diff := cmp.Diff(want, string(m.Trace)); diff != "" {
		t.Error(diff)
	}
	why := "milk? 55 из 100, решает человек; марка «палянка»: «Полянка» с одной опиской, 30; вид «молоко»: 25; фасовка —, нужна 3,2 %: 0"
	if diff := cmp.Diff(why, explained(t, m)); diff != "" {
		t.Error(diff)
	}
}

// lookAlikes are letters of one shape.
var lookAlikes = strings.NewReplacer("а", "a", "с", "c", "е", "e", "о", "o", "р", "p", "х", "x", "у", "y", "А", "A", "С", "C", "Е", "E", "О", "O", "Р", "P", "Х", "X", "К", "K", "М", "M", "Т", "T", "В", "B", "Н", "H")

// TestSpellingDoesNotMatter: whatever case, spacing, look-alikes and ornaments a
// till chooses, a name is the same name and the same product.
func TestSpellingDoesNotMatter(t *testing.T) {
	t.Parallel()
	c := parse(t, dairy)
	words := []string{"молоко", "мол", "полянка", "палянка", "polyanka", "йогурт", "премиум", "сливки", "коктейль", "вкусное", "ёж", "125", "3,2%", "ж/б", "fuze", "milk"}
	cases := []func(string) string{strings.ToUpper, strings.ToLower, func(s string) string {
		r := []rune(s)
		return strings.ToUpper(string(r[:1])) + string(r[1:])
	}}
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOfN(rapid.SampledFrom(words), 1, 8).Draw(t, "words")
		var b strings.Builder
		b.WriteString(rapid.SampledFrom([]string{"", "*", "*3606533 ", "[М+] ", "  ", "31903#"}).Draw(t, "ornament"))
		for _, w := range plain {
			w = rapid.SampledFrom(cases).Draw(t, "case")(w)
			if rapid.Bool().Draw(t, "look-alikes") && !strings.ContainsAny(w, "polyankfuzemi") {
				w = lookAlikes.Replace(w)
			}
			w = strings.ReplaceAll(w, "ё", rapid.SampledFrom([]string{"ё", "е", "е\u0308"}).Draw(t, "ё"))
			b.WriteString(w + rapid.SampledFrom([]string{" ", "   ", "\u00a0", " - ", " / "}).Draw(t, "gap"))
		}
		spelt, simple := b.String(), strings.Join(plain, " ")
		if got, want := catalogue.Normal(spelt), catalogue.Normal(simple); got != want {
			t.Fatalf("%q is %q, %q is %q", spelt, got, simple, want)
		}
		a, again := c.Match(catalogue.Line{Name: spelt}, nil), c.Match(catalogue.Line{Name: spelt}, nil)
		if string(a.Trace) != string(again.Trace) {
			t.Fatalf("%s and then %s", a.Trace, again.Trace)
		}
		if got, want := told(a), told(c.Match(catalogue.Line{Name: simple}, nil)); got != want {
			t.Fatalf("%q is %s, %q is %s", spelt, got, simple, want)
		}
	})
}

// FuzzMatch: no name makes it panic or answer twice differently, scores stay in
// their range, and every trace can be worded.
func FuzzMatch(f *testing.F) {
	for _, name := range []string{"0,33Л ГАЗ НАП", "ДобрыйPulpy", "100ШТХ1,8Г", "4660043858820 СЫРОК", "N0 ½ ™ Kурица", "\xff\xfe", "İЙ́", "9999999999999999,99 кг %", "*[М]<А>12#1 "} {
		f.Add(name)
	}
	c := parse(f, dairy)
	f.Fuzz(func(t *testing.T, name string) {
		m, again := c.Match(catalogue.Line{Name: name}, nil), c.Match(catalogue.Line{Name: name}, nil)
		if string(m.Trace) != string(again.Trace) || m.Score < 0 || m.Score > 100 {
			t.Fatalf("%s and %s", m.Trace, again.Trace)
		}
		if (m.Verdict == catalogue.Accepted) != (m.Product != "" && m.Score >= 85 && !strings.Contains(string(m.Trace), `"rival"`)) {
			t.Fatalf("%+v", m)
		}
		explained(t, m)
		if catalogue.Normal(name) != catalogue.Normal(" "+name+" ") {
			t.Fatalf("%q and itself between gaps differ", name)
		}
	})
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ old, new, want string }{
		{"category: dairy.milk,", "category: dairy.mik,", `catalogue.yaml:11:34: L121: there is no category "dairy.mik"; did you mean "dairy.milk"?`},
		{"  dairy.yogurt: Йогурты\n", "", `5:3: L121: there is no category "dairy.yogurt", and this one stands below it; write it above`},
		{"dairy.milk: Молоко", "dairy..milk: Молоко", `4:3: L123`},
		{"brand: Fuze Milk", "brand: Fuze Mlk", `14:51: L121: there is no brand "Fuze Mlk"; did you mean "Fuze Milk"?`},
		{"Fuze Milk: []", "Fuze Milk: [полянка]", `9:3: L172`},
		{"Fuze Milk: []", "Fuze Milk: [...]", `9:15: L172: "..." has neither letters nor digits`},
		{`"3,2 %"`, "3", `L171: "3" cannot be read here; write a number and a percent sign: 3.2 %`},
		{"0.4 кг", "0.4", `L171: "0.4" cannot be read here; write a number and a unit`},
		{"0.4 кг", "3 %", `L171`},
		{"4607015232646", "4607015232647", `L170: "4607015232647" is no bar code`},
		{`"96385074"`, `"4607015232646"`, `15:29: L170: the product "yogurt" has this bar code already`},
		{`, gtin: ["96385074"]`, "", `15:3: L172: there is nothing to know the product "box" by`},
		{`gtin: ["96385074"]`, `gtin: ["96385074"], kind: набор`, `15:3: L172: words without a brand`},
		{"Fuze Milk: []", "Fuze Milk: [fuz]", `L172: the brand "fuz" is too short`},
		{"exclude: [коктейль]", "exclude: [мол]", `L172: "мол" is excluded and stands in "мол"`},
		{"name: Набор", "nmae: Набор", `L103: unknown key "nmae"; did you mean "name"?`},
		{"box:", "б-1:", `15:3: L123`},
	} {
		text := strings.Replace(dairy, tt.old, tt.new, 1)
		c, problems := catalogue.Parse("catalogue.yaml", []byte(text))
		var all []string
		for _, p := range problems {
			all = append(all, p.In("en"))
		}
		if c != nil || !strings.Contains(strings.Join(all, "\n"), tt.want) {
			t.Errorf("%q: got %q, want %s", tt.new, all, tt.want)
		}
	}
}
