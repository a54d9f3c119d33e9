package expr_test

import (
	"encoding/json"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"besedka/core/expr"
)

var values = rapid.Custom(func(t *rapid.T) expr.Value {
	n := rapid.Int64().Draw(t, "n")
	switch rapid.IntRange(0, 8).Draw(t, "kind") {
	case 0:
		return expr.BoolOf(n%2 == 0)
	case 1:
		return expr.TextOf(rapid.String().Draw(t, "text"))
	case 2:
		return expr.CountOf(n)
	case 3:
		return expr.RatioOf(big.NewRat(n, 1+rapid.Int64Range(0, 1000).Draw(t, "d")))
	case 4:
		return expr.MoneyOf(n)
	case 5:
		return expr.PointsOf(n)
	case 6:
		return expr.DateOf(time.Date(1900, 1, rapid.IntRange(1, 70000).Draw(t, "day"), 0, 0, 0, 0, time.UTC))
	case 7:
		return expr.TextsOf(rapid.SliceOf(rapid.String()).Draw(t, "texts"))
	}
	return expr.Value{}
})

func TestStoredValueComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := values.Draw(t, "value")
		stored, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var back expr.Value
		if err := json.Unmarshal(stored, &back); err != nil || !back.Equal(v) {
			t.Fatalf("%s came back as %s, %v", stored, back, err)
		}
	})
}
