package member

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/storage"
)

// Edit is what somebody of the staff writes into a member's profile, at their wish.
type Edit struct {
	Member, Staff int64
	Changes       []Written
}

// Written is the new answer to one field of the profile; "" takes the old one back.
type Written struct {
	Field   string
	Text    string
	Sealed  bool // it identifies its member
	Telling bool // see Answer.Telling
}

// What keeps an edit from being done.
var (
	ErrNoChange = errors.New("nothing is changed")
	ErrGone     = errors.New("the member was erased: there is nobody to write about")
)

// editKind is what answers before and after an edit are sealed as.
const editKind = "edit"

type keyedRow struct {
	ID         int64  `db:"id"`
	WrappedKey []byte `db:"wrapped_key"`
}

// EditTx writes it, with what stood there before and what stands there now in the audit log:
// sealed, so that neither outlives an erasure. Of two who edit at once the second finds what
// the first wrote. What changes nothing is ErrNoChange.
func (s *Service) EditTx(ctx context.Context, tx storage.Tx, now time.Time, e Edit) error {
	by, err := s.keyOf(ctx, tx, e.Member)
	if err != nil {
		return err
	}
	told, err := storage.Collect[answerRow](ctx, tx, qAnswersOf, e.Member)
	if err != nil {
		return fmt.Errorf("answers of member %d: %w", e.Member, err)
	}
	before, after, answers := map[string]string{}, map[string]string{}, []Answer(nil)
	for _, w := range e.Changes {
		was, err := s.toldTo(told, w.Field)
		if err != nil {
			return err
		}
		if was == w.Text {
			continue
		}
		before[w.Field], after[w.Field] = was, w.Text
		answers = append(answers, w.answer(by.ID, by.key))
	}
	if len(answers) == 0 {
		return ErrNoChange
	}
	var b storage.Batch
	QueueAnswers(&b, now, answers)
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("edit member %d: %w", e.Member, err)
	}
	return by.audit(ctx, tx, now, e, before, after)
}

func (s *Service) toldTo(told []answerRow, field string) (string, error) {
	i := slices.IndexFunc(told, func(r answerRow) bool { return r.Field == field })
	if i < 0 {
		return "", nil
	}
	return told[i].Told.Text(s.keys, field, told[i].WrappedKey)
}

func (w Written) answer(subject int64, key seal.Key) Answer {
	a := PlainAnswer(subject, w.Field, w.Text)
	switch {
	case w.Text == "":
		a = NoAnswer(subject, w.Field)
	case w.Sealed:
		a = SealedAnswer(subject, key, w.Field, w.Text)
	}
	if w.Telling {
		a = a.Telling()
	}
	return a
}

// signer is a subject under whose key something is kept.
type signer struct {
	keyedRow
	key seal.Key
}

// keyOf holds a member and finds a key of theirs to write under.
func (s *Service) keyOf(ctx context.Context, tx storage.Tx, member int64) (by signer, err error) {
	if _, err := tx.Exec(ctx, qMergeLockMembers, member, member); err != nil {
		return by, fmt.Errorf("hold member %d: %w", member, err)
	}
	by.keyedRow, err = storage.One[keyedRow](ctx, tx, qSigner, member)
	if errors.Is(err, storage.ErrNotFound) {
		return by, ErrGone
	}
	if err == nil {
		by.key, err = s.keys.Unwrap(by.WrappedKey)
	}
	if err != nil {
		return by, fmt.Errorf("key of member %d: %w", member, err)
	}
	return by, nil
}

// SignerTx holds a member and is the subject of theirs under whose key the staff write what
// they say at a desk or by telephone; ErrGone for the erased.
func (s *Service) SignerTx(ctx context.Context, tx storage.Tx, member int64) (subject int64, err error) {
	by, err := s.keyOf(ctx, tx, member)
	return by.ID, err
}

// audit writes the edit into the log: the fields in clear, their texts sealed.
func (by signer) audit(ctx context.Context, tx storage.Tx, now time.Time, e Edit, before, after map[string]string) error {
	sealed := map[string]string{}
	for name, texts := range map[string]map[string]string{"before": before, "after": after} {
		text, err := by.key.SealJSON(editKind, texts)
		if err != nil {
			return err
		}
		sealed[name] = base64.StdEncoding.EncodeToString(text)
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{
		Staff: e.Staff, Act: "members.edit", Object: fmt.Sprintf("member/%d", e.Member),
		Detail: map[string]any{"fields": slices.Sorted(maps.Keys(after)), "subject": by.ID, "before": sealed["before"], "after": sealed["after"]},
	})
}

// PlainEdit is what somebody of the staff changed, opened.
type PlainEdit struct {
	At            time.Time
	By            string
	Before, After map[string]string // by field
}

type editRow struct {
	At         time.Time `db:"at"`
	By         string    `db:"name"`
	Before     []byte    `db:"before"`
	After      []byte    `db:"after"`
	WrappedKey []byte    `db:"wrapped_key"`
}

// maxEdits is how many are opened.
const maxEdits = 50

func (s *Service) edits(ctx context.Context, member int64) (all []PlainEdit, err error) {
	rows, err := storage.Collect[editRow](ctx, s.db, qEdits, member, maxEdits)
	if err != nil {
		return nil, fmt.Errorf("edits of member %d: %w", member, err)
	}
	for _, r := range rows {
		key, err := s.keys.Unwrap(r.WrappedKey)
		if err != nil {
			return nil, fmt.Errorf("edits of member %d: %w", member, err)
		}
		e := PlainEdit{At: r.At, By: r.By}
		if err := errors.Join(key.OpenJSON(editKind, r.Before, &e.Before), key.OpenJSON(editKind, r.After, &e.After)); err != nil {
			return nil, fmt.Errorf("edits of member %d: %w", member, err)
		}
		all = append(all, e)
	}
	return all, nil
}
