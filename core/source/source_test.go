package source

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func read(t *testing.T, text string) *Node {
	t.Helper()
	n, problems := Parse("f.yaml", []byte(text))
	for _, p := range problems {
		t.Error(p.In("en"))
	}
	return n
}

func TestScalarsKeepTheirText(t *testing.T) {
	t.Parallel()
	n := read(t, "a: да\nb: on\nc: yes\nd: 012\ne: 1:30\nf: 0x1F\ng: 1e3\nh: 2026-05-03\ni: \"5\"\nj: true\nk: -7\nl: 0.50\nm: off\n")
	var ps []*Problem
	o := Fields(n, &ps)
	got := ""
	for _, e := range n.Entries {
		got += o.Text(e.Key.Text) + "|"
	}
	if want := "да|on|yes|012|1:30|0x1F|1e3|2026-05-03|5|true|-7|0.50|off|"; got != want {
		t.Errorf("texts %s, want %s", got, want)
	}
	if !o.Bool("j") || o.Int("k") != -7 || o.Decimal("l").RatString() != "1/2" {
		t.Errorf("typed reads: %v %v %v", o.Bool("j"), o.Int("k"), o.Decimal("l"))
	}
	o.Done()
	if len(ps) > 0 {
		t.Error(ps[0])
	}
	for _, key := range []string{"a", "b", "c", "m", "i"} {
		o.Bool(key)
	}
	for _, key := range []string{"d", "e", "f", "g", "i", "l"} {
		o.Int(key)
	}
	if len(ps) != 11 {
		t.Errorf("%d problems, want each of the 11 reads refused: %v", len(ps), ps)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"duplicate", "шаг: 1\nдругой: 2\nшаг: 3\n", "3:1 L102"},
		{"nested duplicate", "a:\n  b: 1\n  b: 2\n", "3:3 L102"},
		{"anchor", "имя: &x привет\n", "1:6 L105"},
		{"alias", "a: *x\n", "1:1 L105"},
		{"known alias", "a: &x 1\nb: *x\n", "1:4 L105, 2:4 L105"},
		{"tag", "a: !!str 5\n", "1:4 L105"},
		{"tab", "a:\n\tb: 1\n", "2:1 L101"},
		{"documents", "a: 1\n---\nb: 2\n", "2:1 L105"},
		{"colon in text", "a: 1\nsay: Время: 10\n", "2:1 L101"},
		{"indent", "a: 1\n   b: 2\n", "2:4 L101"},
		{"left out of the block", "steps:\n    one:\n        say: x\n    two: y\n  three: z\nfour: 4\n", "5:3 L101"},
		{"text after a quotation", "a: 1\nsay: \"x\" и ещё\nb: 1\n", "2:1 L101"},
		{"quotation left open", "a: 1\nsay: \"x\nb: 1\n", "2:1 L101"},
		{"bracket left open", "a: 1\nsay: [x, y\nb: 1\n", "2:1 L101"},
		{"broken UTF-8", "a: \xff\n", "1:4 L101"},
		{"invisible", "я: x\u2028y\n", "1:5 L101"},
		{"key is a list", "? [a]\n: 1\n", "1:3 L104"},
		{"deep", strings.Repeat("[", 40) + strings.Repeat("]", 40), "1:34 L106"},
		{"large", strings.Repeat("#", MaxBytes+1), "1:1 L106"},
		{"empty", "", ""},
		{"byte order mark", "\ufeffa: 1\n", ""},
		{"windows", "a: 1\r\nb:\r\n  - x\r\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, problems := Parse("f.yaml", []byte(tt.text))
			if got := brief(problems); got != tt.want {
				t.Errorf("got %q, want %q; %v", got, tt.want, problems)
			}
		})
	}
}

func brief(problems []*Problem) string {
	var parts []string
	for _, p := range problems {
		parts = append(parts, strings.TrimPrefix(p.Pos.String(), "f.yaml:")+" "+p.Code)
	}
	return strings.Join(parts, ", ")
}

func TestObject(t *testing.T) {
	t.Parallel()
	n := read(t, "naem: x\npercent: много\nlist: нет\nwhen:\ninner: {a: 1, z: 2}\nsay: {имя}\n")
	var ps []*Problem
	o := Fields(n, &ps)
	o.Require("name", "percent")
	o.Text("name")
	o.Decimal("percent")
	o.List("list")
	o.Text("when")
	inner := o.Object("inner")
	inner.Int("a")
	inner.Done()
	o.Text("say")
	o.Object("absent").Require("x")
	o.Done()
	Sort(ps)
	want := `f.yaml:1:1: L103: unknown key "naem"; did you mean "name"?
f.yaml:1:1: L107: the key "name" is missing; add it
f.yaml:2:10: L104: wanted here: a number (with a decimal point), found "много"; write digits: 5 or 0.5
f.yaml:3:7: L104: wanted here: a list, found "нет"; write in brackets: [one, another]
f.yaml:4:6: L104: wanted here: text, found nothing; the value is missing: add it or remove the key; if it stands below, indent it
f.yaml:5:15: L103: unknown key "z"; there are: a
f.yaml:6:6: L104: wanted here: text, found a map; text that begins with { goes in quotes
`
	got := ""
	for _, p := range ps {
		got += p.In("en") + "\n"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		offset     int
		want       string
	}{
		{"plain", "да: город == x", 6, "f.yaml:1:11"},
		{"double", `a: "в \"x\" y"`, 6, "f.yaml:1:13"},
		{"single", `a: 'it''s y'`, 5, "f.yaml:1:11"},
		{"unicode escape", `a: "\u0416y"`, 1, "f.yaml:1:11"},
		{"block", "a: |\n  one\n  два\n", 5, "f.yaml:3:4"},
		{"block after a blank line", "a: |\n\n  one\n   два\n", 6, "f.yaml:4:4"},
		{"folded", "a: one\n  two\n", 5, "f.yaml:1:4"},
		{"past the end", "a: one", 50, "f.yaml:1:7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := read(t, tt.text).Entries[0].Value
			if got := n.At(tt.offset).String(); got != tt.want {
				t.Errorf("At(%d) of %q = %s, want %s", tt.offset, n.Text, got, tt.want)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	have := []string{"thanks", "ask_age", "receipt", "Меню", "say", "save"}
	for name, want := range map[string]string{"thx": "thanks", "ask_ag": "ask_age", "меню": "Меню", "reciept": "receipt", "svae": "save", "pizza": "", "": ""} {
		if got := Nearest(name, have); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

// A Cyrillic letter that looks Latin is told of: nobody would see it.
func TestLookalikes(t *testing.T) {
	t.Parallel()
	for name, told := range map[string]bool{"аsk": true, "sау": true, "aks": false, "чек": false} {
		if got := Meant(name, []string{"ask", "say", "чек"}).Ru; strings.Contains(got, "русские буквы") != told || !strings.HasPrefix(got, "может быть, «") {
			t.Errorf("%q: %s", name, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a: 1\nb: [x, {y: z}]\n", "a: &x 1\nb: *x", "a:\n - |\n  x\n - >-\n  y\n", "? a\n: 'b''c'\n---\n", "a: \"\\x41\"\nb:\n\n", "[[{"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, problems := Parse("f", []byte(text))
		text = strings.TrimPrefix(text, "\ufeff")
		lines := strings.Split(text, "\n")
		inside := func(p Pos) {
			if p.Line < 1 || p.Line > len(lines) || p.Col < 1 || p.Col > utf8.RuneCountInString(lines[p.Line-1])+1 {
				t.Fatalf("%s lies outside %q", p, text)
			}
		}
		for _, p := range problems {
			inside(p.Pos)
		}
		var walk func(n *Node)
		walk = func(n *Node) {
			inside(n.Pos)
			for i := range 2 + utf8.RuneCountInString(n.Text) {
				inside(n.At(i))
			}
			for _, item := range n.Items {
				walk(item)
			}
			for _, e := range n.Entries {
				walk(e.Key)
				walk(e.Value)
			}
		}
		if n != nil {
			walk(n)
		}
	})
}
