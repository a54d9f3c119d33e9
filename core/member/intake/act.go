package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/core/consent"
	"besedka/core/staff"
	"besedka/storage"
)

// maxKept is how long it may be told where consents are kept, in characters.
const maxKept = 200

// CheckTx says what the columns of a list are, and has it looked at anew. Nobody does so once
// it has begun to run. ErrColumns and ErrState change nothing.
func (s *Service) CheckTx(ctx context.Context, tx storage.Tx, now time.Time, by, id int64, columns []string) error {
	w, err := s.hold(ctx, tx, id)
	if err != nil {
		return err
	}
	if w.late(now) || w.RanAt != nil || w.State != Uploaded && w.State != Checking && w.State != Checked {
		return ErrState
	}
	head, err := s.head(w)
	if err != nil {
		return err
	}
	if !s.Terms().fit(columns, len(head)) {
		return ErrColumns
	}
	var b storage.Batch
	b.Exec(qRowsAnew, id)
	b.ExecN(1, qCheck, id, columns, now.Add(Kept))
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("look at list %d: %w", id, err)
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Staff: by, Act: "members.import_check", Object: object(id), Detail: map[string]any{"columns": columns}})
}

// RunTx lets a list that was looked at make members, or one that was stopped go on, on the
// basis it had. ErrBasis and ErrState change nothing.
func (s *Service) RunTx(ctx context.Context, tx storage.Tx, now time.Time, by, id int64, basis Basis) error {
	w, err := s.hold(ctx, tx, id)
	if err != nil {
		return err
	}
	switch {
	case w.late(now):
		return ErrState
	case w.State == Stopped:
		basis = *w.Basis
	case w.State != Checked:
		return ErrState
	default:
		if basis, err = s.based(basis, w.Columns, now); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, qRun, id, basis, storage.OrNull(by), now, now.Add(Kept)); err != nil {
		return fmt.Errorf("run list %d: %w", id, err)
	}
	f, err := storage.One[figuresRow](ctx, tx, qFigures, id)
	if err != nil {
		return fmt.Errorf("figures of list %d: %w", id, err)
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Staff: by, Act: "members.import_run", Object: object(id), Detail: map[string]any{
		"figures": f.Figures(), "documents": basis.Versions, "ground": basis.Ground, "on": basis.On, "earlier": basis.Earlier,
	}})
}

// based is the basis with the versions of its documents, when it says all that it has to.
func (s *Service) based(b Basis, columns []string, now time.Time) (Basis, error) {
	terms := s.Terms()
	b.Kept, b.Versions = strings.TrimSpace(b.Kept), map[consent.Kind]string{}
	for _, kind := range b.Documents {
		if terms.Documents[kind] == "" {
			return b, ErrBasis
		}
		b.Versions[kind] = terms.Documents[kind]
	}
	day, err := time.Parse(time.DateOnly, b.On)
	each := slices.Contains(columns, Agreed)
	switch {
	case b.Versions[consent.PersonalData] == "" || !slices.Contains(Grounds, b.Ground):
		return b, ErrBasis
	case b.Kept == "" || utf8.RuneCountInString(b.Kept) > maxKept || strings.ContainsRune(b.Kept, 0):
		return b, ErrBasis
	case each:
		b.On = ""
	case err != nil || day.Format(time.DateOnly) > now.In(terms.Zone).Format(time.DateOnly):
		return b, ErrBasis
	}
	return b, nil
}

// StopTx stops what goes on with a list: what was done stays done, and RunTx goes on.
func (s *Service) StopTx(ctx context.Context, tx storage.Tx, now time.Time, by, id int64) error {
	w, err := s.hold(ctx, tx, id)
	if err != nil {
		return err
	}
	to := map[State]State{Checking: Uploaded, Running: Stopped}[w.State]
	if to == "" {
		return ErrState
	}
	return s.leave(ctx, tx, now, by, id, to, "members.import_stop")
}

// DropTx takes a list away that does not run, with all its lines. Members whom it made stay.
func (s *Service) DropTx(ctx context.Context, tx storage.Tx, now time.Time, by, id int64) error {
	w, err := s.hold(ctx, tx, id)
	if err != nil {
		return err
	}
	if w.State == Running || w.State == Done || w.State == Gone {
		return ErrState
	}
	if _, err := tx.Exec(ctx, qUnseal, id); err != nil {
		return fmt.Errorf("drop list %d: %w", id, err)
	}
	return s.leave(ctx, tx, now, by, id, Gone, "members.import_drop")
}

// leave moves a list to a state and notes how far it has come.
func (s *Service) leave(ctx context.Context, tx storage.Tx, now time.Time, by, id int64, to State, act string) error {
	if _, err := tx.Exec(ctx, qMove, id, to, now); err != nil {
		return fmt.Errorf("list %d: %w", id, err)
	}
	f, err := storage.One[figuresRow](ctx, tx, qFigures, id)
	if err != nil {
		return fmt.Errorf("figures of list %d: %w", id, err)
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Staff: by, Act: act, Object: object(id), Detail: map[string]any{"figures": f.Figures()}})
}

// hold keeps a list as it is until tx ends.
func (s *Service) hold(ctx context.Context, tx storage.Tx, id int64) (intakeRow, error) {
	w, err := storage.One[intakeRow](ctx, tx, qHold, id)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		err = fmt.Errorf("list %d: %w", id, err)
	}
	return w, err
}
