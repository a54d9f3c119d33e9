package receipt

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"besedka/core/campaign"
	"besedka/core/card"
	"besedka/core/fiscal"
	"besedka/storage"
)

const (
	creditBusy  = time.Second // before a receipt or member in somebody's hands is tried again
	creditRetry = time.Minute // before a receipt that could not be credited is tried again
)

// GroupSize is how many receipts are credited in one transaction at most.
const GroupSize = 32

// CreditStep evaluates verified receipts of registered members by every campaign and
// credits them: points, state, statistics and the news of a receipt stand or fall
// together. Receipts ride in groups, one of a member, that share a transaction. What is
// out of the ordinary about one - a member who was merged, erased, suspended, has not
// registered or has a card that may not earn, a gift that it wins - makes it leave the
// group, and all that rode in a group that failed leave it: they are credited alone. One
// that fails alone is put off, so that it holds up nobody else.
func (s *Service) CreditStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	claimed, left, err := s.creditGroup(ctx, now)
	for _, id := range left {
		if err == nil {
			err = s.creditAlone(ctx, now, id)
		}
	}
	if err != nil {
		return false, time.Time{}, fmt.Errorf("credit receipts: %w", err)
	}
	due, err := storage.Earliest(ctx, s.DB, qNextCredit)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("look for receipts to credit: %w", err)
	}
	if !due.IsZero() {
		next = later(due, now.Add(creditBusy), claimed == 0)
	}
	return claimed > 0, next, nil
}

// creditGroup claims receipts, credits together what may ride together and says which
// are left to be credited alone. A savepoint for each would cost all of them two round
// trips for the sake of one that fails, and could not undo it alone: what the receipts
// of a group bring is written for all of them at once.
func (s *Service) creditGroup(ctx context.Context, now time.Time) (claimed int, left []int64, err error) {
	var riding []payable
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		riding, left = nil, nil
		rows, err := storage.Collect[payable](ctx, tx, qClaimVerified, now, GroupSize)
		if claimed = len(rows); err != nil || claimed == 0 {
			return err
		}
		cards, err := card.CurrentAll(ctx, tx, members(rows))
		if err != nil {
			return err
		}
		riding, left = group(rows, cards)
		won, err := s.creditAll(ctx, tx, now, riding)
		if err == nil {
			left = append(left, won...)
		}
		return err
	})
	if err == nil || claimed == 0 || ctx.Err() != nil {
		return claimed, left, err
	}
	s.Log.WarnContext(ctx, "a group of receipts could not be credited: each goes alone", "receipts", len(riding), "err", err)
	return claimed, append(left, ids(riding)...), nil
}

// group parts receipts that ride together from those that are credited alone. The
// second receipt of a member rides with the next group.
func group(rows []payable, cards map[int64]*card.Card) (riding []payable, left []int64) {
	member := map[int64]bool{}
	for _, p := range rows {
		p.card = cards[p.Member]
		switch {
		case p.Sender != p.Member || p.Erased || p.Registered == nil || p.Suspended != nil || !p.card.CanOf().Earn:
			left = append(left, p.ID)
		case !member[p.Member]:
			member[p.Member] = true
			riding = append(riding, p)
		}
	}
	return riding, left
}

func members(receipts []payable) []int64 {
	all := make([]int64, len(receipts))
	for i, p := range receipts {
		all[i] = p.Member
	}
	return all
}

func ids(receipts []payable) []int64 {
	all := make([]int64, len(receipts))
	for i, p := range receipts {
		all[i] = p.ID
	}
	return all
}

// creditAlone credits one receipt in a transaction of its own, unless it has moved on or
// somebody has it.
func (s *Service) creditAlone(ctx context.Context, now time.Time, id int64) error {
	err := s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		rows, err := storage.Collect[payable](ctx, tx, qClaimOne, now, id)
		if err != nil || len(rows) == 0 {
			return err
		}
		return s.credit(ctx, tx, now, rows[0])
	})
	if err == nil || ctx.Err() != nil {
		return err
	}
	s.Log.ErrorContext(ctx, "a receipt could not be credited and is put off", "receipt", id, "err", err)
	_, err = s.DB.Exec(ctx, qPutOff, id, now.Add(creditRetry))
	return err
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
	card       *card.Card // that its member has in force
}

func (s *Service) credit(ctx context.Context, tx storage.Tx, now time.Time, p payable) (err error) {
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
	if p.card, err = card.Current(ctx, tx, p.Member); err != nil {
		return err
	}
	if p.Suspended != nil || !p.card.CanOf().Earn {
		return s.keep(ctx, tx, now, p)
	}
	_, err = s.creditAll(ctx, tx, now, []payable{p})
	return err
}

// disown gives back the key of a receipt whose member was erased: nobody is there
// to be paid, and whoever sends it again is a stranger with a receipt.
func (s *Service) disown(ctx context.Context, tx storage.Tx, now time.Time, p payable) error {
	if _, err := tx.Exec(ctx, qDisown, p.ID, Erased, p.Member); err != nil {
		return err
	}
	return s.rejected(ctx, tx, now, p.subject, Erased, "")
}

// purchase is the receipt as campaigns see it.
func (p payable) purchase() (campaign.Purchase, error) {
	b := campaign.Purchase{Receipt: p.ID, Member: p.Member, At: p.Bought, Uploaded: p.Uploaded, Sum: p.Sum, Frozen: p.card.CanOf().Frozen}
	if p.card != nil {
		b.Card = p.card.Number
	}
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
