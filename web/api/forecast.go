package api

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"besedka/core/campaign"
	"besedka/core/campaign/forecast"
	"besedka/core/campaign/rules"
	"besedka/core/prize"
	"besedka/core/source"
	"besedka/core/staff"
	"besedka/dialogs/actions"
	"besedka/storage"
)

// outlook is the body of POST /forecast.
type outlook struct {
	Campaign string `json:"campaign"`
	Text     string `json:"text"` // of the draft's file; "": the stored draft
	From     string `json:"from"` // days by the programme's clock
	To       string `json:"to"`
}

// foreseen is its answer: a forecast, or what is wrong with the draft.
type foreseen struct {
	Forecast *forecast.Result `json:"forecast,omitempty"`
	Problems []string         `json:"problems"`
}

const (
	maxForecast  = 20_000 // receipts: the caller waits
	forecastDays = 27     // before today, when no days are named
	maxSpan      = 366    // days of one
	leastShown   = 5      // members behind a figure, for those who may not look at members
)

// errBusy refuses a second forecast at once: each takes a core for seconds.
var errBusy = errors.New("another forecast is being made: ask again in a minute")

// foresee tells what a draft would have cost, beside the version in force.
func (a *api) foresee(c call) (act, error) {
	var in outlook
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	past, err := a.past(c, in)
	if err != nil {
		return nil, err
	}
	answer := foreseen{Problems: []string{}}
	if in.Text != "" {
		var problems []*source.Problem
		past.Draft, problems = rules.Parse("campaigns/"+in.Campaign+".yaml", []byte(in.Text), a.Programme().CheckedTerms(actions.Vocabulary()))
		for _, p := range problems {
			answer.Problems = append(answer.Problems, p.In("en"))
		}
	}
	if len(answer.Problems) == 0 {
		if answer.Forecast, err = a.forecast(c, past); err != nil {
			return nil, err
		}
	}
	return func(context.Context, storage.Tx) (any, error) { return answer, nil }, nil
}

// past is what is asked for, without the draft.
func (a *api) past(c call, in outlook) (p campaign.Past, err error) {
	if in.Campaign == "" || !storable(in.Campaign) || utf8.RuneCountInString(in.Campaign) > maxCampaign {
		return p, invalid{"campaign must be the name of its file, without .yaml"}
	}
	zone := a.Programme().Location
	year, month, day := c.now.In(zone).Date()
	p = campaign.Past{Campaign: in.Campaign, From: time.Date(year, month, day-forecastDays, 0, 0, 0, 0, zone), To: c.now, Most: maxForecast}
	if in.From != "" {
		if p.From, err = time.ParseInLocation(time.DateOnly, in.From, zone); err != nil {
			return p, invalid{"from must be a day as 2026-05-01"}
		}
	}
	if in.To != "" {
		if p.To, err = time.ParseInLocation(time.DateOnly, in.To, zone); err != nil {
			return p, invalid{"to must be a day as 2026-05-31"}
		}
		p.To = p.To.AddDate(0, 0, 1)
	}
	if !p.From.Before(p.To) || p.From.AddDate(0, 0, maxSpan).Before(p.To) {
		return p, invalid{"the days go from from to to, a year of them at most"}
	}
	return p, nil
}

func (a *api) forecast(c call, past campaign.Past) (*forecast.Result, error) {
	if !a.forecasting.TryLock() {
		return nil, errBusy
	}
	defer a.forecasting.Unlock()
	shelves, err := a.Prizes.Shelves(c.ctx, a.DB)
	if err != nil {
		return nil, err
	}
	past.Stock = prize.Stocked(shelves)
	r, err := a.Campaigns.Forecast(c.ctx, a.DB, past)
	switch {
	case errors.Is(err, campaign.ErrNoDraft):
		return nil, invalid{campaign.ErrNoDraft.Error()}
	case errors.Is(err, campaign.ErrTooMany):
		return nil, invalid{"there are more than 20000 receipts in these days: ask for fewer, or run besedka campaigns forecast"}
	case err != nil:
		return nil, err
	}
	if !c.by.May(staff.ReadMembers) {
		r = r.Veiled(leastShown, a.Programme().Location)
	}
	return &r, nil
}
