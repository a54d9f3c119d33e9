package coupon_test

import (
	"testing"

	"besedka/core/coupon"
)

func TestSpell(t *testing.T) {
	t.Parallel()
	for want, numbers := range map[string][]int64{
		"":                      nil,
		"000017":                {17},
		"000017, 000018":        {17, 18},
		"000017–000019, 000021": {17, 18, 19, 21},
		"000007, 000001–000003": {7, 1, 2, 3}, // of two campaigns
		"999999, 1000000":       {999_999, 1_000_000},
		"000001, 000003, 000005, 000007, 000009, 000011, 000013, 000015, 000017, 000019…": {1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21},
	} {
		if got := coupon.Spell(numbers); got != want {
			t.Errorf("%v: %q, want %q", numbers, got, want)
		}
	}
}
