package main

import (
	"fmt"
	"time"

	"besedka/core/campaign/forecast"
	"besedka/core/campaign/rules"
	"besedka/locales"
)

// maxEnds is how many ends of a budget are told; a program reads them all in JSON.
const maxEnds = 3

// limits tell how the draft's limits fare, and which of its gifts run out.
func (v viewer) limits() (lines []string) {
	for _, l := range v.r.Draft.Limits {
		lines = append(lines, v.limit(l))
	}
	for _, s := range v.r.Draft.Stock {
		lines = append(lines, v.say("gone", locales.Args{"pool": locales.Text(s.Pool), "at": locales.Text(v.instant(s.Gone))}))
	}
	return lines
}

func (v viewer) limit(l forecast.Limit) string {
	scale := v.scaleOf(l)
	args := locales.Args{"limit": locales.Text(l.ID), "max": locales.Text(v.number(l.Max, scale)), "used": locales.Text(v.number(l.Used, scale)), "n": locales.Count(l.Times)}
	switch {
	case l.Times == 0 && l.Of == rules.OfCampaign && l.Per == "campaign":
		return v.say("limit.left", args)
	case l.Times == 0:
		return v.say("limit.never", args)
	case l.Of != rules.OfCampaign:
		args["at"] = locales.Text(v.instant(*l.First))
		return v.say("limit.reached", args)
	}
	ends := ""
	for i, e := range l.Ends[:min(len(l.Ends), maxEnds)] {
		if i > 0 {
			ends += ", "
		}
		ends += v.instant(e.At)
	}
	if more := len(l.Ends) - maxEnds; more > 0 {
		ends += fmt.Sprintf(" (+%d)", more)
	}
	args["at"] = locales.Text(ends)
	return v.say("limit.ends", args)
}

func (v viewer) scaleOf(l forecast.Limit) int {
	switch l.What {
	case "accrual":
		c, _ := v.p.Currency(l.Currency)
		return c.Scale
	case "goods":
		return 6 // millionths
	}
	return 0
}

func (v viewer) instant(at time.Time) string { return at.In(v.p.Location).Format("2006-01-02 15:04") }
