package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"besedka/core/campaign"
	"besedka/core/campaign/forecast"
	"besedka/core/campaign/rules"
	"besedka/core/prize"
	"besedka/core/prize/showcase"
	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/flows"
)

type forecastCmd struct {
	place
	Programme string `help:"Programme folder; by default the one we stand in, else the programme in force." type:"path"`
	CSV       string `name:"csv" help:"Table of receipts to use in place of those in the database: member, purchased_at, total, and more." type:"existingfile"`
	From      string `help:"First day, 2026-05-01; by default 28 days ago, of a table its first."`
	To        string `help:"Last day; by default today, of a table its last."`
	HTML      string `name:"html" help:"Write a page with the picture to this file." type:"path"`
	JSON      bool   `name:"json" help:"Print JSON."`
	Lang      string `help:"Language of what is told: ru or en." enum:"ru,en" default:"ru"`
	Campaign  string `arg:"" help:"File of the draft, or the name of a campaign of the folder or of a stored draft."`
}

// Run forecasts by the folder's terms, or those of the programme in force.
func (c *forecastCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	if c.CSV != "" {
		return c.byTable(out, log)
	}
	return c.byHistory(ctx, out, log)
}

func (c *forecastCmd) folder() *folder { return &folder{Dir: c.Programme, JSON: c.JSON, Lang: c.Lang} }

// named says whether a programme folder is meant, and not the programme in force.
func (c *forecastCmd) named() bool {
	_, err := os.Stat("programme.yaml")
	return c.Programme != "" || err == nil
}

// isFile says whether the draft is named by its file.
func (c *forecastCmd) isFile() bool {
	return strings.HasSuffix(c.Campaign, ".yaml") || strings.HasSuffix(c.Campaign, ".yml")
}

// draft is the campaign that was named; nil for one that the folder does not have.
func (c *forecastCmd) draft(out io.Writer, p *flows.Programme) (*rules.Campaign, error) {
	if !c.isFile() {
		return campaignOf(p, c.Campaign), nil
	}
	text, err := source.ReadFile(os.DirFS(filepath.Dir(c.Campaign)), filepath.Base(c.Campaign))
	if err != nil {
		return nil, err
	}
	draft, problems := rules.Parse(c.Campaign, text, p.CheckedTerms(actions.Vocabulary()))
	if len(problems) > 0 {
		return nil, c.folder().refuse(out, problems)
	}
	return draft, nil
}

func campaignOf(p *flows.Programme, id string) *rules.Campaign {
	for _, one := range p.Campaigns {
		if one.ID == id {
			return one
		}
	}
	return nil
}

// byTable needs no database: a draft's file is held against the folder's campaign of the
// same name, and gifts never run out.
func (c *forecastCmd) byTable(out io.Writer, log *slog.Logger) error {
	p, err := c.folder().load(out)
	if err != nil {
		return err
	}
	days, err := c.days(p.Location, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	draft, err := c.draft(out, p)
	if err != nil {
		return err
	}
	if draft == nil {
		return c.folder().fail(source.Sentence("в программе нет акции «%s»: назовите её или файл", "the programme has no campaign %q: name one of it, or a file", c.Campaign))
	}
	in := forecast.Input{Draft: draft, Zone: p.Location}
	for _, other := range p.Campaigns {
		switch {
		case other.ID != draft.ID:
			in.Others = append(in.Others, other)
		case other != draft:
			in.Active = other
		}
	}
	f, told := forecast.New(in), int64(0)
	err = c.table(out, p.Location, func(facts rules.Facts) error {
		if told++; told%progress == 0 {
			c.tellProgress(log, told, facts.Receipt.Purchased)
		}
		if !days.has(facts.Receipt.Purchased) {
			return nil
		}
		return f.Add(facts)
	})
	if err != nil {
		return err
	}
	return c.tell(out, f.Result(), p)
}

// table reads the file twice: nothing is forecast from one with mistakes.
func (c *forecastCmd) table(out io.Writer, zone *time.Location, add func(rules.Facts) error) error {
	for _, add := range []func(rules.Facts) error{nil, add} {
		file, err := os.Open(c.CSV)
		if err != nil {
			return err
		}
		problems, err := forecast.ReadCSV(filepath.Base(c.CSV), file, zone, add)
		_ = file.Close() // it was only read
		if err != nil {
			return err
		}
		if len(problems) > 0 {
			f := c.folder()
			return errors.Join(f.tell(out, problems), f.fail(source.Sentence("ошибок: %d, прогноза нет", "mistakes: %d, there is no forecast", len(problems))))
		}
	}
	return nil
}

// byHistory forecasts by the receipts that were credited here.
func (c *forecastCmd) byHistory(ctx context.Context, out io.Writer, log *slog.Logger) (err error) {
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close(ctx)) }()
	pub := newPublisher(in.db, time.Now, log)
	if err := pub.follow(ctx); err != nil {
		return err
	}
	p := pub.programme()
	if c.named() {
		if p, err = c.folder().load(out); err != nil {
			return err
		}
	}
	now := time.Now()
	days, err := c.days(p.Location, midnight(now, p.Location).AddDate(0, 0, -historyDays), now)
	if err != nil {
		return err
	}
	past := campaign.Past{Campaign: c.Campaign, From: days.from, To: days.to, Told: func(n int64, bought time.Time) {
		if n%progress == 0 {
			c.tellProgress(log, n, bought)
		}
	}}
	if past.Draft, err = c.draft(out, p); err != nil {
		return err
	}
	shelves, err := prize.New(prize.Config{DB: in.db, Showcase: func() *showcase.Showcase { return p.Showcase }}).Shelves(ctx, in.db)
	if err != nil {
		return err
	}
	past.Stock = prize.Stocked(shelves)
	result, err := pub.campaigns.Forecast(ctx, in.db, past)
	if err != nil {
		return err
	}
	return c.tell(out, result, p)
}

const (
	historyDays = 27     // before today: four weeks with it
	progress    = 10_000 // receipts
)

func (c *forecastCmd) tellProgress(log *slog.Logger, receipts int64, bought time.Time) {
	log.Info("forecast", "receipts", receipts, "bought", bought.Format(time.DateOnly))
}

// span is the days that were asked for; zero ends are open.
type span struct{ from, to time.Time }

func (s span) has(at time.Time) bool {
	return !at.Before(s.from) && (s.to.IsZero() || at.Before(s.to))
}

func (c *forecastCmd) days(zone *time.Location, from, to time.Time) (s span, err error) {
	s = span{from, to}
	if c.From != "" {
		if s.from, err = time.ParseInLocation(time.DateOnly, c.From, zone); err != nil {
			return s, fmt.Errorf("--from: write a day as 2026-05-01: %w", err)
		}
	}
	if c.To != "" {
		if s.to, err = time.ParseInLocation(time.DateOnly, c.To, zone); err != nil {
			return s, fmt.Errorf("--to: write a day as 2026-05-31: %w", err)
		}
		s.to = s.to.AddDate(0, 0, 1)
	}
	return s, nil
}

func midnight(at time.Time, zone *time.Location) time.Time {
	year, month, day := at.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone)
}

// tell prints the forecast, and writes its page.
func (c *forecastCmd) tell(out io.Writer, r forecast.Result, p *flows.Programme) error {
	view, err := viewForecast(r, p, c.Lang)
	if err != nil {
		return err
	}
	if c.HTML != "" {
		var page strings.Builder
		if err := forecastPage.Execute(&page, view); err != nil {
			return err
		}
		if err := os.WriteFile(c.HTML, []byte(page.String()), 0o644); err != nil { //nolint:gosec // a page for whoever reads it
			return err
		}
	}
	if c.JSON {
		return json.NewEncoder(out).Encode(r)
	}
	_, err = io.WriteString(out, view.text())
	return err
}
