package dialogs

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"12.05.1990":        "1990-05-12",
		"12/5/1990":         "1990-05-12",
		"1990-05-12":        "1990-05-12",
		"12 мая 1990":       "1990-05-12",
		"12 мая 1990 г.":    "1990-05-12",
		"12 Мая 1990 года":  "1990-05-12",
		"1990, 12 мая":      "1990-05-12",
		"May 12, 1990":      "1990-05-12",
		"June 12, 1990":     "1990-06-12",
		"July 4, 1990":      "1990-07-04",
		"4 July 1990":       "1990-07-04",
		"September 9, 1990": "1990-09-09",
		"29.02.2000":        "2000-02-29",
		"29.02.1900":        "no_such_date",
		"32 мая 1990":       "no_such_date",
		"12.13.1990":        "no_such_date",
		"01.01.0000":        "no_such_date",
		"12.05.90":          "not_a_date",
		"12 мая":            "not_a_date",
		"June June 1990":    "not_a_date",
		"12 мая 199О":       "not_a_date",
		"١٢ мая ١٩٩٠":       "not_a_date",
		"":                  "not_a_date",
	} {
		day, got := parseDate(text)
		if got == "" {
			got = day.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
