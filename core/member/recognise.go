package member

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Recycled is how long whoever proved a number may be silent before somebody else who
// proves it counts as its next owner: operators sell numbers again that lay idle for
// months.
const Recycled = 180 * 24 * time.Hour

// Holders are the members who have proved numbers, by number; who holds none of them is
// missing. Numbers are E.164.
func (s *Service) Holders(ctx context.Context, q storage.Querier, numbers []string) (map[string]int64, error) {
	indexes, number := make([][]byte, len(numbers)), make(map[string]string, len(numbers))
	for i, n := range numbers {
		indexes[i] = s.phoneIndex(n)
		number[string(indexes[i])] = n
	}
	rows, err := storage.Collect[holderRow](ctx, q, qHolders, indexes)
	if err != nil {
		return nil, fmt.Errorf("find who holds %d numbers: %w", len(numbers), err)
	}
	holders := make(map[string]int64, len(rows))
	for _, r := range rows {
		holders[number[string(r.Index)]] = r.Member
	}
	return holders, nil
}

type holderRow struct {
	Index  []byte `db:"phone_index"`
	Member int64  `db:"member_id"`
}

// RecogniseTx makes a subject whose messenger vouches for its number the member who has
// proved that number, and says whom it leaves in charge. It keeps nothing new: a number
// that nobody has proved, or whose holder may be somebody else by now, waits for
// VerifyPhoneTx.
func (s *Service) RecogniseTx(ctx context.Context, tx storage.Tx, now time.Time, subject Subject, number string) (Owner, error) {
	owner := Owner{Member: subject.Member}
	held, err := s.Holders(ctx, tx, []string{number})
	if err != nil || held[number] == 0 || held[number] == subject.Member {
		return owner, err
	}
	// Who seems to be another person writes on and on: their turns wait for nobody.
	if is, err := another(ctx, tx, now, held[number], subject.ID, s.phoneIndex(number)); err != nil || is {
		return owner, err
	}
	if err := lockIdentity(ctx, tx); err != nil {
		return owner, err
	}
	me, err := storage.Value[int64](ctx, tx, qMemberOfSubject, subject.ID)
	if err != nil {
		return owner, fmt.Errorf("recognise subject %d: %w", subject.ID, err)
	}
	held, err = s.Holders(ctx, tx, []string{number}) // as it is now that nobody else decides
	if err != nil || held[number] == 0 || held[number] == me {
		return Owner{Member: me}, err
	}
	another, err := another(ctx, tx, now, held[number], subject.ID, s.phoneIndex(number))
	if err != nil || another {
		return Owner{Member: me}, err
	}
	into, err := s.MergeTx(ctx, tx, now, me, held[number], "phone")
	return Owner{Member: into, Joined: true}, err
}

// another says whether the holder of a number seems to be another person than the subject
// who proves it today: not seen for long, in another account of the same messenger, born on
// another day, or told apart by staff.
func another(ctx context.Context, tx storage.Tx, now time.Time, holder, subject int64, index []byte) (bool, error) {
	is, err := storage.Value[bool](ctx, tx, qAnother, holder, subject, now.Add(-Recycled), index)
	if err != nil {
		return false, fmt.Errorf("compare member %d with subject %d: %w", holder, subject, err)
	}
	return is, nil
}

// takeOver takes a number from its holder, whose points and history stay theirs, and
// asks staff whether the two are one person after all.
func takeOver(ctx context.Context, tx storage.Tx, now time.Time, holder, me int64, index []byte) error {
	var b storage.Batch
	b.ExecN(1, qPhoneLose, holder, index)
	b.Exec(qPairAdd, holder, me, PairRecycled, now)
	return b.Send(ctx, tx)
}
