package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"besedka/core/campaign"
	"besedka/core/campaign/rules"
	"besedka/core/coupon"
	"besedka/core/fiscal"
	"besedka/core/partner"
	"besedka/core/receipt"
	"besedka/locales"
)

type campaignsCmd struct {
	Simulate simulateCmd `cmd:"" help:"Tell what a receipt would bring and why; nothing of it stays."`
	Forecast forecastCmd `cmd:"" help:"Tell what a draft would have cost over past receipts, when its budgets would have ended, and who would gain and lose."`
}

type simulateCmd struct {
	place
	Receipt  int64            `help:"Number of a stored receipt; or give the text of a QR code."`
	Member   int64            `help:"Whose eyes to look with; by default whose the stored receipt is, else somebody new."`
	Contents string           `help:"File with the receipt's contents, as the tax service writes them." type:"existingfile"`
	Tender   map[string]int64 `help:"Kopecks of it that were paid by bonuses: bonus=10000."`
	At       time.Time        `help:"When it is credited: 2026-05-03T15:04:00+03:00; by default now." format:"2006-01-02T15:04:05Z07:00"`
	Drafts   bool             `help:"By drafts as well."`
	JSON     bool             `name:"json" help:"Print JSON with the whole trace."`
	Lang     string           `help:"Language of what is told: ru or en." enum:"ru,en" default:"ru"`
	QR       string           `arg:"" optional:"" help:"Text of the QR code."`
}

// tried is a contract: other programs read it.
type tried struct {
	At        time.Time       `json:"at"`
	Points    int64           `json:"points"`
	Decisions []campaign.Told `json:"decisions"`
}

// Run simulates by the programme that is in force in the installation.
func (c *simulateCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) (err error) {
	trial, err := c.trial()
	if err != nil {
		return err
	}
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close(ctx)) }()
	p := newPublisher(in.db, time.Now, log)
	if err := p.follow(ctx); err != nil {
		return err
	}
	receipts := receipt.New(receipt.Config{
		DB: in.db, Campaigns: p.campaigns, Products: p.campaigns.Products, Partners: &partner.Service{Log: log},
		Coupons: coupon.Service{Terms: p.campaigns.CouponTerms}, Zone: p.programme().Location, Log: log,
	})
	if c.At.IsZero() {
		c.At = time.Now()
	}
	award, err := receipts.Simulate(ctx, c.At, trial)
	if err != nil {
		return err
	}
	return c.tell(out, award)
}

func (c *simulateCmd) trial() (receipt.Trial, error) {
	t := receipt.Trial{Receipt: c.Receipt, Member: c.Member, Text: c.QR, Tenders: c.Tender, Drafts: c.Drafts}
	if (c.Receipt == 0) == (c.QR == "") {
		return t, errors.New("give --receipt or the text of a QR code, one of them")
	}
	if c.Contents == "" {
		return t, nil
	}
	text, err := os.ReadFile(c.Contents)
	if err != nil {
		return t, err
	}
	contents, err := fiscal.ParseReceipt(text)
	t.Contents = &contents
	return t, err
}

func (c *simulateCmd) tell(out io.Writer, a campaign.Award) error {
	told := tried{c.At, a.Points, campaign.Tell(a.Decisions)}
	if c.JSON {
		return json.NewEncoder(out).Encode(told)
	}
	texts, err := locales.Load()
	if err != nil {
		return err
	}
	p := texts.Printer(c.Lang)
	for _, d := range told.Decisions {
		why, err := rules.Explain(d.Trace, d.Brought.Gone, p)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s/%d\t%s\t%s\n  %s\n  %s\n", d.Campaign, d.Version, d.Outcome, p.Points(d.Points), why, d.Trace); err != nil {
			return err
		}
	}
	return nil
}
