package expr

import (
	"testing"

	"besedka/core/source"
)

func TestFormulas(t *testing.T) {
	t.Parallel()
	tests := []struct{ src, want string }{
		{`floor(receipt.total / 1000)`, "1"},
		{`floor(receipt.total / 2)`, "642"},
		{`floor(balance)`, "64"},
		{`floor(receipts / 2)`, "1"},
		{`floor(-receipts / 2)`, "-2"},
		{`floor(receipts * share)`, "3"},
		{`floor(missing)`, ""},
		{`floor(receipts / 0)`, ""},
		{`receipt.total >= 500 ? 1 : 0`, "1"},
		{`receipt.total < 500 ? 1 : share / 2`, "1/2"},
		{`receipt.total < 500 ? receipt.total : 100`, "10000"},
		{`missing > 1 ? 1 : 0`, ""},
		{`category in "dairy"`, "true"},
		{`category in "dairy.milk"`, "true"},
		{`category in ["bread", "dairy"]`, "true"},
		{`category in "bread"`, "false"},
		{`category == "dairy"`, "false"},
		{`category == "dairy.milk"`, "true"},
	}
	for _, tt := range tests {
		p, problems := Compile(tt.src, source.Pos{}.At, testScope)
		for _, problem := range problems {
			t.Fatal(tt.src, problem)
		}
		if v, err := p.Eval(testFacts); err != nil || v.String() != tt.want {
			t.Errorf("%s = %q, %v; want %q", tt.src, v, err, tt.want)
		}
	}
}

func TestABranchIsNotAPrefix(t *testing.T) {
	t.Parallel()
	for root, want := range map[string]bool{"dairy": true, "dair": false, "dairy.milk": true, "dairy.milk.goat": false, "": false} {
		if got := BranchOf("dairy.milk").Under(root); got != want {
			t.Errorf("dairy.milk under %q: %v", root, got)
		}
	}
}

func TestCategoriesMeet(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]bool{
		`category in "dairy" and category in "dairy.milk"`:       true,
		`category == "dairy" and category == "bread"`:            false,
		`category in "dairy" and not (category in ["dairy"])`:    false,
		`category in "dairy" and not (category in "dairy.milk")`: true,
	} {
		p, problems := Condition(src, source.Pos{}.At, testScope)
		if len(problems) > 0 {
			t.Fatal(problems[0])
		}
		if got := Possible(p, nil, nil); got != want {
			t.Errorf("%s possible: %v", src, got)
		}
	}
}
