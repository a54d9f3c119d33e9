package api

import (
	"time"

	"besedka/core/slo"
)

// sloShown is the answer of GET /slo. Shares are in hundredths of a percent, 9600
// is 96 %; lists by target follow the order of targets.
type sloShown struct {
	WindowDays int         `json:"windowDays"`
	Targets    []sloTarget `json:"targets"`
	Undecided  sloOpen     `json:"undecided"`
	Days       []sloDay    `json:"days"`
	Breaches   []sloBreach `json:"breaches"`
}

// sloTarget is a promise and how it is kept over the window; the share of nobody is
// 0, and kept.
type sloTarget struct {
	Target  string `json:"target"`
	Seconds int64  `json:"seconds"`
	Wanted  int64  `json:"wanted"`
	Judged  int64  `json:"judged"`
	Met     int64  `json:"met"`
	Share   int64  `json:"share"`
	Kept    bool   `json:"kept"`
}

// sloOpen are the receipts without a verdict, of whatever day, and how many of them
// are late by each target.
type sloOpen struct {
	Receipts int64   `json:"receipts"`
	Late     []int64 `json:"late"`
}

// sloDay are the receipts of a day and a channel that have their verdict, and how
// many had it within each target.
type sloDay struct {
	Day     string  `json:"day"`
	Channel string  `json:"channel"`
	Decided int64   `json:"decided"`
	Within  []int64 `json:"within"`
}

type sloBreach struct {
	Target string     `json:"target"`
	Began  time.Time  `json:"began"`
	Met    int64      `json:"met"`
	Judged int64      `json:"judged"`
	Ended  *time.Time `json:"ended,omitempty"`
}

// Limits of the answer.
const (
	sloDays     = 30
	sloBreaches = 20
)

// showSLO tells how the promises about time are kept.
func (a *api) showSLO(c call) (any, error) {
	days, err := c.days(sloDays)
	if err != nil {
		return nil, err
	}
	now, err := a.SLO.Standing(c.ctx, a.DB, c.now)
	if err != nil {
		return nil, err
	}
	kept, err := a.SLO.Days(c.ctx, a.DB, c.now, days)
	if err != nil {
		return nil, err
	}
	breaches, err := slo.Breaches(c.ctx, a.DB, sloBreaches)
	return showStanding(now, kept, breaches), err
}

func showStanding(now slo.Standing, days []slo.Day, breaches []slo.Breach) sloShown {
	out := sloShown{WindowDays: slo.WindowDays, Days: []sloDay{}, Breaches: []sloBreach{}}
	out.Undecided.Receipts = now.Undecided.Total()
	for i, within := range now.Undecided.Within() {
		f := now.Targets[i]
		out.Undecided.Late = append(out.Undecided.Late, out.Undecided.Receipts-within)
		out.Targets = append(out.Targets, sloTarget{
			f.Name, int64(f.Within / time.Second), f.Share, f.Judged, f.Met, f.Reached(), f.Kept(),
		})
	}
	for _, d := range days {
		within := d.Within()
		out.Days = append(out.Days, sloDay{d.Day.Format(time.DateOnly), d.Channel, d.Total(), within[:]})
	}
	for _, b := range breaches {
		out.Breaches = append(out.Breaches, sloBreach(b))
	}
	return out
}
