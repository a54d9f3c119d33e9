package forecast

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/campaign/rules"
)

var moscow = time.FixedZone("MSK", 3*60*60)

func table1(t *testing.T, text string) (all []rules.Facts, told string) {
	t.Helper()
	problems, err := ReadCSV("r.csv", strings.NewReader(text), moscow, func(f rules.Facts) error {
		all = append(all, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if p.What.Ru == "" || p.Cure.Ru == "" {
			t.Errorf("%v has no words", p)
		}
		told += p.In("en") + "\n"
	}
	return all, told
}

func TestReadCSV(t *testing.T) {
	t.Parallel()
	got, told := table1(t, "\ufeffmember;purchased_at;total;receipt;partner;segments;category;qty;sum\n"+
		"7;2026-05-03 14:05;224,80;a;лавка;vip|новые;молочное;2;179,80\n"+
		"7;2026-05-03 14:05;224.80;a;лавка;;хлеб;;45\n"+
		"8;2026-05-03T14:05:00+00:00;10;b;;;;;\n"+
		"8;2026-05-03T17:05:00;10.5;;;;;0.308;10.01\n")
	noon := time.Date(2026, 5, 3, 14, 5, 0, 0, moscow)
	want := []rules.Facts{
		{
			Receipt: rules.Receipt{Purchased: noon, Total: 224_80, Lines: []rules.Line{
				{Number: 0, Category: "молочное", Quantity: 2_000_000, Price: 89_90, Sum: 179_80},
				{Number: 1, Category: "хлеб", Quantity: 1_000_000, Price: 45_00, Sum: 45_00},
			}},
			Partner: rules.Partner{ID: "лавка"}, Member: rules.Member{ID: 7, Segments: []string{"vip", "новые"}},
		},
		{Receipt: rules.Receipt{Purchased: noon.Add(3 * time.Hour), Total: 10_00}, Member: rules.Member{ID: 8}},
		{
			Receipt: rules.Receipt{Purchased: noon.Add(3 * time.Hour), Total: 10_50, Lines: []rules.Line{{Quantity: 308_000, Price: 32_50, Sum: 10_01}}},
			Member:  rules.Member{ID: 8},
		},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(time.Time.Equal)); diff != "" || told != "" {
		t.Errorf("%s\nwant (-), got (+):\n%s", told, diff)
	}
}

func TestMistakesByLine(t *testing.T) {
	t.Parallel()
	const head = "member,purchased_at,total\n"
	for _, tt := range [][2]string{
		{"", "r.csv:1:1: forecast: the file is empty; its first line: member,purchased_at,total"},
		{"member,total\n1,5", `r.csv:1:1: forecast: the column "purchased_at" is missing; needed are: member, purchased_at, total`},
		{"member,purchased,total\n", `r.csv:1:8: forecast: there is no column "purchased", or it is named twice; did you mean "purchased_at"?`},
		{"member,purchased_at,total,sum\n", `r.csv:1:1: forecast: the column "receipt" is missing`},
		{head + "x,2026-05-03 14:05,5", `r.csv:2:1: forecast: "x" is not a member's number`},
		{head + "1,03.05.2026,5", `r.csv:2:3: forecast: "03.05.2026" is not a time; write 2026-05-03 14:05`},
		{head + "1,2026-05-03 14:05,", `r.csv:2:20: forecast: "" is no sum`},
		{head + "1,2026-05-03 14:05,-5", `r.csv:2:20: forecast: "-5" is no sum; rubles and kopecks: 1284.50`},
		{head + "1,2026-05-03 14:05,1.005", `r.csv:2:20: forecast: "1.005" is no sum`},
		{head + "1,2026-05-03 14:05,5\n1,2026-05-03 14:04,5", `r.csv:3:3: forecast: the purchase is earlier than that of the line above; sort the file by purchased_at`},
		{head + "1,2026-05-03 14:05", "r.csv:2:1: forecast: the line cannot be read"},
		{head + "\xff,2026-05-03 14:05,5", "r.csv:2:1: forecast"},
		{"member,purchased_at,total,receipt,sum\n1,2026-05-03 14:05,5,a,1\n2,2026-05-03 14:05,5,a,1", `r.csv:3:22: forecast: lines of receipt "a" disagree`},
		{"member,purchased_at,total,receipt,sum,qty\n1,2026-05-03 14:05,5,a,1,0", `r.csv:2:26: forecast: "0" is not a quantity`},
	} {
		text, want := tt[0], tt[1]
		got, told := table1(t, text)
		if !strings.HasPrefix(told, want) || len(got) > 1 {
			t.Errorf("%q:\n got %s\nwant %s", text, told, want)
		}
	}
	if _, told := table1(t, head+"x,2026-05-03 14:05,5\n1,today,5\n1,2026-05-03 14:05,five\n"); strings.Count(told, "\n") != 3 {
		t.Errorf("three bad lines are told as\n%s", told)
	}
}

// A stranger's bytes never stop the reader, and what it takes is in order.
func FuzzReadCSV(f *testing.F) {
	f.Add("member,purchased_at,total\n1,2026-05-03 14:05,5\n")
	f.Add("member;purchased_at;total;receipt;qty;sum\n1;2026-05-03 14:05;5,5;a;0,3;1\n1;2026-05-03 14:05;5,5;a;;2\n")
	f.Fuzz(func(t *testing.T, text string) {
		var last time.Time
		problems, err := ReadCSV("f.csv", strings.NewReader(text), moscow, func(f rules.Facts) error {
			if f.Member.ID < 1 || f.Receipt.Total < 0 || f.Receipt.Purchased.Before(last) {
				t.Errorf("%+v", f)
			}
			last = f.Receipt.Purchased
			return nil
		})
		if err != nil {
			t.Errorf("%v, %v", err, problems)
		}
	})
}
