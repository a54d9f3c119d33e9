package expr

import (
	"testing"
	"time"

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
	},
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
