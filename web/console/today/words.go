package today

import (
	"strings"

	"besedka/core/campaign"
	"besedka/core/receipt"
	"besedka/core/report"
	"besedka/flows"
	"besedka/locales"
	"besedka/web/console/ui"
)

// words are the console's, and the programme's own for what is counted.
type words struct {
	ui.View
	programme *flows.Programme
}

// in is a word of the programme in the reader's language, else in its base language.
func (w words) in(text flows.Words, name string) string {
	for _, lang := range []string{w.Lang, w.programme.Base()} {
		if text[lang] != "" {
			return text[lang]
		}
	}
	return name
}

// people is a count as it may be told.
func (w words) people(c report.Count) string {
	switch {
	case c.Exact():
		return w.Number(c.From)
	case c.From == 1:
		return c.String()
	}
	return w.Number(c.From) + "–" + w.Number(c.To)
}

// by is what people are split by.
func (w words) by(name string) string {
	if name == report.ByAge {
		return w.T("today.by_age")
	}
	f, _ := w.programme.Profile.Field(name)
	return w.in(f.Title, name)
}

// group is what one group of a split is called.
func (w words) group(by, name string) string {
	if name == "" {
		return w.T("today.not_said")
	}
	f, _ := w.programme.Profile.Field(by)
	for _, o := range f.Options {
		if o.Name == name {
			return w.in(o.Title, name)
		}
	}
	return strings.Replace(name, "-", "–", 1)
}

// campaign is what a campaign is called.
func (w words) campaign(id string) string {
	for _, c := range w.programme.Campaigns {
		if c.ID == id {
			return c.Name
		}
	}
	return id
}

// reason is why receipts came to nothing.
func (w words) reason(code string) string {
	if text := w.T("today.reasons." + code); text != "console.today.reasons."+code {
		return text
	}
	return code
}

// amount is a number of points, of minor units.
func (w words) amount(currency string, minor int64) string {
	for _, c := range w.programme.Money {
		if c.ID == currency {
			for range 2 - c.Scale { // the texts count in hundredths
				minor *= 10
			}
		}
	}
	return w.With("today.amount", locales.Args{"n": locales.Points(minor)})
}

// currency is the word of a currency beside many.
func (w words) currency(id string) string {
	for _, c := range w.programme.Money {
		if c.ID != id {
			continue
		}
		if forms := c.Title[w.Lang]; len(forms) > 0 {
			return forms[len(forms)-1]
		}
	}
	if id == "bonus" {
		return w.T("today.bonus")
	}
	return id
}

// percent is a share of hundredths of a percent, to the nearest tenth: 66,7 %.
func (w words) percent(share int64) string { return w.tenths((share + 5) / 10) }

// reached is a share of those who were in time; it is never rounded up to a promise.
func (w words) reached(share int64) string { return w.tenths(share / 10) }

func (w words) tenths(n int64) string {
	text := w.With("today.amount", locales.Args{"n": locales.Points(10 * n)}) // to two digits, or whole
	if n%10 != 0 {
		text = strings.TrimSuffix(text, "0")
	}
	return w.With("today.percent", locales.Args{"n": locales.Text(text)})
}

// tone is the colour of a campaign's state.
func tone(s campaign.State) ui.Tone {
	switch s {
	case campaign.Active:
		return ui.OK
	case campaign.Paused:
		return ui.Warn
	}
	return ui.Plain
}

// part is one part of a bar.
type part struct {
	Name  string // its class, and its text
	Text  string
	Count int64
	X, W  float64 // in hundredths of the bar: nothing is counted by them
}

// parts lie in a row, each as wide as its share.
func parts(all []part) []part {
	sum, x := int64(0), 0.0
	for _, p := range all {
		sum += p.Count
	}
	for i, p := range all {
		if sum > 0 {
			all[i].X, all[i].W = x, 100*float64(p.Count)/float64(sum)
		}
		x += all[i].W
	}
	return all
}

// receipts are those of the day by what a marketer would do about them.
func (w words) receipts(r report.Receipts) []part {
	refused := r.Claims
	for _, c := range r.Refused {
		refused += c.Receipts
	}
	all := []part{
		{Name: "credited", Count: r.In(receipt.Credited, receipt.PartlyRefunded)},
		{Name: "asked", Count: r.In(receipt.Queued, receipt.Waiting)},
		{Name: "manual", Count: r.In(receipt.Manual)},
		{Name: "verified", Count: r.In(receipt.Verified)},
		{Name: "rejected", Count: r.In(receipt.Rejected)},
		{Name: "taken_back", Count: r.In(receipt.Revoked, receipt.FullyRefunded)},
		{Name: "duplicate", Count: r.Duplicates},
		{Name: "refused", Count: refused},
	}
	for i := range all {
		all[i].Text = w.T("today.receipts." + all[i].Name)
	}
	return parts(all)
}

// buckets are the receipts of the day by the time to their verdict.
func (w words) buckets(v report.Verdicts) []part {
	all := make([]part, 0, len(v.Decided)+1)
	for i, n := range v.Decided {
		name := "later"
		if i < len(v.Targets) {
			name = v.Targets[i].Target
		}
		all = append(all, part{Name: "in-" + name, Text: w.T("today.within." + name), Count: n})
	}
	waiting := int64(0)
	for _, n := range v.Undecided {
		waiting += n
	}
	return parts(append(all, part{Name: "waiting", Text: w.T("today.within.none"), Count: waiting}))
}

// width is how much of a funnel's bar is full: the middle of what is told.
func width(c, of report.Count) int64 {
	if of.To == 0 {
		return 0
	}
	return (c.From + c.To) * 100 / (of.From + of.To)
}

// coupons are all of the day.
func coupons(all []report.Coupons) (issued, void int64) {
	for _, c := range all {
		issued, void = issued+c.Issued, void+c.Void
	}
	return issued, void
}

// trouble is the text of a key, "" of none.
func (w words) trouble(key string) string {
	if key == "" {
		return ""
	}
	return w.T(key)
}
