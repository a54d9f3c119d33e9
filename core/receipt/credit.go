package receipt

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"besedka/core/campaign"
	"besedka/core/coupon"
	"besedka/core/expr"
	"besedka/core/fiscal"
	"besedka/storage"
)

const (
	creditBusy  = time.Second // before a receipt or member in somebody's hands is tried again
	creditRetry = time.Minute // before a receipt that could not be credited is tried again
)

// CreditStep evaluates one verified receipt of a registered member by every
// campaign and credits it: points, state, statistics and the news stand or fall
// together. A receipt of a member who has not registered is put to sleep until
// WakeTx. One that fails is put off, so that it holds up nobody else.
func (s *Service) CreditStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	var p payable
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		p = payable{}
		rows, err := storage.Collect[payable](ctx, tx, qClaimVerified, now)
		if err != nil || len(rows) == 0 {
			return err
		}
		p = rows[0]
		return s.credit(ctx, tx, now, p)
	})
	if err != nil && p.ID != 0 && ctx.Err() == nil {
		s.Log.ErrorContext(ctx, "a receipt could not be credited and is put off", "receipt", p.ID, "err", err)
		_, err = s.DB.Exec(ctx, qPutOff, p.ID, now.Add(creditRetry))
	}
	if err != nil {
		return false, time.Time{}, fmt.Errorf("credit receipts: %w", err)
	}
	due, err := storage.Earliest(ctx, s.DB, qNextCredit)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("look for receipts to credit: %w", err)
	}
	if !due.IsZero() {
		next = later(due, now.Add(creditBusy), p.ID == 0)
	}
	return p.ID != 0, next, nil
}

// later is at, but not before least when nothing could be done now.
func later(at, least time.Time, idle bool) time.Time {
	if idle && at.Before(least) {
		return least
	}
	return at
}

// payable is a verified receipt with its member, both locked.
type payable struct {
	subject
	Sender     int64      `db:"sender_id"` // another than Member when they were merged under the submission
	Bought     time.Time  `db:"purchased_at"`
	Contents   []byte     `db:"contents"` // nil when a person approved it
	Tenders    []byte     `db:"tenders"`  // JSON, kopecks by currency; nil when nobody told
	Registered *time.Time `db:"registered_at"`
	Suspended  *time.Time `db:"suspended_at"`
	Uploaded   time.Time  `db:"uploaded_at"`
	Erased     bool       `db:"erased"` // its member is nobody's number by now
}

func (s *Service) credit(ctx context.Context, tx storage.Tx, now time.Time, p payable) error {
	if p.Sender != p.Member {
		if err := MergeTx(ctx, tx, now, p.Sender, p.Member); err != nil {
			return err
		}
	}
	if p.Erased {
		return s.disown(ctx, tx, now, p)
	}
	if p.Registered == nil {
		_, err := tx.Exec(ctx, qSleep, p.ID, p.Member)
		return err
	}
	if p.Suspended != nil {
		return s.keep(ctx, tx, now, p)
	}
	if err := locate(ctx, tx, &p); err != nil {
		return err
	}
	weighed, held, err := s.weigh(ctx, tx, now, p)
	if err != nil || held {
		return err
	}
	if waits, err := s.awaitGoods(ctx, tx, now, p); err != nil || waits {
		return err
	}
	bought, err := p.purchase()
	if err != nil {
		return err
	}
	award, err := s.Campaigns.EvaluateTx(ctx, tx, now, bought)
	if err != nil {
		return err
	}
	var b storage.Batch
	b.ExecN(1, qCredited, p.ID, now, p.Member)
	b.Exec(qStatCredited, p.Member, p.Sum)
	s.planAudit(&b, now, p, award.Points)
	s.Tiers.Queue(&b, now, p.Member)
	brought := coupon.QueueBrought(&b, p.ID)
	if err := b.Send(ctx, tx); err != nil {
		return err
	}
	if err := s.suspect(ctx, tx, now, p, weighed); err != nil {
		return err
	}
	return s.Notify(ctx, tx, now, Notice{
		Member: p.Member, Subject: p.Subject, Name: EventCredited,
		Key: fmt.Sprintf("receipt/%d/credited", p.ID),
		Args: args(p.ID, p.Sum, "points", expr.PointsOf(award.Points), "total", expr.PointsOf(award.Balance),
			"coupons", expr.CountOf(int64(len(brought.Numbers()))), "numbers", expr.TextOf(coupon.Spell(brought.Numbers()))),
	})
}

// disown gives back the key of a receipt whose member was erased: nobody is there
// to be paid, and whoever sends it again is a stranger with a receipt.
func (s *Service) disown(ctx context.Context, tx storage.Tx, now time.Time, p payable) error {
	if _, err := tx.Exec(ctx, qDisown, p.ID, Erased, p.Member); err != nil {
		return err
	}
	return s.rejected(ctx, tx, now, p.subject, Erased)
}

// purchase is the receipt as campaigns see it.
func (p payable) purchase() (campaign.Purchase, error) {
	b := campaign.Purchase{Receipt: p.ID, Member: p.Member, At: p.Bought, Uploaded: p.Uploaded, Sum: p.Sum}
	if p.Tenders != nil {
		if err := json.Unmarshal(p.Tenders, &b.Tenders); err != nil {
			return b, fmt.Errorf("tenders of receipt %d: %w", p.ID, err)
		}
	}
	if p.Contents == nil {
		return b, nil
	}
	b.Contents = new(fiscal.Receipt)
	if err := json.Unmarshal(p.Contents, b.Contents); err != nil {
		return b, fmt.Errorf("contents of receipt %d: %w", p.ID, err)
	}
	return b, nil
}

// WakeTx lets a member's verified receipts be credited: call it in the
// transaction that registers the member. A receipt that is just being put to
// sleep holds its member's row, so the two cannot miss each other.
func WakeTx(ctx context.Context, tx storage.Tx, now time.Time, member int64) error {
	if _, err := tx.Exec(ctx, qWake, member, now); err != nil {
		return fmt.Errorf("wake receipts of member %d: %w", member, err)
	}
	return nil
}

// MergeTx joins the statistics of two members when they turned out to be one;
// their receipts have been moved by then. What waited for the registration of one
// is looked at again.
func MergeTx(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
	var b storage.Batch
	b.Exec(qStatMerge, from, into)
	b.Exec(qWake, into, now)
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("merge receipts of member %d into %d: %w", from, into, err)
	}
	return nil
}
