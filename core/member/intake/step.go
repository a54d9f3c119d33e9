package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/storage"
)

// How many lines are worked on in one transaction: others who look who is who wait for the
// end of a run's.
const (
	checkRows = 500
	runRows   = 100
	goneRows  = 5000
)

// Step works on the next lines of the list that waits longest. Whoever is at it holds the
// list's row: when its process dies, another one goes on from where the last commit was.
func (s *Service) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		w, err := storage.One[intakeRow](ctx, tx, qClaim)
		if errors.Is(err, storage.ErrNotFound) {
			worked, next, err = s.forget(ctx, tx, now)
			return err
		}
		if worked = err == nil; !worked {
			return err
		}
		return s.work(ctx, tx, now, w)
	})
	if err != nil {
		return false, time.Time{}, fmt.Errorf("work on lists of people: %w", err)
	}
	return worked, next, nil
}

func (s *Service) work(ctx context.Context, tx storage.Tx, now time.Time, w intakeRow) error {
	key, err := s.Keys.Unwrap(w.WrappedKey)
	if err != nil {
		return fmt.Errorf("list %d: %w", w.ID, err)
	}
	if w.State == Checking {
		err = s.check(ctx, tx, now, w, key)
	} else {
		err = s.run(ctx, tx, now, w, key)
	}
	if err != nil {
		return fmt.Errorf("list %d behind line %d: %w", w.ID, w.Reached, err)
	}
	return nil
}

// check looks at the next lines.
func (s *Service) check(ctx context.Context, tx storage.Tx, now time.Time, w intakeRow, key seal.Key) error {
	rows, err := storage.Collect[sealedRow](ctx, tx, qUnseen, w.ID, w.Reached, checkRows)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		_, err := tx.Exec(ctx, qMove, w.ID, Checked, now)
		return err
	}
	lines, err := s.lines(rows, s.Terms().reader(w.Columns, now), key)
	if err != nil {
		return err
	}
	f, err := s.facts(ctx, tx, now, lines, false)
	if err != nil {
		return err
	}
	if err := s.above(ctx, tx, w.ID, lines, f); err != nil {
		return err
	}
	if err := s.namesakes(ctx, tx, lines, f); err != nil {
		return err
	}
	f.judgeAll(lines)
	return s.keep(ctx, tx, w.ID, lines, false)
}

// lines opens rows. One that was emptied, as its person was erased, is refused already.
func (s *Service) lines(rows []sealedRow, r reader, key seal.Key) ([]line, error) {
	lines := make([]line, len(rows))
	for i, row := range rows {
		lines[i].number = row.Line
		if row.Sealed == nil {
			lines[i].verdict = verdict{class: Refused, cause: Erased}
			continue
		}
		var cells []string
		if err := key.OpenJSON(rowKind, row.Sealed, &cells); err != nil {
			return nil, fmt.Errorf("line %d: %w", row.Line, err)
		}
		p, bad := r.read(cells)
		lines[i].person = p
		if bad != nil {
			lines[i].verdict = verdict{class: Refused, cause: bad.cause, col: bad.col}
		}
	}
	return lines, nil
}

// above finds the lines before these that say the same.
func (s *Service) above(ctx context.Context, tx storage.Tx, id int64, lines []line, f facts) error {
	indexes, phone, cards := [][]byte{}, map[string]string{}, []string{}
	for _, l := range lines {
		if l.phone != "" {
			index := s.Members.PhoneIndex(l.phone)
			indexes, phone[string(index)] = append(indexes, index), l.phone
		}
		if l.card != "" {
			cards = append(cards, l.card)
		}
	}
	rows, err := storage.Collect[aboveRow](ctx, tx, qAbove, id, indexes, cards, f.found())
	if err != nil {
		return err
	}
	for _, r := range rows {
		switch {
		case r.Phone != nil:
			f.phones[phone[string(r.Phone)]] = r.Line
		case r.Card != nil:
			f.numbers[*r.Card] = r.Line
		case r.Member != nil:
			f.members[*r.Member] = r.Line
		}
	}
	return nil
}

func (s *Service) namesakes(ctx context.Context, tx storage.Tx, lines []line, f facts) error {
	told := make([]map[string]string, len(lines))
	for i, l := range lines {
		told[i] = l.told
	}
	found, err := s.Terms().namesakes(s.Members).Alike(ctx, tx, told)
	for i, member := range found {
		f.alike[lines[i].number] = member
	}
	return err
}

// keep writes what lines are. A line that is done with loses its cells.
func (s *Service) keep(ctx context.Context, tx storage.Tx, id int64, lines []line, done bool) error {
	var k kept
	for _, l := range lines {
		k.add(s, l)
	}
	var b storage.Batch
	b.Exec(qKeep, id, k.lines, k.classes, k.causes, k.cols, k.others, k.members, k.phones, k.cards, done)
	b.Exec(qReach, id, lines[len(lines)-1].number)
	return b.Send(ctx, tx)
}

// kept are the columns of lines.
type kept struct {
	lines, cols, others    []int
	classes, causes, cards []string
	members                []int64
	phones                 [][]byte
}

func (k *kept) add(s *Service, l line) {
	k.lines, k.cols, k.others = append(k.lines, l.number), append(k.cols, l.col), append(k.others, l.other)
	k.classes, k.causes, k.cards = append(k.classes, string(l.class)), append(k.causes, string(l.cause)), append(k.cards, l.card)
	k.members = append(k.members, l.member)
	var index []byte
	if l.phone != "" {
		index = s.Members.PhoneIndex(l.phone)
	}
	k.phones = append(k.phones, index)
}

// forget takes away lines whose time is over: of lists that nobody ran, and the outcome of
// those that ran long ago.
func (s *Service) forget(ctx context.Context, tx storage.Tx, now time.Time) (worked bool, next time.Time, err error) {
	w, err := storage.One[intakeRow](ctx, tx, qExpired, now)
	if errors.Is(err, storage.ErrNotFound) {
		next, err = storage.Earliest(ctx, tx, qExpires)
		return false, next, err
	}
	if err != nil {
		return false, next, err
	}
	gone, err := tx.Exec(ctx, qRowsGone, w.ID, goneRows)
	if err != nil || gone.RowsAffected() == goneRows {
		return true, next, err
	}
	if _, err := tx.Exec(ctx, qGone, w.ID); err != nil || w.State == Done || w.State == Gone {
		return true, next, err
	}
	return true, next, staff.AuditTx(ctx, tx, now, staff.Act{Act: "members.import_expire", Object: object(w.ID)})
}
