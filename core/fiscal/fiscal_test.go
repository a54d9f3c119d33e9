package fiscal_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"besedka/core/fiscal"
)

// corpus is a folder of real receipts beside the project. It is not part of it:
// the licences of its files are unknown.
const corpus = "../../../shared/data/fiscal"

func corpusFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpus, name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("SKIPPED: the corpus of real receipts is not here (%s)", corpus)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// verdict is what a parse comes to, in one comparable value.
type verdict struct {
	Reason       fiscal.Reason `json:"reason"`
	T            string        `json:"t"`
	Sum          int64         `json:"sumKopecks"`
	FN           string        `json:"fn"`
	FD           int64         `json:"fd"`
	FP           int64         `json:"fp"`
	N            int           `json:"n"`
	SumAmbiguous bool          `json:"sumAmbiguous"`
}

func parse(t *testing.T, text string) (verdict, string) {
	t.Helper()
	q, err := fiscal.Parse(text)
	v := verdict{Sum: q.Sum, FN: q.FN, FD: q.FD, FP: q.FP, N: int(q.Operation), SumAmbiguous: q.SumAmbiguous}
	if !q.Time.IsZero() {
		v.T = q.Time.String()
	}
	if err == nil {
		return v, "RU"
	}
	var refusal *fiscal.Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("Parse(%q): error is %T, want *fiscal.Refusal", text, err)
	}
	v.Reason = refusal.Reason
	return v, refusal.Country
}

func TestParseCorpus(t *testing.T) {
	t.Parallel()
	var cases []struct {
		Raw, Country string
		Expect       verdict
	}
	if err := json.Unmarshal(corpusFile(t, "qr/qr-strings.json"), &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if got, country := parse(t, c.Raw); got != c.Expect || country != c.Country {
			t.Errorf("Parse(%q)\n got %+v %s\nwant %+v %s", c.Raw, got, country, c.Expect, c.Country)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	good := verdict{T: "2026-03-01T12:30", Sum: 128450, FN: "7284440500123456", FD: 4711, FP: 3141592653, N: 1}
	with := func(change func(*verdict)) verdict {
		v := good
		change(&v)
		return v
	}
	refused := func(r fiscal.Reason) verdict { return verdict{Reason: r} }
	for _, tt := range []struct {
		name, text string
		want       verdict
		country    string
	}{
		{"canonical", "t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=1", good, "RU"},
		{"one decimal", "t=20260301T1230&s=1284.5&fn=7284440500123456&i=4711&fp=3141592653&n=1", good, "RU"},
		{"comma", "t=20260301T1230&s=1284,50&fn=7284440500123456&i=4711&fp=3141592653&n=1", good, "RU"},
		{"encoded, small t, zeros", "n%3d1%26t%3d20260301t1230%26s%3d01284.50%26fn%3d7284440500123456%26i%3d0000004711%26fp%3d3141592653", good, "RU"},
		{
			"seconds", "t=20260301T123045&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=1",
			with(func(v *verdict) { v.T = "2026-03-01T12:30:45" }), "RU",
		},
		{
			"no point", "t=20260301T1230&s=1284&fn=7284440500123456&i=4711&fp=3141592653&n=1",
			with(func(v *verdict) { v.Sum, v.SumAmbiguous = 128400, true }), "RU",
		},
		{"unknown field", "t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=1&qr=2", good, "RU"},
		{"same field twice", "n=1&t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=1", good, "RU"},
		{"two sums", "t=20260301T1230&s=1284.50&s=9.00&fn=7284440500123456&i=4711&fp=3141592653&n=1", refused(fiscal.BadSum), "RU"},
		{
			"return", "t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=2",
			with(func(v *verdict) { v.N, v.Reason = 2, fiscal.WrongOperation }), "RU",
		},
		{
			"expense", "t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=3",
			with(func(v *verdict) { v.N, v.Reason = 3, fiscal.WrongOperation }), "RU",
		},
		{
			"debug drive", "t=20260301T1230&s=1284.50&fn=9999078945337305&i=4711&fp=3141592653&n=1",
			with(func(v *verdict) { v.FN, v.Reason = "9999078945337305", fiscal.DebugFN }), "RU",
		},
		{"n=5", "t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=5", refused(fiscal.BadOperation), "RU"},
		{"no such day", "t=20260230T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=1", refused(fiscal.BadTime), "RU"},
		{"five digits of time", "t=20260301T12300&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=1", refused(fiscal.BadTime), "RU"},
		{"three decimals", "t=20260301T1230&s=1284.500&fn=7284440500123456&i=4711&fp=3141592653&n=1", refused(fiscal.BadSum), "RU"},
		{"sum beyond the range", "t=20260301T1230&s=2814749767106.56&fn=7284440500123456&i=4711&fp=3141592653&n=1", refused(fiscal.BadSum), "RU"},
		{"negative sum", "t=20260301T1230&s=-1.00&fn=7284440500123456&i=4711&fp=3141592653&n=1", refused(fiscal.BadSum), "RU"},
		{"17 digits of fn", "t=20260301T1230&s=1284.50&fn=72844405001234567&i=4711&fp=3141592653&n=1", refused(fiscal.BadFN), "RU"},
		{"fd zero", "t=20260301T1230&s=1284.50&fn=7284440500123456&i=0&fp=3141592653&n=1", refused(fiscal.BadFD), "RU"},
		{"fp beyond 32 bits", "t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=4294967296&n=1", refused(fiscal.BadFP), "RU"},
		{"no fn", "t=20260301T1230&s=1284.50&i=4711&fp=3141592653&n=1", refused(fiscal.MissingFN), "RU"},
		{"no operation", "t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653", refused(fiscal.MissingOperation), "RU"},
		{"nothing", "", refused(fiscal.NotFiscal), ""},
		{"a shop's page", "https://example.com/promo?t=1&s=2&i=3&n=4", refused(fiscal.NotFiscal), ""},
		{"no scheme", "consumer.oofd.kz/?i=1734974179&f=010100465991&s=13507.0&t=20210922T224125", refused(fiscal.ForeignReceipt), "KZ"},
		{"subdomain lookalike", "https://evil-oofd.kz/?i=1", refused(fiscal.NotFiscal), ""},
		{"Wi-Fi", "WIFI:T:WPA;S=guest;P=secret;;", refused(fiscal.NotFiscal), ""},
	} {
		if got, country := parse(t, tt.text); got != tt.want || country != tt.country {
			t.Errorf("%s: Parse(%q)\n got %+v %q\nwant %+v %q", tt.name, tt.text, got, country, tt.want, tt.country)
		}
	}
}

func TestAlternativeReadsKopecks(t *testing.T) {
	t.Parallel()
	q, err := fiscal.Parse("t=20201226T121800&s=55189&fn=1234567890123456&i=12345&fp=1234567890&n=1")
	if err != nil {
		t.Fatal(err)
	}
	alt, ok := q.Alternative()
	if !ok || alt.Sum != 55189 || alt.Key() != q.Key() {
		t.Errorf("alternative of %v: got %v, %v; want 551.89 with the same key", q, alt, ok)
	}
	if _, ok := alt.Alternative(); ok {
		t.Error("an alternative has an alternative of its own")
	}
}

// FuzzParse: no text makes Parse panic, and whatever it reads has one canonical
// spelling that reads back to the same receipt.
func FuzzParse(f *testing.F) {
	f.Add("t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=1")
	f.Add("T%3D20260301t123059%26S%3D12%26FN%3D7284440500123456%26I%3D01%26FP%3D1%26N%3D4")
	f.Add("http://consumer.oofd.kz/?i=1&f=0&s=1.0&t=20210922T224125")
	f.Fuzz(func(t *testing.T, text string) {
		q, err := fiscal.Parse(text)
		if q.FN == "" {
			if err == nil {
				t.Fatalf("Parse(%q) read nothing and refused nothing", text)
			}
			return
		}
		again, errAgain := fiscal.Parse(q.String())
		if again != q {
			t.Errorf("Parse(%q) = %+v, but its text %q reads %+v", text, q, q.String(), again)
		}
		if (err == nil) != (errAgain == nil) {
			t.Errorf("Parse(%q): %v, but its canonical text: %v", text, err, errAgain)
		}
	})
}
