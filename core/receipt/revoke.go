package receipt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/campaign"
	"besedka/core/coupon"
	"besedka/core/expr"
	"besedka/core/ledger"
	"besedka/core/review"
	"besedka/storage"
)

// ErrNotCredited is the answer to the revocation of a receipt that brought nothing
// yet, or was revoked before.
var ErrNotCredited = errors.New("the receipt is not credited")

// ErrKeepsKey refuses to give back the fiscal key of a receipt that was revoked for
// another reason than the staff's own mistake.
var ErrKeepsKey = errors.New("only a mistake of the staff gives the receipt back to be registered anew")

// Revocation takes back what a credited receipt brought.
type Revocation struct {
	Receipt int64
	Reason  Reason // Annulled, Fraud, SampleFailed or StaffError
	Staff   int64  // who decided; 0 when the tax service's answer did
	Note    string // in the person's words
	Release bool   // of a StaffError: whoever has the paper may register it anew
}

// RevokeTx takes the whole award of a credited receipt back, points, coupons and gifts
// that have not left us, what refunds have left of it, and tells its member.
// Whoever comes second, be it another revocation or the crediting, changes nothing:
// ErrNotCredited. The receipt keeps its fiscal key and is never credited again,
// unless r.Release gives the key back. What the member has spent and cannot give
// back is in the table revocation and in the answer; no balance becomes negative.
func (s *Service) RevokeTx(ctx context.Context, tx storage.Tx, now time.Time, r Revocation) (ledger.Reversed, error) {
	back, err := s.revoke(ctx, tx, now, r)
	if err != nil {
		return back, fmt.Errorf("revoke receipt %d: %w", r.Receipt, err)
	}
	return back, nil
}

func (s *Service) revoke(ctx context.Context, tx storage.Tx, now time.Time, r Revocation) (back ledger.Reversed, err error) {
	state := Revoked
	if r.Release {
		state = Rejected
	}
	if r.Release && r.Reason != StaffError {
		return back, ErrKeepsKey
	}
	rows, err := storage.Collect[subject](ctx, tx, qRevoke, r.Receipt, state, r.Reason)
	switch {
	case err != nil:
		return back, err
	case len(rows) == 0:
		return back, ErrNotCredited
	}
	if r.Release {
		before, err := refunds(ctx, tx, r.Receipt)
		if err != nil || len(before) > 0 {
			return back, cmp.Or(err, ErrKeepsRefund)
		}
	}
	revoked := rows[0]
	if _, err := tx.Exec(ctx, qStatRevoked, revoked.Member, r.Receipt); err != nil { // first, as campaigns lock them when a receipt is credited
		return back, err
	}
	gone, err := s.Coupons.RevokeTx(ctx, tx, now, r.Receipt, string(r.Reason))
	if err != nil {
		return back, err
	}
	gifts, err := s.Campaigns.TakeBackTx(ctx, tx, now, r.Receipt, revoked.Member, string(r.Reason))
	if err != nil {
		return back, err
	}
	back, err = ledger.ReverseAwardTx(ctx, tx, ledger.AwardReversal{Receipt: r.Receipt, Member: revoked.Member, Reason: string(r.Reason), At: now, Debt: s.Debt})
	if err != nil {
		return back, err
	}
	var b storage.Batch
	b.Exec(qRevocation, r.Receipt, r.Reason, storage.OrNull(r.Staff), r.Note, back.Awarded, back.Taken, back.Expired, back.Short, now)
	if err := b.Send(ctx, tx); err != nil {
		return back, err
	}
	if err := review.CloseTx(ctx, tx, now, r.Receipt, false, review.OneReceipt...); err != nil {
		return back, err
	}
	if err := askOfDebt(ctx, tx, now, review.AboutReceipt(r.Receipt), revoked, r.Reason, back, gifts); err != nil {
		return back, err
	}
	return back, s.tellRevoked(ctx, tx, now, revoked, r.Reason, back, gone)
}

// shortage is the detail of a task of the kind review.Debt, in minor units.
type shortage struct {
	Member  int64    `json:"member"`
	Awarded int64    `json:"awarded"`
	Taken   int64    `json:"taken"`
	Due     int64    `json:"due"`
	Gifts   []string `json:"gifts,omitempty"` // that were won and have left us
}

// askOfDebt puts what could not be taken back before people: nothing more is taken by
// itself.
func askOfDebt(ctx context.Context, tx storage.Tx, now time.Time, about string, of subject, why Reason, back ledger.Reversed, gone []campaign.Gift) error {
	if back.Due == 0 && len(gone) == 0 {
		return nil
	}
	detail := shortage{Member: of.Member, Awarded: back.Awarded, Taken: back.Taken, Due: back.Due}
	for _, g := range gone {
		detail.Gifts = append(detail.Gifts, g.Pool)
	}
	_, err := review.OpenTx(ctx, tx, now, review.Ask{Kind: review.Debt, About: about, Receipt: of.ID, Reason: string(why), Detail: detail})
	return err
}

func (s *Service) tellRevoked(ctx context.Context, tx storage.Tx, now time.Time, r subject, reason Reason, back ledger.Reversed, gone coupon.Lowered) error {
	balance, err := ledger.BalanceOf(ctx, tx, now, r.Member, ledger.Bonus)
	if err != nil {
		return err
	}
	return s.Notify(ctx, tx, now, Notice{
		Member: r.Member, Subject: r.Subject, Name: EventRevoked,
		Key: fmt.Sprintf("receipt/%d/revoked", r.ID),
		Args: args(r.ID, r.Sum, "reason", expr.TextOf(string(reason)),
			"points", expr.PointsOf(back.Taken), "total", expr.PointsOf(balance.Points),
			"coupons", expr.CountOf(int64(len(gone.Void))), "numbers", expr.TextOf(coupon.Spell(gone.Void))),
	})
}
