package book_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/partner/book"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	const lavka = "partners:\n  lavka:\n    name: Лавка\n    inn: \"3310000006\"\n    stores:\n"
	tests := []struct{ name, text, want string }{
		{"nothing", "{}", `1:1: L107: the key "partners" is missing; add it`},
		{"unknown key", lavka + "      a: {adress: \"Суздаль, 1\"}\n", `6:11: L103: unknown key "adress"; did you mean "address"?`},
		{"INN", "partners: {p: {name: P, inn: [3310000006, 3310000007], stores: {a: {}}}}", `1:43: L640: "3310000007" is no INN: its length or its check digit is wrong; copy it again: a firm has 10 digits, a person 12`},
		{"INN of letters", "partners: {p: {name: P, inn: 33100000О6, stores: {a: {}}}}", `1:30: L640: "33100000О6" is no INN: its length or its check digit is wrong; copy it again: a firm has 10 digits, a person 12`},
		{"till", lavka + "      a: {tills: 17}\n", `6:18: L641: "17" is no till; write the 16 digits of the receipt: РН ККТ or ФН, with leading zeros`},
		{
			"till of two", lavka + "      a: {tills: [\"0001234567012345\"], until: 2026-04-01}\n      b: {tills: [\"0001234567012345\"], since: 2026-04-01}\n",
			`7:7: L642: the till 0001234567012345 is also that of the store "a"; leave it to one; if it has moved, write the days: until and since`,
		},
		{"till that moved", lavka + "      a: {tills: [\"0001234567012345\"], until: 2026-03-31}\n      b: {tills: [\"0001234567012345\"], since: 2026-04-01}\n", ""},
		{
			"one address", lavka + "      a: {address: \"Суздаль, ул. Мира, 1\"}\n      b: {address: [\"Кострома, Мира, 1\", \"г. Суздаль, Мира, д.1\"]}\n",
			`7:7: L643: the address "г. Суздаль, Мира, д.1" is also that of the store "a"; write what tells them apart: house, block, stall - or write the tills of both`,
		},
		{
			"the part of an address, below it", lavka + "      a: {address: \"Суздаль, ул. Мира, 1\"}\n      b: {address: \"Суздаль\"}\n",
			`6:7: L643: the address "Суздаль, ул. Мира, 1" is also that of the store "b"; write what tells them apart: house, block, stall - or write the tills of both`,
		},
		{"one address after another", lavka + "      a: {address: \"Суздаль, 1\", until: 2026-03-31}\n      b: {address: \"Суздаль, 1\", since: 2026-04-01}\n", ""},
		{"one address and names", lavka + "      a: {address: \"Суздаль, 1\", name: Кафе}\n      b: {address: \"Суздаль, 1\", name: Бар}\n", ""},
		{"one address and tills", lavka + "      a: {address: \"Суздаль, 1\", tills: [\"0001234567012345\"]}\n      b: {address: \"Суздаль, 1\", tills: [\"0001234567012346\"]}\n", ""},
		{"one address of two partners", "partners: {p: {name: P, inn: \"3310000006\", stores: {a: {address: Мира 1}}}, q: {name: Q, inn: \"3310000013\", stores: {b: {address: Мира 1}}}}", ""},
		{"address of nothing", lavka + "      a: {address: [\"Мира, 1\", \"601293, ул.\"]}\n", `6:32: L644: there is nothing to know in the address "601293, ул."; write town, street and house as the receipt has them; in a list every address goes in quotes: a comma cuts it`},
		{"an address cut by its commas", lavka + "      a: {address: [г. Суздаль, Мира, 1]}\n", `6:39: L644: there is nothing to know in the address "1"; write town, street and house as the receipt has them; in a list every address goes in quotes: a comma cuts it`},
		{"zone", lavka + "      a: {zone: Asia/Omks}\n", `6:17: L645: there is no time zone "Asia/Omks"; did you mean "Asia/Omsk"?`},
		{"no stores", "partners: {p: {name: P, inn: \"3310000006\", stores: {}}}", `1:52: L646: the partner "p" has no store; write its stores, or remove the partner`},
		{"nothing to know", "partners: {p: {name: P, stores: {a: {address: Мира 1}}}}", `1:34: L646: there is nothing to know the store "a" by: its partner has no INN and it has no tills; write inn for the partner, or tills for the store`},
		{"the only store", lavka + "      a: {format: киоск}\n", ""},
		{"like the others", lavka + "      a: {tills: [\"0001234567012345\"]}\n      b: {format: киоск}\n", `7:7: L646: the store "b" cannot be told from its partner's others; write its address, tills or name`},
		{"day", lavka + "      a: {since: 3.5.2026}\n", `6:18: L647: "3.5.2026" is no day; write year-month-day: 2026-05-03`},
		{"days", lavka + "      a: {since: 2026-05-03, until: 2026-05-02}\n", `6:37: L647: the last day is before the first; swap them`},
		{"store twice", "partners: {p: {name: P, inn: \"3310000006\", stores: {a: {}}}, q: {name: Q, inn: \"3310000013\", stores: {a: {}}}}", `1:103: L102: the store "a" is already on line 1; give one of them another name`},
		{"name", lavka + "      \"a b\": {}\n", `6:7: L123: the name "a b" does not do; a name is letters, digits, _ and hyphens, 40 at most`},
		{"others", "others: skip\n" + lavka + "      a: {}\n", `1:9: L121: others is never "skip"; there are: ask, pass`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, problems := book.Parse("partners.yaml", []byte(tt.text))
			var got []string
			for _, p := range problems {
				got = append(got, strings.TrimPrefix(p.In("en"), "partners.yaml:"))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "\n")); diff != "" || (b != nil) != (tt.want == "") {
				t.Error(diff)
			}
		})
	}
}

// town10000 is a book of 10,000 stores of one chain.
func town10000() string {
	var text strings.Builder
	text.WriteString("partners:\n  chain:\n    name: Сеть\n    inn: \"3310000006\"\n    stores:\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "      s%d: {address: \"г. Город%d, ул. Улица%d, д. %d\", tills: [\"%016d\"], format: у дома, zone: Asia/Omsk}\n", i, i%100, i/100, i%7, i)
	}
	return text.String()
}

func BenchmarkParse10000(b *testing.B) {
	text := []byte(town10000())
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if read, problems := book.Parse("partners.yaml", text); read == nil {
			b.Fatal(problems[0])
		}
	}
}
