package receipt

import (
	"context"
	"fmt"
	"time"

	"besedka/core/fraud"
	"besedka/core/review"
	"besedka/storage"
)

// keep puts a verified receipt of a suspended member to sleep, and says so.
func (s *Service) keep(ctx context.Context, tx storage.Tx, now time.Time, p payable) error {
	if _, err := tx.Exec(ctx, qSleep, p.ID, p.Member); err != nil {
		return err
	}
	return s.Notify(ctx, tx, now, Notice{
		Member: p.Member, Subject: p.Subject, Name: EventKept,
		Key: fmt.Sprintf("receipt/%d/kept", p.ID), Args: args(p.ID, p.Sum),
	})
}

// weigh looks how a receipt that is to be credited came. What looks dishonest is
// held: it sleeps until a person has decided. So is what a person has refused this
// member once, and what one is being asked about, whatever the figures of today are. A
// registrar has seen the paper, and what a person has let pass is not held again.
func (s *Service) weigh(ctx context.Context, tx storage.Tx, now time.Time, p payable, counted fraud.Counted) (a fraud.Assessment, held bool, err error) {
	facts, past := counted.Facts()
	if p.Subject == 0 || past.Judged {
		return a, false, nil
	}
	if a = fraud.Assess(facts); !a.Hold() && !past.Doubted {
		return a, false, nil
	}
	return a, true, s.hold(ctx, tx, now, p, a)
}

// hold asks a person before the receipt is credited. Woken meanwhile, it is held
// again and its member hears nothing new.
func (s *Service) hold(ctx context.Context, tx storage.Tx, now time.Time, p payable, a fraud.Assessment) error {
	if _, err := tx.Exec(ctx, qSleep, p.ID, p.Member); err != nil {
		return err
	}
	_, err := review.OpenTx(ctx, tx, now, review.Ask{
		Kind: review.Fraud, About: review.AboutReceipt(p.ID), Receipt: p.ID, Reason: "hold", Detail: a,
	})
	if err != nil {
		return err
	}
	return s.Notify(ctx, tx, now, Notice{
		Member: p.Member, Subject: p.Subject, Name: EventManual,
		Key: fmt.Sprintf("receipt/%d/held", p.ID), Args: args(p.ID, p.Sum),
	})
}

// suspect asks a person about a receipt that was credited and came oddly: once for a
// member, until somebody has looked.
func (s *Service) suspect(ctx context.Context, tx storage.Tx, now time.Time, p payable, a fraud.Assessment) error {
	if !a.Review() {
		return nil
	}
	_, err := review.OpenTx(ctx, tx, now, review.Ask{
		Kind: review.Fraud, About: fmt.Sprintf("member/%d", p.Member), Receipt: p.ID, Reason: "review", Detail: a,
	})
	return err
}
