package topup_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/source"
	"besedka/core/topup"
)

// terms know bonuses and whole stars.
func terms(currency string) (topup.Terms, bool) {
	scale, ok := map[string]int{"bonus": 2, "star": 0}[currency]
	return topup.Terms{Scale: scale, Expires: func(time.Time) time.Time { return time.Time{} }}, ok
}

func TestParse(t *testing.T) {
	t.Parallel()
	f, problems := topup.Parse("march.csv", []byte("\ufeffphone;amount;currency;reason\n\"+7 900 123-45-67\";50,5;;\"за \"\"терпение\"\"\"\n+79001234568;3;star;\n"), terms)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := []topup.Line{
		{At: source.Pos{File: "march.csv", Line: 2, Col: 1}, Phone: "+7 900 123-45-67", Currency: "bonus", Amount: 50_50, Reason: `за "терпение"`},
		{At: source.Pos{File: "march.csv", Line: 3, Col: 1}, Phone: "+79001234568", Currency: "star", Amount: 3},
	}
	if diff := cmp.Diff(want, f.Lines); diff != "" {
		t.Error(diff)
	}
}

func TestMistakesByLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                              "m.csv:1:1: top_up: the file is empty; its first line: member,amount,reason",
		"member,sum\n1,5":               `m.csv:1:8: top_up: there is no column "sum", or it is named twice`,
		"member,amuont\n1,5":            `m.csv:1:8: top_up: there is no column "amuont", or it is named twice; did you mean "amount"?`,
		"amount\n5":                     "m.csv:1:1: top_up: it is not clear whom and how much; amount is needed, and one of member and phone",
		"member,amount\n1,5\n2":         "m.csv:3:1: top_up: the line cannot be read; as many columns as the first line has, and quotes closed",
		"member,amount\n1,-5":           `m.csv:2:3: top_up: "-5" cannot be given; write a number above zero, with at most this many decimals: 2`,
		"member,amount\n1,5.001":        `m.csv:2:3: top_up: "5.001" cannot be given; write a number above zero, with at most this many decimals: 2`,
		"member,amount,currency\n1,5,x": `m.csv:2:5: top_up: the programme has no currency "x"; delete the column to give bonuses`,
		"member,amount\nx,5":            `m.csv:2:1: top_up: "x" is not a member's number; it is a whole number: besedka members find tells it`,
		"member,amount\n1,\xff":         "m.csv:1:1: top_up: it is not UTF-8; save the file as CSV UTF-8",
	} {
		_, problems := topup.Parse("m.csv", []byte(text), terms)
		if len(problems) == 0 {
			t.Errorf("%q: no problem", text)
			continue
		}
		if got := problems[0].In("en"); got != want && !(len(got) > len(want) && got[:len(want)] == want) {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}

// Whatever is printed with the scale's decimals is read back as it was.
func TestAmountReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64Range(1, 1_000_000_000_000).Draw(t, "minor")
		scale := rapid.IntRange(0, 2).Draw(t, "scale")
		comma := rapid.SampledFrom([]string{".", ","}).Draw(t, "comma")
		if got, ok := topup.Amount(printed(minor, scale, comma), scale); !ok || got != minor {
			t.Fatalf("%s is read as %d, %v", printed(minor, scale, comma), got, ok)
		}
	})
	for _, text := range []string{"", ".", "0", "0.00", "1.", ".5", "1.234", "1e3", "+1", "-1", "1 000", "١", "99999999999999999999"} {
		if got, ok := topup.Amount(text, 2); ok {
			t.Errorf("%q is read as %d", text, got)
		}
	}
}

func printed(minor int64, scale int, comma string) string {
	digits := []byte{}
	for i := 0; minor > 0 || i <= scale; i++ {
		if i == scale && scale > 0 {
			digits = append([]byte(comma), digits...)
		}
		digits = append([]byte{byte('0' + minor%10)}, digits...)
		minor /= 10
	}
	return string(digits)
}

// A stranger's bytes never stop the reader, and a line is only what can be given.
func FuzzParse(f *testing.F) {
	f.Add([]byte("member,amount\n1,5"))
	f.Add([]byte("phone;amount;reason\n+7;5,5;\"a\nb\""))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, problems := topup.Parse("f.csv", text, terms)
		for _, l := range file.Lines {
			if len(problems) == 0 && (l.Amount <= 0 || (l.Member > 0) == (l.Phone != "")) && l.Member > 0 {
				t.Errorf("%+v", l)
			}
		}
	})
}
