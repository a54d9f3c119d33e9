package main

import (
	"math/big"
	"slices"
	"time"

	"besedka/core/campaign/forecast"
	"besedka/core/ledger"
	"besedka/flows"
	"besedka/locales"
)

// forecastView is a forecast in words, as the terminal and the page show it.
type forecastView struct {
	Lang, Title, Lead, None      string
	Draft, Active, Difference    string
	Day, Receipts, Members, Note string
	ByDays, Who                  string
	Totals                       []totalView
	Chart, Most                  string // what of the days is drawn, and the greatest bar
	Days                         []dayView
	Limits                       []string
	Changes                      []changeView
}

// totalView is a row of the table above all days.
type totalView struct{ Name, Draft, Active, Difference string }

// dayView is one day; its bars are in thousandths of the greatest one.
type dayView struct {
	Day, Receipts, Members, Draft, Active string
	DraftBar, ActiveBar                   int64
}

// changeView is who gains and who loses, with the shares of all members in thousandths.
type changeView struct {
	Name, Gain, Lose, Same    string
	GainBar, LoseBar, SameBar int64
	MostGain, MostLose        string
}

// viewer words a result.
type viewer struct {
	r     forecast.Result
	p     *flows.Programme
	print *locales.Printer
}

func viewForecast(r forecast.Result, p *flows.Programme, lang string) (forecastView, error) {
	texts, err := locales.Load()
	if err != nil {
		return forecastView{}, err
	}
	v := viewer{r, p, texts.Printer(lang)}
	view := forecastView{
		Lang: lang, Title: v.say("title", locales.Args{"campaign": locales.Text(r.Campaign)}),
		Draft: v.say("draft", nil), Active: v.say("active", nil), Difference: v.say("difference", nil),
		Day: v.say("day", nil), Receipts: v.say("receipts", nil), Members: v.say("members", nil), Note: v.say("note", nil),
		ByDays: v.say("by_days", nil), Who: v.say("who", nil),
	}
	if r.Receipts == 0 {
		view.None = v.say("none", nil)
		return view, nil
	}
	view.Lead = v.lead()
	view.Totals = v.totals()
	v.days(&view)
	view.Limits = v.limits()
	view.Changes = v.changes()
	return view, nil
}

func (v viewer) say(key string, args locales.Args) string { return v.print.Text("forecast."+key, args) }

func (v viewer) lead() string {
	from, _ := time.Parse(time.DateOnly, v.r.From) // written by the forecast itself
	to, _ := time.Parse(time.DateOnly, v.r.To)
	lead := v.say("lead", locales.Args{"from": locales.Date(from), "to": locales.Date(to), "receipts": locales.Count(v.r.Receipts), "members": locales.Count(v.r.Members)})
	if v.r.Active == nil {
		lead += " " + v.say("alone", nil)
	}
	return lead
}

func (v viewer) number(minor int64, scale int) string {
	if minor < 0 {
		return "−" + v.number(-minor, scale)
	}
	if scale == 2 {
		return v.say("number", locales.Args{"n": locales.Money(minor)})
	}
	exact := big.NewRat(minor, 1)
	for range scale {
		exact.Quo(exact, big.NewRat(10, 1))
	}
	return v.say("number", locales.Args{"n": locales.Exact(exact)})
}

func (v viewer) signed(minor int64, scale int) string {
	if minor > 0 {
		return "+" + v.number(minor, scale)
	}
	return v.number(minor, scale)
}

// measure is one thing that campaigns bring.
type measure struct {
	forecast.Measure
	name  string
	scale int
	of    func(forecast.Cost) int64
}

// measures are those of which there is anything, points first and bonuses before others.
func (v viewer) measures() (all []measure) {
	costs := []forecast.Cost{v.r.Draft.All}
	if v.r.Active != nil {
		costs = append(costs, v.r.Active.All)
	}
	currencies := []string{}
	for _, c := range costs {
		for currency := range c.Points {
			currencies = append(currencies, currency)
		}
	}
	slices.Sort(currencies)
	for _, currency := range slices.Compact(currencies) {
		m := v.measure(forecast.Measure{Of: "points", Currency: currency})
		if all = append(all, m); currency == ledger.Bonus {
			all = slices.Insert(all[:len(all)-1], 0, m)
		}
	}
	for _, of := range []string{"coupons", "gifts", "discount"} {
		m := v.measure(forecast.Measure{Of: of})
		if slices.ContainsFunc(costs, func(c forecast.Cost) bool { return m.of(c) != 0 }) {
			all = append(all, m)
		}
	}
	return all
}

func (v viewer) measure(of forecast.Measure) measure {
	m := measure{Measure: of, name: v.say("of."+of.Of, nil)}
	switch of.Of {
	case "points":
		c, _ := v.p.Currency(of.Currency)
		m.scale, m.of = c.Scale, func(c forecast.Cost) int64 { return c.Points[of.Currency] }
		if of.Currency != ledger.Bonus {
			m.name = of.Currency
		}
	case "coupons":
		m.of = func(c forecast.Cost) int64 { return c.Coupons }
	case "gifts":
		m.of = func(c forecast.Cost) int64 { return c.Gifts }
	default:
		m.scale, m.of = 2, func(c forecast.Cost) int64 { return c.Discount }
	}
	return m
}

func (v viewer) totals() (rows []totalView) {
	active := forecast.Side{}
	if v.r.Active != nil {
		active = *v.r.Active
	}
	for _, m := range v.measures() {
		rows = append(rows, v.total(m.name, m.of(v.r.Draft.Own), m.of(active.Own), m.scale))
		if ours, theirs := m.of(v.r.Draft.All), m.of(active.All); ours != m.of(v.r.Draft.Own) || theirs != m.of(active.Own) {
			rows = append(rows, v.total(v.say("all", locales.Args{"of": locales.Text(m.name)}), ours, theirs, m.scale))
		}
	}
	return append(rows, v.total(v.say("touched", nil), v.r.Draft.Members, active.Members, 0))
}

func (v viewer) total(name string, draft, active int64, scale int) totalView {
	return totalView{name, v.number(draft, scale), v.number(active, scale), v.signed(draft-active, scale)}
}

// days draws the first thing that the campaign itself brings by either version.
func (v viewer) days(view *forecastView) {
	measures := v.measures()
	at := slices.IndexFunc(measures, func(m measure) bool {
		return m.of(v.r.Draft.Own) != 0 || v.r.Active != nil && m.of(v.r.Active.Own) != 0
	})
	if at < 0 {
		return
	}
	m, most := measures[at], int64(1)
	for _, d := range v.r.Days {
		most = max(most, m.of(d.Draft), m.of(d.Active))
	}
	view.Chart, view.Most = m.name, v.number(most, m.scale)
	for _, d := range v.r.Days {
		draft, active := m.of(d.Draft), m.of(d.Active)
		view.Days = append(view.Days, dayView{
			Day: d.Day, Receipts: v.number(d.Receipts, 0), Members: v.number(d.Members, 0), Draft: v.number(draft, m.scale), Active: v.number(active, m.scale),
			DraftBar: portion(draft, most), ActiveBar: portion(active, most),
		})
	}
}

// portion is n of whole in thousandths, whatever their size.
func portion(n, whole int64) int64 {
	thousand := new(big.Int).Mul(big.NewInt(n), big.NewInt(1000))
	return thousand.Quo(thousand, big.NewInt(max(whole, 1))).Int64()
}

func (v viewer) changes() (views []changeView) {
	for _, c := range v.r.Changes {
		m := v.measure(c.Measure)
		views = append(views, changeView{
			Name: m.name, Gain: v.group("gains", c.Gain, m.scale), Lose: v.group("loses", c.Lose, m.scale), Same: v.say("stays", locales.Args{"n": locales.Count(c.Same)}),
			GainBar: portion(c.Gain.Members, v.r.Members), LoseBar: portion(c.Lose.Members, v.r.Members), SameBar: portion(c.Same, v.r.Members),
			MostGain: v.most("most_gain", c.Gain.Most, m.scale), MostLose: v.most("most_lose", c.Lose.Most, m.scale),
		})
	}
	return views
}

func (v viewer) group(key string, g forecast.Group, scale int) string {
	if g.Members == 0 {
		return v.say(key+"_none", nil)
	}
	return v.say(key, locales.Args{"n": locales.Count(g.Members), "sum": locales.Text(v.signed(g.Sum, scale)), "median": locales.Text(v.signed(g.Median, scale))})
}

func (v viewer) most(key string, moves []forecast.Move, scale int) (text string) {
	for i, m := range moves {
		if i > 0 {
			text += ", "
		}
		text += v.say("move", locales.Args{"member": locales.Text(v.plain(m.Member)), "by": locales.Text(v.signed(m.By, scale))})
	}
	if text == "" {
		return ""
	}
	return v.say(key, locales.Args{"moves": locales.Text(text)})
}

// plain is a number that somebody copies into a search.
func (v viewer) plain(n int64) string { return big.NewInt(n).String() }
