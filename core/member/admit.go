package member

import (
	"context"
	"fmt"
	"time"

	"besedka/core/seal"
	"besedka/storage"
)

// IdentitiesTx keeps who has proved which number as it is until tx ends. Who decides about
// many people at once begins with it.
func (s *Service) IdentitiesTx(ctx context.Context, tx storage.Tx) error {
	return lockIdentity(ctx, tx)
}

type admittedRow struct {
	ID         int64  `db:"id"`
	Member     int64  `db:"member_id"`
	WrappedKey []byte `db:"wrapped_key"`
}

// AdmitTx is EnrolTx of many numbers that nobody has proved, each E.164 and once, by number:
// whoever brings a list of people vouches for it as a registrar does. The caller holds
// IdentitiesTx and has looked who holds them.
func (s *Service) AdmitTx(ctx context.Context, tx storage.Tx, now time.Time, numbers []string) (map[string]Subject, error) {
	keys, number := map[string]seal.Key{}, map[string]string{}
	peers, wrapped := make([][]byte, len(numbers)), make([][]byte, len(numbers))
	for i, n := range numbers {
		key, w := s.keys.NewKey()
		keys[n], number[string(w)] = key, n
		peers[i], wrapped[i] = key.Seal(peerKind, []byte(n)), w
	}
	rows, err := storage.Collect[admittedRow](ctx, tx, qAdmit, Desk, peers, wrapped, now)
	if err != nil {
		return nil, fmt.Errorf("admit %d members: %w", len(numbers), err)
	}
	all := make(map[string]Subject, len(rows))
	for _, r := range rows {
		n := number[string(r.WrappedKey)]
		all[n] = Subject{ID: r.ID, Member: r.Member, Key: keys[n]}
	}
	return all, s.vouch(ctx, tx, now, all)
}

// vouch keeps the numbers of subjects as proved.
func (s *Service) vouch(ctx context.Context, tx storage.Tx, now time.Time, all map[string]Subject) error {
	var ids []int64
	var indexes, sealed, blocks [][]byte
	for number, who := range all {
		ids, indexes = append(ids, who.ID), append(indexes, s.phoneIndex(number))
		sealed, blocks = append(sealed, who.Key.Seal(phoneKind, []byte(number))), append(blocks, s.blockIndex(number))
	}
	if _, err := tx.Exec(ctx, qVouch, ids, indexes, sealed, blocks, now); err != nil {
		return fmt.Errorf("keep the numbers of %d members: %w", len(all), err)
	}
	return nil
}

// Known is a member as who brings a list may add to what is known of them.
type Known struct {
	Subject Subject         // under whose key it is written
	Told    map[string]bool // fields of the profile that are answered
	Idle    bool            // not heard of for Recycled: their number may be somebody else's
}

type knownRow struct {
	Member     int64    `db:"member"`
	Subject    int64    `db:"subject"`
	WrappedKey []byte   `db:"wrapped_key"`
	Told       []string `db:"told"`
	Idle       bool     `db:"idle"`
}

// Known are members by number; those are left out who were erased, or joined into others. In
// a transaction it is HoldKnownTx that is asked.
func (s *Service) Known(ctx context.Context, q storage.Querier, now time.Time, members []int64) (map[int64]Known, error) {
	rows, err := storage.Collect[knownRow](ctx, q, qKnown, members, now.Add(-Recycled))
	if err != nil {
		return nil, fmt.Errorf("what is known of %d members: %w", len(members), err)
	}
	all := make(map[int64]Known, len(rows))
	for _, r := range rows {
		key, err := s.keys.Unwrap(r.WrappedKey)
		if err != nil {
			return nil, fmt.Errorf("key of member %d: %w", r.Member, err)
		}
		k := Known{Subject: Subject{ID: r.Subject, Member: r.Member, Key: key}, Told: map[string]bool{}, Idle: r.Idle}
		for _, field := range r.Told {
			k.Told[field] = true
		}
		all[r.Member] = k
	}
	return all, nil
}

// HoldKnownTx is Known of members who stay as they are until tx ends.
func (s *Service) HoldKnownTx(ctx context.Context, tx storage.Tx, now time.Time, members []int64) (map[int64]Known, error) {
	if _, err := tx.Exec(ctx, qHoldAll, members); err != nil {
		return nil, fmt.Errorf("hold %d members: %w", len(members), err)
	}
	return s.Known(ctx, tx, now, members)
}

// PhoneIndex is the blind index by which a number is found; number is E.164.
func (s *Service) PhoneIndex(number string) []byte { return s.phoneIndex(number) }

type alikeRow struct {
	Mark   []byte `db:"mark"`
	Field  string `db:"field"`
	Member int64  `db:"member"`
}

// Alike says for each of what people told, by field, which member has told the same name and
// day; 0 for nobody.
func (n Namesakes) Alike(ctx context.Context, q storage.Querier, told []map[string]string) ([]int64, error) {
	names, days := n.Fields()
	var rows namesakeRows
	for i, t := range told {
		rows.add(n.Members.keys, int64(i), t, names, days)
	}
	found, err := storage.Collect[alikeRow](ctx, q, qAlike, rows.fields, rows.marks)
	if err != nil {
		return nil, fmt.Errorf("find namesakes of %d people: %w", len(told), err)
	}
	by := map[string]int64{}
	for _, f := range found {
		by[f.Field+"/"+string(f.Mark)] = f.Member
	}
	all := make([]int64, len(told))
	for i, mark := range rows.marks {
		if is := by[rows.fields[i]+"/"+string(mark)]; is != 0 {
			all[rows.members[i]] = is
		}
	}
	return all, nil
}
