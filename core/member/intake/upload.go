package intake

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/core/member"
	"besedka/core/seal"
	"besedka/core/spreadsheet"
	"besedka/core/staff"
	"besedka/storage"
)

// What the parts of a list are sealed as.
const (
	rowKind  = "intake row"
	headKind = "intake head"
)

// chunk is how many lines are written at once.
const chunk = 2000

// UploadTx takes a file, and begins to look at it when its columns are clear. A file that is
// here already, whoever brought it, is the same list: fresh tells which. What is no table is
// one of the errors of spreadsheet.
func (s *Service) UploadTx(ctx context.Context, tx storage.Tx, now time.Time, by int64, file []byte) (id int64, fresh bool, err error) {
	if len(file) > MaxBytes {
		return 0, false, ErrTooBig
	}
	sum := sha256.Sum256(file)
	w := writer{s: s, ctx: ctx, tx: tx, now: now, by: by, size: int64(len(file)), index: s.Keys.Index("intake", string(sum[:]))}
	w.key, w.wrapped = s.Keys.NewKey()
	err = spreadsheet.Read(file, w.take)
	if err == nil {
		err = w.flush()
	}
	switch {
	case errors.Is(err, errKnown):
		id, err = storage.Value[int64](ctx, tx, qByFile, w.index)
		return id, false, err
	case err != nil:
		return 0, false, fmt.Errorf("take a list in: %w", err)
	case w.rows == 0:
		return 0, false, ErrEmpty
	}
	return w.id, true, staff.AuditTx(ctx, tx, now, staff.Act{
		Staff: by, Act: "members.import", Object: object(w.id), Detail: map[string]any{"bytes": len(file), "rows": w.rows, "columns": w.columns},
	})
}

func object(id int64) string { return fmt.Sprintf("intake/%d", id) }

// isPhone says whether a cell is of a person, and heads no column.
func isPhone(cell string) bool {
	_, err := member.E164(cell)
	return err == nil
}

// errKnown ends the reading of a file that is here already.
var errKnown = errors.New("the file is here already")

// writer seals the lines of a file as they are read.
type writer struct {
	s   *Service
	ctx context.Context //nolint:containedctx // of one call
	tx  storage.Tx
	now time.Time
	by  int64

	size           int64
	index, wrapped []byte
	key            seal.Key
	id             int64
	columns        []string
	rows           int
	lines          []int
	sealed, phones [][]byte
}

func (w *writer) take(l spreadsheet.Line) error {
	if w.id == 0 {
		return w.begin(l)
	}
	if w.rows++; w.rows > MaxRows {
		return ErrTooLong
	}
	cells := l.Cells
	if l.Broken {
		cells = nil
	}
	sealed, err := w.key.SealJSON(rowKind, cells)
	if err != nil {
		return err
	}
	w.lines, w.sealed, w.phones = append(w.lines, l.Number), append(w.sealed, sealed), append(w.phones, w.phone(cells))
	if len(w.lines) == chunk {
		return w.flush()
	}
	return nil
}

// phone is the index of the number in a line, by which an erasure finds it from now on.
func (w *writer) phone(cells []string) []byte {
	i := slices.Index(w.columns, Phone)
	if i < 0 || i >= len(cells) {
		return nil
	}
	e164, err := member.E164(cells[i])
	if err != nil {
		return nil
	}
	return w.s.Members.PhoneIndex(e164)
}

// begin makes the list by its first line. Of two who bring one file at once the second waits
// here, and finds the first one's.
func (w *writer) begin(l spreadsheet.Line) error {
	if slices.ContainsFunc(l.Cells, isPhone) {
		return ErrHead
	}
	w.columns = w.s.Terms().recognise(l.Cells)
	state := Uploaded
	if told(w.columns) {
		state = Checking
	}
	head, err := w.key.SealJSON(headKind, l.Cells)
	if err != nil {
		return err
	}
	w.id, err = storage.Value[int64](w.ctx, w.tx, qBegin, w.index, w.size, head, l.Number, w.wrapped, w.columns, state, storage.OrNull(w.by), w.now, w.now.Add(Kept))
	if errors.Is(err, storage.ErrNotFound) {
		return errKnown
	}
	return err
}

func (w *writer) flush() error {
	if len(w.lines) == 0 {
		return nil
	}
	_, err := w.tx.Exec(w.ctx, qRows, w.id, w.lines, w.sealed, w.phones)
	w.lines, w.sealed, w.phones = w.lines[:0], w.sealed[:0], w.phones[:0]
	return err
}
