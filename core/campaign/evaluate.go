package campaign

import (
	"context"
	"fmt"
	"strings"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/fiscal"
	"besedka/core/ledger"
	"besedka/locales"
	"besedka/storage"
)

// Purchase is a verified receipt of a registered member.
type Purchase struct {
	Receipt  int64
	Member   int64
	At       time.Time       // the instant of the purchase: it chooses the versions
	Sum      int64           // kopecks, as claimed and confirmed
	Contents *fiscal.Receipt // nil when a person approved the receipt without them
}

func (p Purchase) facts() rules.Receipt {
	r := rules.Receipt{Purchased: p.At, Total: p.Sum}
	if p.Contents != nil {
		r.Total, r.INN = p.Contents.Total, p.Contents.INN
	}
	return r
}

// Award is what a purchase brought by all campaigns together.
type Award struct {
	Points  int64 // minor units
	Balance int64 // the member's, after it
}

// EvaluateTx applies every active campaign to p, stores each decision with its
// explanation and accrues the points, once per receipt and campaign however
// often it is called.
func (s *Service) EvaluateTx(ctx context.Context, tx storage.Tx, now time.Time, p Purchase) (Award, error) {
	versions, err := s.versionsAt(ctx, tx, p.At)
	if err != nil {
		return Award{}, fmt.Errorf("look for campaigns: %w", err)
	}
	var total Award
	for _, v := range versions {
		points, err := v.evaluate(ctx, tx, now, p)
		if err != nil {
			return Award{}, fmt.Errorf("campaign %s: %w", v.campaign, err)
		}
		total.Points += points
	}
	balance, err := ledger.BalanceOf(ctx, tx, now, p.Member, ledger.Bonus)
	total.Balance = balance.Points
	return total, err
}

func (v version) evaluate(ctx context.Context, tx storage.Tx, now time.Time, p Purchase) (int64, error) {
	a, err := v.rules.Evaluate(p.facts(), now)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, qEvaluation, p.Receipt, v.campaign, v.number, a.Points, orNull(a.Expires), a.Trace, now); err != nil {
		return 0, err
	}
	if a.Points == 0 {
		return 0, nil
	}
	return a.Points, ledger.AccrueTx(ctx, tx, ledger.Accrual{
		Key:    fmt.Sprintf("receipt/%d/%s", p.Receipt, v.campaign),
		Member: p.Member, Currency: ledger.Bonus, Amount: a.Points, ExpiresAt: a.Expires,
		Campaign: v.campaign, Version: v.number, Receipt: p.Receipt, At: now,
	})
}

// Why words the stored explanations of a receipt for its own member, one line a
// campaign. Of a receipt that is not theirs, or not credited, there is nothing
// to say: storage.ErrNotFound.
func Why(ctx context.Context, q storage.Querier, member, receipt int64, p *locales.Printer) (string, error) {
	rows, err := storage.Collect[traceRow](ctx, q, qTraces, receipt, member)
	if err == nil && len(rows) == 0 {
		err = storage.ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("explain receipt %d: %w", receipt, err)
	}
	lines := make([]string, len(rows))
	for i, r := range rows {
		if lines[i], err = rules.Explain(r.Trace, p); err != nil {
			return "", fmt.Errorf("explain receipt %d: %w", receipt, err)
		}
	}
	return strings.Join(lines, "\n"), nil
}
