package book_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"besedka/core/partner/book"
)

const written = `# Наши партнёры
partners:
  lavka: # главная
    name: Лавка
    inn: "3310000006" # из договора

    stores:
      lavka_1:
        address: "Суздаль, Луговая, 5"   # угол
        tills:
          - "0001234567012345"
        format: киоск # пока

      # открыли весной
      lavka_2: {address: ["Кострома, Мира, 1"], format: 'у дома'}

  # вторая
  kofe:
    stores: {kofe_1: {}, }
    inn: ["3310000013"]
    name: Кофе
`

func imported(t *testing.T, text, table string) (string, []book.Change) {
	t.Helper()
	merged, changes, problems := book.Import("partners.yaml", []byte(text), "t.csv", []byte(table))
	for _, p := range problems {
		t.Error(p.In("en"))
	}
	return string(merged), changes
}

// Comments, order and what hands have written stay; what the table tells is set.
func TestImportMerges(t *testing.T) {
	t.Parallel()
	const table = `partner;partner_name;inn;store;address;tills;format;since
lavka;;3310000006 331000000095;lavka_1;г. Суздаль, Луговая, 5б;0001234567012346;магазин;
lavka;;;lavka_1;;0001234567012347;;
lavka;;;lavka_2;Кострома, Мира, 2;;;01.05.2026
lavka;;;lavka_3;Омск, 1|Омск, 2;;киоск;
kofe;Кофейня;;kofe_1;Омск, 9;;;
kofe;;;kofe_2;Омск, 8;;;
new;Новый: «да»;3310000020;new_1;;;;
`
	const want = `# Наши партнёры
partners:
  lavka: # главная
    name: Лавка
    inn: ["3310000006", "331000000095"] # из договора

    stores:
      lavka_1:
        address: ["Суздаль, Луговая, 5", "г. Суздаль, Луговая, 5б"]   # угол
        tills:
          - "0001234567012345"
          - "0001234567012346"
          - "0001234567012347"
        format: магазин # пока

      # открыли весной
      lavka_2: {address: ["Кострома, Мира, 1", "Кострома, Мира, 2"], format: 'у дома', since: 2026-05-01}
      lavka_3:
        address: ["Омск, 1", "Омск, 2"]
        format: киоск

  # вторая
  kofe:
    stores: {kofe_1: {address: "Омск, 9"}, kofe_2: {address: "Омск, 8"}, }
    inn: ["3310000013"]
    name: Кофейня
  new:
    name: "Новый: «да»"
    inn: "3310000020"
    stores:
      new_1: {}
`
	merged, changes := imported(t, written, table)
	if diff := cmp.Diff(want, merged); diff != "" {
		t.Error(diff)
	}
	told := ""
	for _, c := range changes {
		told += strings.TrimRight(fmt.Sprintln(c.Partner, c.Store, c.Field, c.Was, "->", c.Now), "\n") + "\n"
	}
	wantChanges := `lavka  inn  -> 331000000095
lavka lavka_1 address  -> г. Суздаль, Луговая, 5б
lavka lavka_1 tills  -> 0001234567012346
lavka lavka_1 tills  -> 0001234567012347
lavka lavka_1 format киоск -> магазин
lavka lavka_2 address  -> Кострома, Мира, 2
lavka lavka_2 since  -> 2026-05-01
lavka lavka_3   -> 
kofe  name Кофе -> Кофейня
kofe kofe_1 address  -> Омск, 9
kofe kofe_2   -> 
new    -> 
new new_1   -> 
`
	if diff := cmp.Diff(wantChanges, told); diff != "" {
		t.Error(diff)
	}
	again, none := imported(t, merged, table)
	if again != merged || len(none) > 0 {
		t.Errorf("the second time: %v\n%s", none, cmp.Diff(merged, again))
	}
}

// Windows' line ends stay, a file without an end of its last line grows, and a book
// that is not there is begun.
func TestImportIntoOtherFiles(t *testing.T) {
	t.Parallel()
	const table = "partner,inn,store,address\np,3310000006,a,\"Омск, 1\"\n"
	if got, _ := imported(t, "", table); got != "partners:\n  p:\n    name: p\n    inn: \"3310000006\"\n    stores:\n      a:\n        address: \"Омск, 1\"\n" {
		t.Errorf("new: %q", got)
	}
	const crlf = "partners:\r\n  q:\r\n    name: Q\r\n    inn: \"3310000013\"\r\n    stores: {b: {}}"
	if got, _ := imported(t, crlf, table); got != crlf+"\r\n  p:\r\n    name: p\r\n    inn: \"3310000006\"\r\n    stores:\r\n      a:\r\n        address: \"Омск, 1\"" {
		t.Errorf("windows: %q", got)
	}
}

// Tables come as spreadsheets write them.
func TestImportReadsTables(t *testing.T) {
	t.Parallel()
	const plain = "Арендатор;ИНН;Магазин;Адрес;Кассы;С\nлавка;3310000006;лавка_1;\"Омск, ул. «Мира», 1\";=\"0001234567012345\";03.05.2026\n;;;;;\n"
	want, _ := imported(t, "", plain)
	if !strings.Contains(want, `tills: "0001234567012345"`) || !strings.Contains(want, "since: 2026-05-03") {
		t.Fatal(want)
	}
	cyrillic, err := charmap.Windows1251.NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, table := range map[string]string{
		"mark of the byte order": "\uFEFF" + plain, "Windows-1251": cyrillic, "line ends of Windows": strings.ReplaceAll(plain, "\n", "\r\n"),
		"tabs": strings.ReplaceAll(plain, ";", "\t"), "commas": strings.ReplaceAll(plain, ";", ","), "the separator named": "sep=;\n" + plain,
		"a non-breaking space": strings.ReplaceAll(plain, "лавка_1", "\u00a0лавка_1 "),
	} {
		if got, _ := imported(t, "", table); got != want {
			t.Errorf("%s: %s", name, cmp.Diff(want, got))
		}
	}
}

func TestImportProblems(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, table, want string }{
		{"no columns", "adress;city\n", `t.csv:1:1: L103: unknown column "adress"; did you mean "address"?
t.csv:1:1: L107: the column "partner" is missing; the columns are partner, partner_name, inn, store, name, address, tills, format, category, zone, since, until
t.csv:1:8: L103: unknown column "city"; there are: partner, partner_name, inn, store, name, address, tills, format, category, zone, since, until`},
		{"nothing", "", `t.csv:1:1: L107: the column "partner" is missing; the columns are partner, partner_name, inn, store, name, address, tills, format, category, zone, since, until`},
		{"column twice", "partner;store;магазин\n", `t.csv:1:15: L102: there is the column "store" already; keep one of them`},
		{"cells", "partner;store;inn;tills;zone;since;address\nлавка;л 1;3310000007;1,23E+15;Asia/Omks;1 мая;ул.\n", `t.csv:2:7: L123: the name "л 1" does not do; a name is letters, digits, _ and hyphens, 40 at most
t.csv:2:11: L640: "3310000007" is no INN: its length or its check digit is wrong; copy it again: a firm has 10 digits, a person 12
t.csv:2:22: L641: "1,23E+15" is a number that the spreadsheet has rounded; make its column text and copy the number again
t.csv:2:31: L645: there is no time zone "Asia/Omks"; did you mean "Asia/Omsk"?
t.csv:2:41: L647: "1 мая" is no day; write 2026-05-03 or 03.05.2026
t.csv:2:47: L644: there is nothing to know in the address "ул."; write town, street and house as the receipt has them; in a list every address goes in quotes: a comma cuts it`},
		{"formulas", "partner;store;name\n=1+1;a;@b\n", `t.csv:2:1: L104: the cell "=1+1" looks like a formula; write the value itself
t.csv:2:8: L104: the cell "@b" looks like a formula; write the value itself`},
		{"a cell too many", "partner,store,address\np,a,Омск, 1\n", `t.csv:2:10: L103: the cell "1" has no column; put in quotes what has a separator in it`},
		{"no store", "partner;store;name\np;;x\n", `t.csv:2:1: L107: the line has no "store"; add it`},
		{"quotes", "partner;store;name\np;a;\"x\" y\nq;b;z\n", `t.csv:2:7: L104: the quotes of the line are out of place; close the quotes, and double those inside a cell`},
		{"another partner's", "partner;store\nkofe;lavka_1\n", `t.csv:2:1: L102: the store "lavka_1" is already one of the partner "lavka"; give it another name`},
		{"two formats", "partner;store;format\nlavka;lavka_1;a\nlavka;lavka_1;b\n", `t.csv:3:15: L102: the table has another "format" above; keep one of them`},
		{"till of two", "partner;store;tills\nlavka;lavka_2;0001234567012345\n", `t.csv:2:1: L642: the till 0001234567012345 is also that of the store "lavka_1"; leave it to one; if it has moved, write the days: until and since`},
		{"address of two", "partner;store;address\nlavka;lavka_9;Суздаль Луговая 5\n", `t.csv:2:1: L643: the address "Суздаль Луговая 5" is also that of the store "lavka_1"; write what tells them apart: house, block, stall - or write the tills of both`},
		{"a partner without an INN", "partner;store;address\nnew;new_1;Омск, 1\n", `t.csv:2:1: L646: there is nothing to know the store "new_1" by: its partner has no INN and it has no tills; write inn for the partner, or tills for the store`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			merged, _, problems := book.Import("partners.yaml", []byte(written), "t.csv", []byte(tt.table))
			var got []string
			for _, p := range problems {
				got = append(got, p.In("en"))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "\n")); diff != "" || merged != nil {
				t.Errorf("%s %s", merged, diff)
			}
		})
	}
}

// A value that cannot be continued is left to hands, and nothing is written.
func TestImportLeavesOddFormsToHands(t *testing.T) {
	t.Parallel()
	const odd = "partners:\n  p:\n    name: P\n    inn: \"3310000006\"\n    stores:\n      a:\n        format: >\n          у\n          дома\n"
	merged, _, problems := book.Import("partners.yaml", []byte(odd), "t.csv", []byte("partner;store;zone\np;a;Asia/Omsk\n"))
	if merged != nil || len(problems) != 1 || problems[0].Code != "L104" || problems[0].File != "partners.yaml" {
		t.Errorf("%s %v", merged, problems)
	}
}

// Rows in any order make a book that places receipts alike, and each order made twice
// changes nothing.
func TestImportInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var rows []string
		for i := range rapid.IntRange(1, 12).Draw(t, "rows") {
			p := rapid.IntRange(0, 2).Draw(t, "partner")
			rows = append(rows, fmt.Sprintf("p%d;%s;s%d_%d;\"Омск, ул. Мира, %d\";%016d", p, []string{"3310000006", "3310000013", "3310000020"}[p], p, i%4, 1+i%4, 10*p+i%4))
		}
		const head = "partner;inn;store;address;tills\n"
		shuffled := slices.Clone(rows)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		one, _, problems := book.Import("f", nil, "t", []byte(head+strings.Join(rows, "\n")))
		two, _, _ := book.Import("f", nil, "t", []byte(head+strings.Join(shuffled, "\n")))
		if one == nil || two == nil {
			t.Fatal(problems)
		}
		if again, changes, _ := book.Import("f", one, "t", []byte(head+strings.Join(shuffled, "\n"))); string(again) != string(one) || len(changes) > 0 {
			t.Fatalf("again: %v\n%s", changes, again)
		}
		a, _ := book.Parse("f", one)
		b, _ := book.Parse("f", two)
		for p := range 3 {
			for i := range 5 {
				r := receiptOf([]string{"3310000006", "3310000013", "3310000020"}[p], fmt.Sprintf("г Омск, Мира, %d", i))
				if diff := cmp.Diff(a.Match(r, nil), b.Match(r, nil)); diff != "" {
					t.Fatal(diff)
				}
			}
		}
	})
}

// FuzzImport: whatever the table and the file are, nothing is lost: either nothing is
// written, or a book that holds every store of before and to which the same table adds
// nothing more.
func FuzzImport(f *testing.F) {
	f.Add(written, "partner;store;address\nlavka;lavka_1;Омск, 7\n")
	f.Add("partners: {p: {name: P, inn: \"3310000006\", stores: {a: {tills: []}}}}", "partner\tstore\ttills\np\ta\t0001234567012345\n")
	f.Fuzz(func(t *testing.T, text, table string) {
		merged, _, problems := book.Import("f", []byte(text), "t", []byte(table))
		if (merged == nil) == (len(problems) == 0) {
			t.Fatalf("%q and %v", merged, problems)
		}
		if merged == nil {
			return
		}
		after, problems := book.Parse("f", merged)
		if after == nil {
			t.Fatal(problems[0])
		}
		if before, _ := book.Parse("f", []byte(text)); before != nil {
			for _, p := range before.Partners {
				for _, s := range p.Stores {
					if after.Store(s.ID) == nil {
						t.Fatalf("%s is lost", s.ID)
					}
				}
			}
		}
		again, changes, problems := book.Import("f", merged, "t", []byte(table))
		if string(again) != string(merged) || len(changes) > 0 {
			t.Fatalf("again: %v %v\n%q\n%q", changes, problems, merged, again)
		}
	})
}

// A table of 10,000 stores is merged in seconds, even on a machine that is busy.
func TestImport10000(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	table.WriteString("partner;inn;store;address;tills;format\n")
	for i := range 10_000 {
		fmt.Fprintf(&table, "p%d;3310000006;s%d;\"Омск, ул. Улица%d, %d\";%016d;киоск\n", i%10, i, i/100, i%100, i)
	}
	begun := time.Now()
	merged, changes := imported(t, "", table.String())
	again, none := imported(t, merged, table.String())
	t.Logf("10,000 stores twice: %v", time.Since(begun))
	if len(changes) != 10_010 || len(none) != 0 || again != merged || len(merged) > book.MaxBytes {
		t.Errorf("%d and %d changes, %d bytes", len(changes), len(none), len(merged))
	}
}
