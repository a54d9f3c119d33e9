package today

import (
	"strings"

	"besedka/core/report"
	"besedka/locales"
)

// since says in one sentence what has changed since yesterday at this hour.
func (w words) since(t report.Today) string {
	said := []string{w.compared("members", t.Members.Registered, t.Yesterday.Members)}
	said = append(said, w.changed("receipts", t.Receipts.Sent, t.Yesterday.Receipts, w.Number))
	for _, p := range t.Points {
		then := int64(0)
		for _, y := range t.Yesterday.Points {
			if y.Currency == p.Currency {
				then = y.Issued
			}
		}
		said = append(said, w.changed("points", p.Issued, then, func(n int64) string { return w.amount(p.Currency, n) }))
	}
	return w.With("today.since.all", locales.Args{"list": locales.Text(strings.Join(said, ", "))})
}

// compared compares two counts of people, where both may be told.
func (w words) compared(what string, now, then report.Count) string {
	if !now.Exact() || !then.Exact() {
		return w.T("today.since." + what + "_few")
	}
	return w.changed(what, now.From, then.From, w.Number)
}

func (w words) changed(what string, now, then int64, print func(int64) string) string {
	key, by := "same", int64(0)
	switch {
	case now > then:
		key, by = "more", now-then
	case now < then:
		key, by = "less", then-now
	}
	return w.With("today.since."+what+"_"+key, locales.Args{"n": locales.Text(print(by))})
}
