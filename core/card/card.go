package card

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/ledger"
	"besedka/storage"
)

// Type is a kind of card that a programme gives.
type Type struct {
	ID     string
	Prefix string // of its numbers, digits
}

// Card is one card.
type Card struct {
	ID        int64      `db:"id" json:"-"`
	Number    string     `db:"number" json:"number"`
	Type      string     `db:"type" json:"type"`
	Member    int64      `db:"member_id" json:"member"`
	Status    Status     `db:"status" json:"status"`
	Reason    string     `db:"reason" json:"reason,omitempty"` // of the status, for staff
	At        time.Time  `db:"at" json:"at"`
	ChangedAt time.Time  `db:"changed_at" json:"changedAt"` // the status
	Replaced  *time.Time `db:"replaced_at" json:"replacedAt,omitempty"`
}

// Errors of whoever asks for a card, or shows one.
var (
	ErrReplaced = errors.New("another card is in force in this one's place")
	ErrNoSpend  = errors.New("the status of the member's card does not allow to spend")
	ErrSame     = errors.New("the card has this status already")
)

// IssueTx is the card that a member has in force, or a new one of type t; fresh tells
// which. Two who ask at once get the same card. The caller holds the member.
func IssueTx(ctx context.Context, tx storage.Tx, now time.Time, member int64, t Type) (c Card, fresh bool, err error) {
	for {
		c, err = storage.One[Card](ctx, tx, qCurrent, member)
		if !errors.Is(err, storage.ErrNotFound) {
			break
		}
		c, err = storage.One[Card](ctx, tx, qIssue, newNumber(t.Prefix), t.ID, member, Active, now)
		if fresh = err == nil; fresh || !errors.Is(err, storage.ErrNotFound) { // else a number was drawn twice, or another asked just now
			break
		}
	}
	if err != nil {
		return Card{}, false, fmt.Errorf("issue a card to member %d: %w", member, err)
	}
	return c, fresh, nil
}

// BindTx gives a member who has no card in force one that they carry already, of a number
// that is Valid and begins as those of type t. Whoever has one keeps it, and a number that is
// known stays whose it is: bound says whether anything changed. The caller holds the member.
func BindTx(ctx context.Context, tx storage.Tx, now time.Time, member int64, number string, t Type) (bound bool, err error) {
	_, err = storage.One[Card](ctx, tx, qIssue, number, t.ID, member, Active, now)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("bind a card to member %d: %w", member, err)
	}
	return true, nil
}

// FindAll are the cards of numbers, in force or not; one that is unknown is left out.
func FindAll(ctx context.Context, q storage.Querier, numbers []string) (map[string]Card, error) {
	cards, err := storage.Collect[Card](ctx, q, qFindAll, numbers)
	if err != nil {
		return nil, fmt.Errorf("find %d cards: %w", len(numbers), err)
	}
	all := make(map[string]Card, len(cards))
	for _, c := range cards {
		all[c.Number] = c
	}
	return all, nil
}

// ReplaceTx puts a new card of type t in the place of the one in force, with its
// status: a new number makes nobody freer. The old number stays known. The caller holds
// the member.
func ReplaceTx(ctx context.Context, tx storage.Tx, now time.Time, member int64, t Type) (Card, error) {
	old, err := storage.One[Card](ctx, tx, qCurrentLock, member)
	if errors.Is(err, storage.ErrNotFound) {
		c, _, err := IssueTx(ctx, tx, now, member, t)
		return c, err
	}
	if err == nil {
		_, err = tx.Exec(ctx, qRetire, old.ID, now)
	}
	for err == nil {
		var c Card
		c, err = storage.One[Card](ctx, tx, qIssue, newNumber(t.Prefix), t.ID, member, old.Status, now)
		if err == nil {
			return c, nil
		}
		if errors.Is(err, storage.ErrNotFound) { // a number drawn twice
			err = nil
		}
	}
	return Card{}, fmt.Errorf("replace the card of member %d: %w", member, err)
}

// Change is a named person's decision about a card.
type Change struct {
	Number string
	Status Status
	Reason string
}

// ChangeTx gives a card a status. A status under which points are neither kept back nor
// refused lets go on what was frozen; whoever calls wakes what else was kept, when it
// may earn again. It waits for what its member is earning or spending. An unknown number
// is storage.ErrNotFound; ErrReplaced and ErrSame change nothing.
func ChangeTx(ctx context.Context, tx storage.Tx, now time.Time, ch Change) (Card, error) {
	c, err := change(ctx, tx, now, ch)
	if err != nil {
		return c, fmt.Errorf("change the status of a card: %w", err)
	}
	return c, nil
}

func change(ctx context.Context, tx storage.Tx, now time.Time, ch Change) (Card, error) {
	c, err := lock(ctx, tx, ch.Number)
	switch {
	case err != nil:
		return c, err
	case c.Replaced != nil:
		return c, ErrReplaced
	case c.Status == ch.Status:
		return c, ErrSame
	}
	if c, err = storage.One[Card](ctx, tx, qChange, c.ID, ch.Status, ch.Reason, now); err != nil {
		return c, err
	}
	if can := c.Status.Can(); can.Earn && !can.Frozen {
		err = ledger.ThawTx(ctx, tx, now, c.Member)
	}
	return c, err
}

// lock locks the member of a card, and then reads it: by then it may be another's.
func lock(ctx context.Context, tx storage.Tx, number string) (Card, error) {
	c, err := Find(ctx, tx, number)
	for err == nil {
		if _, err = tx.Exec(ctx, qLockMember, c.Member); err != nil {
			break
		}
		member := c.Member
		if c, err = Find(ctx, tx, number); err == nil && c.Member == member {
			break
		}
	}
	return c, err
}

// Find is the card of a number, in force or not; storage.ErrNotFound when there is none.
func Find(ctx context.Context, q storage.Querier, number string) (Card, error) {
	return storage.One[Card](ctx, q, qFind, number)
}

// Current is the card that a member has in force; nil when there is none.
func Current(ctx context.Context, q storage.Querier, member int64) (*Card, error) {
	c, err := storage.One[Card](ctx, q, qCurrent, member)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("card of member %d: %w", member, err)
	}
	return &c, nil
}

// CanOf is what a card allows its member; no card allows everything.
func (c *Card) CanOf() Can {
	if c == nil {
		return Active.Can()
	}
	return c.Status.Can()
}

// CurrentAll are the cards that members have in force; nobody is named who has none.
func CurrentAll(ctx context.Context, q storage.Querier, members []int64) (map[int64]*Card, error) {
	cards, err := storage.Collect[Card](ctx, q, qCurrentAll, members)
	if err != nil {
		return nil, fmt.Errorf("cards of %d members: %w", len(members), err)
	}
	all := make(map[int64]*Card, len(cards))
	for i, c := range cards {
		all[c.Member] = &cards[i]
	}
	return all, nil
}

// Present says whether there is a card, and one that may earn.
func (c *Card) Present() bool { return c != nil && c.CanOf().Earn }

// Of are a member's cards, the newest first: after = 0 and then the ID of the last.
func Of(ctx context.Context, q storage.Querier, member, after int64, rows int) ([]Card, error) {
	cards, err := storage.Collect[Card](ctx, q, qOf, member, after, rows)
	if err != nil {
		return nil, fmt.Errorf("cards of member %d: %w", member, err)
	}
	return cards, nil
}

// MergeTx gives a member's cards to another, when the two turned out to be one person.
// Of two in force into's stays, as strict as the stricter of the two.
func MergeTx(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
	var b storage.Batch
	b.Exec(qMergeStatus, from, into, Statuses, now)
	b.Exec(qMergeRetire, from, into, now)
	b.Exec(qMergeMove, from, into)
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("join the cards of members %d and %d: %w", from, into, err)
	}
	return nil
}

// ForgetTx blocks the card of whoever is erased: nobody shows it any more.
func ForgetTx(ctx context.Context, tx storage.Tx, now time.Time, member int64) error {
	if _, err := tx.Exec(ctx, qForget, member, Blocked, now); err != nil {
		return fmt.Errorf("forget the card of member %d: %w", member, err)
	}
	return nil
}
