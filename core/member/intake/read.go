package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
)

// ListRows is how many lists Recent tells.
const ListRows = 20

// Get is a list; storage.ErrNotFound when there is none.
func (s *Service) Get(ctx context.Context, id int64) (Intake, error) {
	w, err := storage.One[intakeRow](ctx, s.DB, qGet, id)
	if err != nil {
		return Intake{}, fmt.Errorf("list %d: %w", id, err)
	}
	f, err := storage.One[figuresRow](ctx, s.DB, qFigures, id)
	if err != nil {
		return Intake{}, fmt.Errorf("figures of list %d: %w", id, err)
	}
	in := w.intake()
	in.Figures = f.Figures()
	in.Head, err = s.head(w)
	return in, err
}

// Recent are the lists that were brought last, without their figures and first lines.
func (s *Service) Recent(ctx context.Context) ([]Intake, error) {
	rows, err := storage.Collect[intakeRow](ctx, s.DB, qRecent, ListRows)
	if err != nil {
		return nil, fmt.Errorf("lists of people: %w", err)
	}
	all := make([]Intake, len(rows))
	for i, r := range rows {
		all[i] = r.intake()
	}
	return all, nil
}

// Mark changes whenever what Get tells of a list does.
func (s *Service) Mark(ctx context.Context, id int64) (string, error) {
	mark, err := storage.Value[string](ctx, s.DB, qMark, id)
	if err != nil {
		return "", fmt.Errorf("list %d: %w", id, err)
	}
	return mark, nil
}

// head opens the first line; nil once it is gone.
func (s *Service) head(w intakeRow) (cells []string, err error) {
	if w.WrappedKey == nil {
		return nil, nil
	}
	key, err := s.Keys.Unwrap(w.WrappedKey)
	if err == nil {
		err = key.OpenJSON(headKind, w.Head, &cells)
	}
	if err != nil {
		return nil, fmt.Errorf("first line of list %d: %w", w.ID, err)
	}
	return cells, nil
}

// Row is a line of a list as a report tells it: who it is of is masked, and gone with the file.
type Row struct {
	Line   int
	Class  Class // "" when it was not looked at yet
	Cause  Cause
	Col    int // of the cell to blame, from 1; 0: none
	Other  int // the line that says the same
	Member int64
	Done   bool

	Phone, Name, External string
}

// Rows are up to limit lines of a class behind a line; "" is all classes.
func (s *Service) Rows(ctx context.Context, id int64, class Class, after, limit int) ([]Row, error) {
	w, err := storage.One[intakeRow](ctx, s.DB, qGet, id)
	if err != nil {
		return nil, fmt.Errorf("list %d: %w", id, err)
	}
	found, err := storage.Collect[foundRow](ctx, s.DB, qFound, id, class, after, limit)
	if err != nil {
		return nil, fmt.Errorf("lines of list %d: %w", id, err)
	}
	var key seal.Key
	if w.WrappedKey != nil {
		if key, err = s.Keys.Unwrap(w.WrappedKey); err != nil {
			return nil, fmt.Errorf("list %d: %w", id, err)
		}
	}
	rows := make([]Row, len(found))
	for i, f := range found {
		rows[i] = f.row()
		if f.Sealed == nil || w.WrappedKey == nil {
			continue
		}
		var cells []string
		if err := key.OpenJSON(rowKind, f.Sealed, &cells); err != nil {
			return nil, fmt.Errorf("line %d of list %d: %w", f.Line, id, err)
		}
		rows[i].mask(s.Terms(), w.Columns, cells)
	}
	return rows, nil
}

// mask tells by what people know the line again in their own file.
func (r *Row) mask(t Terms, columns, cells []string) {
	cell := func(column string) string {
		if i := slices.Index(columns, column); i >= 0 && i < len(cells) {
			return cells[i]
		}
		return ""
	}
	if e164, err := member.E164(cell(Phone)); err == nil {
		r.Phone = member.Mask(e164)
	}
	var names []string
	for _, f := range t.Fields {
		if f.Called {
			names = append(names, cell(Column(f.Name)))
		}
	}
	r.Name, r.External = member.MaskName(strings.Join(names, " ")), cell(External)
}

// namesakes are found by the fields of a programme.
func (t Terms) namesakes(of *member.Service) member.Namesakes {
	return member.Namesakes{Members: of, Fields: func() (names, days []string) {
		for _, f := range t.Fields {
			if f.Called {
				names = append(names, f.Name)
			}
			if f.Day {
				days = append(days, f.Name)
			}
		}
		return names, days
	}}
}

type intakeRow struct {
	ID         int64      `db:"id"`
	Bytes      int64      `db:"bytes"`
	Head       []byte     `db:"head"`
	WrappedKey []byte     `db:"wrapped_key"`
	Columns    []string   `db:"columns"`
	State      State      `db:"state"`
	Reached    int        `db:"reached"`
	Basis      *Basis     `db:"basis"`
	Staff      *int64     `db:"staff_id"`
	RanBy      *int64     `db:"ran_by"`
	At         time.Time  `db:"at"`
	RanAt      *time.Time `db:"ran_at"`
	DoneAt     *time.Time `db:"done_at"`
	Expires    *time.Time `db:"expires_at"`
}

func (w intakeRow) intake() Intake {
	in := Intake{ID: w.ID, State: w.State, Bytes: w.Bytes, Columns: w.Columns, Reached: w.Reached, Basis: w.Basis, At: w.At, RanAt: w.RanAt, DoneAt: w.DoneAt, Expires: w.Expires}
	if w.Staff != nil {
		in.Staff = *w.Staff
	}
	return in
}

// late says whether its lines go, or some of them have gone: nobody begins anything with it.
func (w intakeRow) late(now time.Time) bool { return w.Expires != nil && !w.Expires.After(now) }

// ranBy is who said on what basis it runs; 0 for the command line.
func (w intakeRow) ranBy() int64 {
	if w.RanBy == nil {
		return 0
	}
	return *w.RanBy
}

type figuresRow struct {
	New      int `db:"new"`
	Known    int `db:"known"`
	Doubtful int `db:"doubtful"`
	Refused  int `db:"refused"`
	Unseen   int `db:"unseen"`
	Done     int `db:"done"`
}

func (f figuresRow) Figures() Figures { return Figures(f) }

type sealedRow struct {
	Line   int    `db:"line"`
	Sealed []byte `db:"sealed"`
}

type aboveRow struct {
	Line   int     `db:"line"`
	Phone  []byte  `db:"phone"`
	Card   *string `db:"card"`
	Member *int64  `db:"member"`
}

type foundRow struct {
	Line   int    `db:"line"`
	Sealed []byte `db:"sealed"`
	Class  *Class `db:"class"`
	Cause  Cause  `db:"cause"`
	Col    int    `db:"col"`
	Other  int    `db:"other"`
	Member *int64 `db:"member_id"`
	Done   bool   `db:"done"`
}

func (f foundRow) row() Row {
	r := Row{Line: f.Line, Cause: f.Cause, Col: f.Col, Other: f.Other, Done: f.Done}
	if f.Class != nil {
		r.Class = *f.Class
	}
	if f.Member != nil {
		r.Member = *f.Member
	}
	return r
}
