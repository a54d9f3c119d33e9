package flows_test

import (
	"strings"
	"testing"
)

// A price has the digits of its own currency, not those of bonuses.
func TestPriceByItsCurrency(t *testing.T) {
	t.Parallel()
	stars := strings.Replace(good["programme.yaml"], "country: RU\n", "country: RU\ncurrencies: { bonus: {}, star: { scale: 0, title: { ru: звезда|звезды|звёзд, en: star|stars } } }\n", 1)
	for price, want := range map[string]string{
		"5, currency: star":   "",
		"2.5, currency: star": `prizes.yaml:2:48: L650: the price has more decimals than its currency; write at most this many decimals: 0`,
		"2.5":                 "",
		"2.555":               `prizes.yaml:2:48: L650: the price has more decimals than its currency; write at most this many decimals: 2`,
	} {
		got := mistakes(t, "prizes", map[string]string{"programme.yaml": stars, "prizes.yaml": "prizes:\n  pin: { name: { ru: Значок, en: Pin }, price: " + price + ", delivery: desk }\n"})
		if got != want {
			t.Errorf("%s: got %q, want %q", price, got, want)
		}
	}
}
