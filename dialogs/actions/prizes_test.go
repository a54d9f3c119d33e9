package actions

import (
	"testing"

	"besedka/core/prize"
)

// Chats count with two digits, whatever a currency has.
func TestPointsOfAnyCurrency(t *testing.T) {
	t.Parallel()
	p := Prizes{prize.New(prize.Config{Scale: func(currency string) int { return map[string]int{"star": 0, "bonus": 2}[currency] }})}
	for currency, want := range map[string]int64{"star": 5_00, "bonus": 5} {
		if got, _ := p.points(5, currency).Int(); got != want {
			t.Errorf("5 of %s are %d, want %d", currency, got, want)
		}
	}
}
