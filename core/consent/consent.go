package consent

import (
	"context"
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/storage"
)

// Kind is a document of its own: agreeing to one says nothing about another.
type Kind string

// The kinds. Consent to personal data stands apart from any other document by
// law (152-ФЗ, article 9, part 1, in force since September 2025); advertising
// needs a consent given beforehand (38-ФЗ, article 18).
const (
	PersonalData Kind = "personal_data"
	Rules        Kind = "rules"
	Advertising  Kind = "advertising"
)

// Given is one yes or no of one subject.
type Given struct {
	Subject int64
	Channel chat.Channel
	Staff   int64 // who took it on paper; 0 when the subject said so
	Intake  int64 // the list of people that it came with, see package intake; 0: none
	Kind    Kind
	Version string // hash of the document's text
	Granted bool
	At      time.Time
}

// Queue adds decisions to the history of the members whom the subjects belong
// to when b is sent. Repeating what already stands adds nothing.
func Queue(b *storage.Batch, decisions []Given) {
	if len(decisions) == 0 {
		return
	}
	n := len(decisions)
	subjects, channels, at := make([]int64, n), make([]string, n), make([]time.Time, n)
	kinds, versions, granted := make([]string, n), make([]string, n), make([]bool, n)
	staff, intakes := make([]int64, n), make([]int64, n)
	for i, d := range decisions {
		subjects[i], channels[i], at[i] = d.Subject, string(d.Channel), d.At
		kinds[i], versions[i], granted[i], staff[i], intakes[i] = string(d.Kind), d.Version, d.Granted, d.Staff, d.Intake
	}
	b.Exec(qAdd, subjects, channels, kinds, versions, granted, at, staff, intakes)
}

// WithdrawTx takes back all that a member agreed to: who is forgotten agrees to
// nothing, and wants to be written to by nobody. The history stays, under the member's
// number.
func WithdrawTx(ctx context.Context, tx storage.Tx, now time.Time, member int64) error {
	var b storage.Batch
	b.Exec(qWithdraw, member, now)
	b.Exec(qUnsubscribeAll, member)
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("withdraw consents of member %d: %w", member, err)
	}
	return nil
}

// RefuseTx takes back what the subject's member agreed to of one kind, in the
// subject's chat, and says whether there was anything.
func RefuseTx(ctx context.Context, tx storage.Tx, now time.Time, subject int64, k Kind) (bool, error) {
	gone, err := tx.Exec(ctx, qRefuse, subject, k, now)
	if err != nil {
		return false, fmt.Errorf("withdraw consent %s of subject %d: %w", k, subject, err)
	}
	return gone.RowsAffected() > 0, nil
}

// State is what stands today about one kind.
type State struct {
	Kind    Kind         `db:"kind"`
	Version string       `db:"version"`
	Granted bool         `db:"granted"`
	Channel chat.Channel `db:"channel"`
	At      time.Time    `db:"at"`
}

// Of is what stands about a member, by kind; a kind never asked about is
// missing.
func Of(ctx context.Context, q storage.Querier, member int64) (map[Kind]State, error) {
	rows, err := storage.Collect[State](ctx, q, qOf, member)
	if err != nil {
		return nil, fmt.Errorf("consents of member %d: %w", member, err)
	}
	states := make(map[Kind]State, len(rows))
	for _, s := range rows {
		states[s.Kind] = s
	}
	return states, nil
}

type askedRow struct {
	Member int64 `db:"member"`
	Kind   Kind  `db:"kind"`
}

// Asked are the kinds about which members have said a word, yes or no.
func Asked(ctx context.Context, q storage.Querier, members []int64) (map[int64][]Kind, error) {
	rows, err := storage.Collect[askedRow](ctx, q, qAsked, members)
	if err != nil {
		return nil, fmt.Errorf("consents of %d members: %w", len(members), err)
	}
	all := map[int64][]Kind{}
	for _, r := range rows {
		all[r.Member] = append(all[r.Member], r.Kind)
	}
	return all, nil
}
