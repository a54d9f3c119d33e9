package expr

import "testing"

func TestPossible(t *testing.T) {
	t.Parallel()
	choices := map[string][]Value{"city": {TextOf("Казань"), TextOf("Самара")}}
	for src, want := range map[string]bool{
		`receipts > 3 and receipts < 5`:                           true,
		`receipts > 3 and receipts < 4`:                           false,
		`receipts > 3.5 and receipts < 4.5`:                       true,
		`receipts > 3 and not known(receipts)`:                    false,
		`receipts in [1, 2] and receipts > 2`:                     false,
		`receipt.total > 1 and receipt.total < 1.01`:              false,
		`receipt.total > 1 and receipt.total < 1.02`:              true,
		`birthday > "2000-01-01" and birthday < "2000-01-02"`:     false,
		`birthday > "2000-01-01" and birthday <= "2000-01-02"`:    true,
		`segment.parents and not segment.parents`:                 false,
		`city == "Казань" and city == "Самара"`:                   false,
		`city == "Москва"`:                                        false,
		`city != "Казань" and city != "Самара"`:                   false,
		`email != "а" and email != "б"`:                           true,
		`false`:                                                   false,
		`receipts > 3 and receipts * 2 < 6`:                       true, // not told by trying
		`days_since(birthday) < 5 and false`:                      true,
		`share > 0.5 and share < 0.5`:                             true,
		`receipts == 1 or receipts > 1 and receipts < receipts`:   true,
		`email == "а" and (city == "Казань" or receipts == 7)`:    true,
		`email == "а" and (email == "б" or not (email == "а"))`:   false,
		`not (receipts >= 0 or receipts < 0) and known(receipts)`: false,
	} {
		p, problems := Condition(src, at, testScope)
		if len(problems) > 0 {
			t.Fatal(problems[0])
		}
		if got := Possible(p, nil, choices); got != want {
			t.Errorf("%s: %v, want %v", src, got, want)
		}
	}
}

func TestPossibleAfterOthers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		before []string
		src    string
		want   bool
	}{
		{[]string{`receipts > 0`}, `receipts > 5`, false},
		{[]string{`receipts > 5`}, `receipts > 0`, true},
		{[]string{`receipts > 5`, `receipts <= 5`}, `receipts == 2 or email == "а"`, true}, // of whom receipts are unknown
		{[]string{`receipts > 5`, `receipts <= 5`}, `receipts == 2`, false},
		{[]string{`receipts * 2 > 5`}, `receipts > 0`, true},
		{[]string{`segment.parents`}, `segment.parents and receipts > 0`, false},
	}
	for _, tt := range tests {
		var before []*Program
		for _, src := range tt.before {
			p, _ := Condition(src, at, testScope)
			before = append(before, p)
		}
		p, _ := Condition(tt.src, at, testScope)
		if got := Possible(p, before, nil); got != tt.want {
			t.Errorf("%s after %q: %v, want %v", tt.src, tt.before, got, tt.want)
		}
	}
}
