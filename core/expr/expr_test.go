package expr

import (
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/source"
)

func at(offset int) source.Pos { return source.Pos{File: "x.yaml", Line: 1, Col: 1}.At(offset) }

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

var testScope = Scope{
	Names: map[string]Kind{
		"receipt.total": Money, "balance": Points, "receipts": Count, "share": Ratio, "city": Text,
		"segment.parents": Bool, "tags": Texts, "birthday": Date, "today": Date, "missing": Count, "email": Text,
		"category": Branch,
	},
	Choices: map[string][]string{"category": {"bread", "dairy", "dairy.milk"}},
	Funcs: map[string]Func{
		"days_since": {Args: []Kind{Date}, Given: []string{"today"}, Result: Count, Call: func(args []Value) (Value, error) {
			return CountOf(int64(args[1].Day().Sub(args[0].Day()) / (24 * time.Hour))), nil
		}},
		"half": {Args: []Kind{Ratio}, Result: Ratio, Call: func(args []Value) (Value, error) {
			return RatioOf(args[0].Rat()), nil
		}},
	},
}

func testFacts(name string) (Value, bool) {
	v, ok := map[string]Value{
		"receipt.total": MoneyOf(128450), "balance": PointsOf(6422), "receipts": CountOf(3), "share": RatioOf(CountOf(1).Rat()),
		"city": TextOf("Казань"), "segment.parents": BoolOf(true), "tags": TextsOf([]string{"мама", "vip"}),
		"birthday": DateOf(day("1990-05-12")), "today": DateOf(day("2026-05-03")),
		"category": BranchOf("dairy.milk"),
	}[name]
	return v, ok
}

func TestConditions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		src  string
		want bool
	}{
		{`receipt.total >= 300`, true},
		{`300 <= receipt.total`, true},
		{`receipt.total == 1284.50`, true},
		{`receipt.total != 1284.5`, false},
		{`receipt.total > 1284.49 and receipt.total < 1284.51`, true},
		{`300 < receipt.total < 1000`, false},
		{`receipt.total * 5 / 100 == receipt.total / 20`, true},
		{`receipt.total * 0.05 > 64.22 and receipt.total * 0.05 < 64.23`, true},
		{`receipt.total + 15.50 == 1300`, true},
		{`receipt.total > 600 * 2`, true},
		{`receipt.total / receipt.total == 1`, true},
		{`-receipt.total < -1`, true},
		{`balance >= 64.22`, true},
		{`receipts + 0.5 == 3.5`, true},
		{`receipts / 2 == 1.5`, true},
		{`receipts in [1, 3]`, true},
		{`receipt.total in [1284.5]`, true},
		{`receipts not in [1, 3]`, false},
		{`city in ["Казань", "Самара"]`, true},
		{`"vip" in tags and not ("x" in tags)`, true},
		{`city startsWith "Каз" and city endsWith "ань" and city contains "аза"`, true},
		{`birthday < "2000-01-01"`, true},
		{`birthday == "1990-05-12"`, true},
		{`days_since(birthday) > 13000`, true},
		{`segment.parents`, true},
		{`segment.parents == false`, false},
		{`half(receipts) > 1`, true},
		{`9999999999999999 * 9999999999999999 > 9999999999999998 * 9999999999999999`, true},
		// unknown
		{`missing == 0`, false},
		{`not (missing == 0)`, false},
		{`missing != 0`, false},
		{`missing == 0 or true`, true},
		{`true or missing == 0`, true},
		{`not (missing == 0 and false)`, true},
		{`email == ""`, false},
		{`known(missing)`, false},
		{`not known(email) and known(city)`, true},
		{`receipts / (receipts - 3) > 0`, false},
		{`known(receipts / (receipts - 3))`, false},
		{`half(missing) == 1`, false},
	}
	for _, tt := range tests {
		t.Run(tt.src, func(t *testing.T) {
			t.Parallel()
			p, problems := Condition(tt.src, at, testScope)
			if len(problems) > 0 {
				t.Fatal(problems[0])
			}
			if got, err := p.Holds(testFacts); err != nil || got != tt.want {
				t.Errorf("got %v, %v; want %v", got, err, tt.want)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	tests := []struct{ src, want string }{
		{``, `1:1: L111: the expression is empty`},
		{`receipt.total >=`, `1:16: L111: the expression breaks off`},
		{`receipt.total = 300`, `1:15: L111: a sign this language does not have`},
		{`city == "Каз`, `1:13: L111: a quotation is not closed`},
		{`segment.parents и segment.parents`, `1:17: L111: something is missing`},
		{`receipt.totl >= 300`, `1:1: L112: there is no name "receipt.totl"; did you mean "receipt.total"?`},
		{`segment.parents and sity == "x"`, `1:21: L112: there is no name "sity"; did you mean "city"?`},
		{`days_sinc(birthday) > 1`, `1:1: L113: there is no function "days_sinc"; did you mean "days_since"?`},
		{`days_since(city) > 1`, `1:12: L114: wanted here: a date, found: text`},
		{`days_since() > 1`, `1:1: L114: function "days_since" takes 1 arguments, given 0`},
		{`receipt.total + receipts > 1`, `1:15: L114: "+" does not go with: money, a count`},
		{`receipt.total == balance`, `1:15: L114: "==" does not go with: money, points`},
		{`receipt.total * receipt.total > 1`, `1:15: L114: "*" does not go with: money, money`},
		{`city > "А"`, `1:6: L114: ">" does not go with: text, text`},
		{`city == 5`, `1:6: L114: "==" does not go with: text, a count`},
		{`tags == tags`, `1:6: L114: "==" does not go with: a list, a list`},
		{`receipts and true`, `1:1: L114: wanted here: true/false, found: a count`},
		{`receipt.total`, `1:1: L114: a condition must be true or false, and this is money`},
		{`receipt.total > 1.005`, `1:17: L115: an amount with more than two decimals`},
		{`receipts > 1e3`, `1:12: L115: the number "1e3" cannot be read`},
		{`receipts > 0x1F`, `1:12: L115:`},
		{`receipts > 012`, `1:12: L115:`},
		{`receipts > 1_000`, `1:12: L115:`},
		{`birthday < "31.12.2000"`, `1:12: L115: "31.12.2000" is not a date`},
		{`receipts > 1 ? 1 : city`, `L114:`},
		{`floor(city)`, `L114:`},
		{`category in city`, `L114:`},
		{`category in "dairy.milks"`, `1:13: L112: there is no category "dairy.milks"; did you mean "dairy.milk"?`},
		{`receipts % 2 == 0`, `1:10: L116:`},
		{`city matches "a+"`, `1:6: L116:`},
		{`tags[0] == "x"`, `L116:`},
		{`city ?? "x" == "x"`, `L11`},
		{`let x = 1; x > 0`, `L116:`},
		{`any(tags, # == "x")`, `1:1: L113: there is no function "any"`},
		{`city in ["a", city]`, `1:15: L116:`},
	}
	for _, tt := range tests {
		t.Run(tt.src, func(t *testing.T) {
			t.Parallel()
			p, problems := Condition(tt.src, at, testScope)
			if p != nil || len(problems) == 0 {
				t.Fatal("compiled")
			}
			if got := problems[0].In("en"); !strings.Contains(got, tt.want) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestNamesAndComparison(t *testing.T) {
	t.Parallel()
	p, problems := Condition(`days_since(birthday) > 1 and city != "x"`, at, testScope)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	if diff := cmp.Diff([]string{"birthday", "city", "today"}, p.Names()); diff != "" || p.Comparison() != nil {
		t.Errorf("names %s, comparison %v", diff, p.Comparison())
	}
	for _, src := range []string{`receipt.total >= 300`, `300 <= receipt.total`} {
		p, _ = Condition(src, at, testScope)
		want := Comparison{Name: "receipt.total", Op: ">=", Want: MoneyOf(30000)}
		if got := p.Comparison(); got == nil || got.Name != want.Name || got.Op != want.Op || !got.Want.Equal(want.Want) {
			t.Errorf("%s: got %v, want %v", src, got, want)
		}
	}
}

func TestAFactOfAnotherKindIsAnError(t *testing.T) {
	t.Parallel()
	p, _ := Condition(`city == "x"`, at, testScope)
	if _, err := p.Holds(func(string) (Value, bool) { return CountOf(1), true }); err == nil {
		t.Error("no error")
	}
}

// An oracle is an expression together with its value, computed the obvious
// way; nil is unknown.
type oracle struct {
	src   string
	kind  Kind
	value *big.Rat
}

var numberFacts = map[string]oracle{
	"receipt.total": {kind: Money, value: big.NewRat(128450, 1)},
	"balance":       {kind: Points, value: big.NewRat(math.MaxInt64, 1)},
	"receipts":      {kind: Count, value: big.NewRat(-3, 1)},
	"share":         {kind: Ratio, value: big.NewRat(1, 3)},
	"missing":       {kind: Count},
}

func oracleLookup(name string) (Value, bool) {
	o := numberFacts[name]
	if o.value == nil {
		return Value{}, false
	}
	return number(o.kind, o.value), true
}

func drawNumber(t *rapid.T, depth int) oracle {
	if depth == 0 || rapid.Bool().Draw(t, "leaf") {
		name := rapid.SampledFrom(slices.Sorted(maps.Keys(numberFacts))).Draw(t, "fact")
		o := numberFacts[name]
		o.src = name
		return o
	}
	op := rapid.SampledFrom([]string{"+", "-", "*", "/"}).Draw(t, "op")
	l, r := drawNumber(t, depth-1), drawNumber(t, depth-1)
	kind := resultOf(op, l.kind, r.kind)
	if kind == 0 {
		return l
	}
	o := oracle{src: "(" + l.src + " " + op + " " + r.src + ")", kind: kind}
	if l.value != nil && r.value != nil && (op != "/" || r.value.Sign() != 0) {
		o.value = exact[op](l.value, r.value)
	}
	return o
}

func drawCondition(t *rapid.T, depth int) oracle {
	if depth == 0 || rapid.Bool().Draw(t, "compare") {
		l, r := drawNumber(t, 3), drawNumber(t, 3)
		if !fits(l.kind, r.kind) {
			r = l
		}
		op := rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">="}).Draw(t, "op")
		o := oracle{src: l.src + " " + op + " " + r.src}
		if l.value != nil && r.value != nil {
			c := l.value.Cmp(r.value)
			o.value = truth(map[string]bool{"==": c == 0, "!=": c != 0, "<": c < 0, "<=": c <= 0, ">": c > 0, ">=": c >= 0}[op])
		}
		return o
	}
	x := drawCondition(t, depth-1)
	switch op := rapid.SampledFrom([]string{"not", "and", "or"}).Draw(t, "logic"); op {
	case "not":
		if x.value != nil {
			x.value = truth(x.value.Sign() == 0)
		}
		x.src = "not (" + x.src + ")"
		return x
	default:
		y := drawCondition(t, depth-1)
		o := oracle{src: "(" + x.src + ") " + op + " (" + y.src + ")"}
		decides := truth(op == "or")
		switch {
		case x.value != nil && x.value.Cmp(decides) == 0, y.value != nil && y.value.Cmp(decides) == 0:
			o.value = decides
		case x.value != nil && y.value != nil:
			o.value = truth(op == "and")
		}
		return o
	}
}

func truth(b bool) *big.Rat {
	if b {
		return big.NewRat(1, 1)
	}
	return new(big.Rat)
}

func TestAgreesWithTheObviousEvaluator(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := drawCondition(t, 3)
		p, problems := Condition(o.src, at, testScope)
		if len(problems) > 0 {
			if len(o.src) > MaxRunes {
				return
			}
			t.Fatal(o.src, problems[0])
		}
		v, err := p.Eval(oracleLookup)
		if err != nil {
			t.Fatal(err)
		}
		if v.Known() != (o.value != nil) || v.Known() && v.Bool() != (o.value.Sign() != 0) {
			t.Fatalf("%s = %v, want %v", o.src, v, o.value)
		}
	})
}

func FuzzCompile(f *testing.F) {
	for _, src := range []string{`receipt.total * 5 / 100 >= 300 and city in ["Казань"]`, `not known(missing) or "a" in tags`, `1 < receipts < 3; let x = [1..2] | map(#); {a: x?.b[1:2]}`, `-1.5 == share ?? nil`, `if true {1} else {2}`} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		p, problems := Compile(src, at, testScope)
		if (p == nil) != (len(problems) > 0) {
			t.Fatalf("%v with %v", p, problems)
		}
		for _, problem := range problems {
			if problem.Line != 1 || problem.Col < 1 || problem.Col > utf8.RuneCountInString(src)+1 {
				t.Fatalf("%s outside %q", problem, src)
			}
		}
		if p == nil {
			return
		}
		if v, err := p.Eval(testFacts); err != nil || v.Known() && !accepts(p.Kind(), v.Kind()) {
			t.Fatalf("%q: %v, %v of kind %v", src, v, err, p.Kind())
		}
	})
}

func BenchmarkHolds(b *testing.B) {
	p, problems := Condition(`receipt.total >= 300 and city in ["Казань", "Самара"] and not segment.parents`, at, testScope)
	if len(problems) > 0 {
		b.Fatal(problems[0])
	}
	total, city, parents := MoneyOf(128450), TextOf("Казань"), BoolOf(false)
	lookup := func(name string) (Value, bool) {
		switch name {
		case "receipt.total":
			return total, true
		case "city":
			return city, true
		}
		return parents, true
	}
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := p.Holds(lookup); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
