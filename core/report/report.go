package report

import (
	"context"
	"fmt"
	"time"

	"besedka/core/campaign"
	"besedka/core/conversation"
	"besedka/core/slo"
	"besedka/storage"
)

// Definitions is the version of what the figures mean, as docs/today.md tells: it
// changes with them, and every file carries it.
const Definitions = 1

// Programme is what of the release in force the figures go by.
type Programme struct {
	Zone     *time.Location // whose days are counted
	Birthday string         // the profile's field, "" for none
	Choices  []Choice       // the closed questions of the profile: nothing else may group people
	Funnels  []Flow
	Steps    []string // flow/step, in their order: where people may wait
}

// Choice is a field of the profile with so many answers and no other.
type Choice struct {
	Field   string
	Options []string
}

// Flow is a script that marks the stages of a funnel.
type Flow struct {
	Name   string
	Stages []string // in its order, the first is where people come in
}

// Service counts.
type Service struct {
	DB        *storage.DB
	Programme func() Programme // as published now

	Census conversation.Census // of who waits where
}

// Today is the day so far, all of one moment of the database but for Waiting.
type Today struct {
	Day         string          `json:"day"` // of the programme's calendar
	Zone        string          `json:"zone"`
	At          time.Time       `json:"at"`
	Definitions int             `json:"definitions"`
	Members     Members         `json:"members"`
	Receipts    Receipts        `json:"receipts"`
	Verdicts    Verdicts        `json:"verdicts"`
	Points      []Points        `json:"points"`
	Coupons     []Coupons       `json:"coupons"`
	Funnels     []Funnel        `json:"funnels"`
	Waiting     Waiting         `json:"waiting"`
	Campaigns   []campaign.Item `json:"campaigns"`
	Yesterday   Yesterday       `json:"yesterday"`
}

// Yesterday is the day before up to the same time by the clock, for comparison.
type Yesterday struct {
	Until    time.Time `json:"until"`
	Members  Count     `json:"members"`
	Receipts int64     `json:"receipts"`
	Points   []Points  `json:"points"`
}

// maxCampaigns is how many campaigns a report lists.
const maxCampaigns = 1000

// Today counts the day of now, from its midnight on.
func (s *Service) Today(ctx context.Context, now time.Time) (t Today, err error) {
	r := reading{Programme: s.Programme(), now: now, census: &s.Census}
	r.from, r.until = r.midnight(0), r.midnight(1)
	t = Today{Day: r.from.Format(time.DateOnly), Zone: r.Zone.String(), At: now, Definitions: Definitions}
	err = s.DB.InSnapshot(ctx, func(ctx context.Context, tx storage.Tx) error {
		r.tx = tx
		return r.read(ctx, &t)
	})
	if err != nil {
		return Today{}, fmt.Errorf("report of %s: %w", t.Day, err)
	}
	return t, nil
}

// reading is one report on its way.
type reading struct {
	Programme
	tx               storage.Tx
	census           *conversation.Census
	now, from, until time.Time
	registered       int64 // once members are read
}

// midnight begins the day of now, moved by some days. Where the clocks jump over it, the
// day begins at the jump, and not an hour before it, as time.Date may say.
func (r reading) midnight(move int) time.Time {
	y, m, d := r.now.In(r.Zone).Date()
	at := time.Date(y, m, d+move, 0, 0, 0, 0, r.Zone)
	if at.Hour() >= 12 {
		_, at = at.ZoneBounds()
	}
	return at
}

func (r *reading) read(ctx context.Context, t *Today) (err error) {
	for _, read := range []func() error{
		func() error { t.Members, err = r.members(ctx); return err },
		func() error { t.Receipts, err = r.receipts(ctx); return err },
		func() error { t.Verdicts, err = r.verdicts(ctx); return err },
		func() error { t.Points, err = r.points(ctx, r.from, r.until); return err },
		func() error { t.Coupons, err = r.coupons(ctx); return err },
		func() error { t.Funnels, err = r.funnels(ctx); return err },
		func() error { t.Waiting, err = r.waiting(ctx); return err },
		func() error { t.Campaigns, err = campaign.List(ctx, r.tx, "", maxCampaigns); return err },
		func() error { t.Yesterday, err = r.yesterday(ctx); return err },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

// yesterday counts the day before up to the same time by the clock.
func (r reading) yesterday(ctx context.Context) (y Yesterday, err error) {
	from := r.midnight(-1)
	y.Until = r.now.In(r.Zone).AddDate(0, 0, -1)
	n, err := storage.Value[int64](ctx, r.tx, qRegistered, from, y.Until)
	if err != nil {
		return y, fmt.Errorf("members of the day before: %w", err)
	}
	y.Members = told(n)
	if y.Receipts, err = storage.Value[int64](ctx, r.tx, qSent, from, y.Until); err != nil {
		return y, fmt.Errorf("receipts of the day before: %w", err)
	}
	y.Points, err = r.points(ctx, from, y.Until)
	return y, err
}

// Verdicts are the receipts uploaded in the day by how long they took, or take.
type Verdicts struct {
	Targets   []Target `json:"targets"`
	Decided   []int64  `json:"decided"`   // in time for the first target, else for the second...; behind the last: later
	Undecided []int64  `json:"undecided"` // the same, by how long they have waited
}

// Target is a promise about time, and how the day keeps it.
type Target struct {
	Target  string `json:"target"`
	Seconds int64  `json:"seconds"`
	Wanted  int64  `json:"wanted"` // hundredths of a percent
	Judged  int64  `json:"judged"`
	Met     int64  `json:"met"`
	Share   int64  `json:"share"`
	Kept    bool   `json:"kept"`
}

func (r reading) verdicts(ctx context.Context) (v Verdicts, err error) {
	u, err := slo.Between(ctx, r.tx, r.from, r.until, r.now)
	if err != nil {
		return v, err
	}
	v.Decided, v.Undecided = u.Decided[:], u.Undecided[:]
	for _, f := range u.Targets {
		v.Targets = append(v.Targets, Target{f.Name, int64(f.Within / time.Second), f.Share, f.Judged, f.Met, f.Reached(), f.Kept()})
	}
	return v, nil
}
