package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"besedka/core/campaign"
	"besedka/core/coupon"
	"besedka/core/ledger"
)

type booksCmd struct {
	Check booksCheckCmd `cmd:"" help:"Recompute every balance and lot from the postings, every pool of coupons from its receipts."`
}

type booksCheckCmd struct {
	place
	JSON bool `help:"Print the report as JSON." name:"json"`
}

// errBooks makes the exit code tell what the report told.
var errBooks = errors.New("the books are not exact")

// Run prints the report; books that are not exact are an error.
func (c *booksCheckCmd) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close(ctx)) }()
	var report booksReport
	if report.Report, err = ledger.Check(ctx, in.db); err != nil {
		return err
	}
	if report.Coupons, err = couponService(&campaign.Service{}).Check(ctx, in.db); err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(stdout).Encode(report)
	} else {
		err = printReport(stdout, report)
	}
	if n := report.breaches(); err == nil && n > 0 {
		err = fmt.Errorf("%w: %d breaches", errBooks, n)
	}
	return err
}

// booksReport is what was found in all the books.
type booksReport struct {
	ledger.Report
	Coupons coupon.Report `json:"coupons"`
}

func (r booksReport) breaches() int { return len(r.Breaches) + len(r.Coupons.Breaches) }

func printReport(w io.Writer, r booksReport) error {
	text := fmt.Sprintf("%d transactions, %d postings, %d lots, %d accounts\n", r.Transactions, r.Postings, r.Lots, r.Accounts)
	for _, s := range r.Sums {
		text += fmt.Sprintf("%s: issued %d - expired %d - redeemed %d = on accounts %d; all postings together %d\n", s.Currency, s.Issued, s.Expired, s.Redeemed, s.Held, s.Total)
	}
	for _, b := range r.Breaches {
		text += fmt.Sprintf("BREACH %s: %s has %d, its postings say %d\n", b.Rule, b.Object, b.Got, b.Want)
	}
	text += fmt.Sprintf("%d coupons in %d pools: %d live, %d forfeited\n", r.Coupons.Coupons, r.Coupons.Pools, r.Coupons.Live, r.Coupons.Forfeited)
	for _, b := range r.Coupons.Breaches {
		text += fmt.Sprintf("BREACH %s: %s has %d, its rows say %d\n", b.Rule, b.Object, b.Got, b.Want)
	}
	if r.breaches() == 0 {
		text += "the books are exact\n"
	}
	_, err := io.WriteString(w, text)
	return err
}
