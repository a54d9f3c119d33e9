package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"besedka/core/member/intake"
	"besedka/core/spreadsheet"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/problem"
)

// listOfPeople is one as a program sees it.
type listOfPeople struct {
	ID      int64           `json:"id"`
	State   intake.State    `json:"state"`
	Bytes   int64           `json:"bytes"`
	Head    []string        `json:"head,omitempty"` // missing once it is gone
	Columns []string        `json:"columns"`
	Reached int             `json:"reached"`
	Figures *intake.Figures `json:"figures,omitempty"`
	Basis   *intake.Basis   `json:"basis,omitempty"`
	Staff   int64           `json:"staff,omitempty"`
	At      time.Time       `json:"at"`
	RanAt   *time.Time      `json:"ranAt,omitempty"`
	DoneAt  *time.Time      `json:"doneAt,omitempty"`
	Expires *time.Time      `json:"expires,omitempty"`
}

func showImport(in intake.Intake) listOfPeople {
	return listOfPeople{ID: in.ID, State: in.State, Bytes: in.Bytes, Head: in.Head, Columns: in.Columns, Reached: in.Reached, Basis: in.Basis, Staff: in.Staff, At: in.At, RanAt: in.RanAt, DoneAt: in.DoneAt, Expires: in.Expires}
}

// whole refuses who works for some partners: a list is of people of all of them.
func (a *api) whole(c call) error {
	if len(c.by.Partners) == 0 {
		return nil
	}
	err := a.Staff.NoteRefusal(c.ctx, c.now, staff.Refusal{Staff: c.by.ID, Route: c.r.Pattern, Object: c.r.Pattern, Why: "partner"})
	if err != nil {
		return err
	}
	return forbidden{staff.ImportMembers}
}

func (a *api) listImports(c call) (any, error) {
	if err := a.whole(c); err != nil {
		return nil, err
	}
	all, err := a.Imports.Recent(c.ctx)
	shown := make([]listOfPeople, len(all))
	for i, in := range all {
		shown[i] = showImport(in)
	}
	return map[string][]listOfPeople{"imports": shown}, err
}

func (a *api) getImport(c call) (any, error) {
	if err := a.whole(c); err != nil {
		return nil, err
	}
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	in, err := a.Imports.Get(c.ctx, id)
	shown := showImport(in)
	shown.Figures = &in.Figures
	return shown, err
}

// uploadImport takes a table in; its body is the file.
func (a *api) uploadImport(c call) (act, error) {
	if err := a.whole(c); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		id, fresh, err := a.Imports.UploadTx(ctx, tx, c.now, c.by.ID, c.body)
		return map[string]any{"id": id, "new": fresh}, err
	}, nil
}

// onImport is a write about a list, whose body is read into asked unless that is nil.
func (a *api) onImport(c call, asked any, do func(ctx context.Context, tx storage.Tx, id int64) error) (act, error) {
	if err := a.whole(c); err != nil {
		return nil, err
	}
	id, err := c.id()
	if err == nil && asked != nil {
		err = c.decode(asked)
	}
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		return map[string]int64{"id": id}, do(ctx, tx, id)
	}, nil
}

func (a *api) checkImport(c call) (act, error) {
	var asked struct {
		Columns []string `json:"columns"`
	}
	return a.onImport(c, &asked, func(ctx context.Context, tx storage.Tx, id int64) error {
		return a.Imports.CheckTx(ctx, tx, c.now, c.by.ID, id, asked.Columns)
	})
}

func (a *api) runImport(c call) (act, error) {
	var asked intake.Basis
	return a.onImport(c, &asked, func(ctx context.Context, tx storage.Tx, id int64) error {
		return a.Imports.RunTx(ctx, tx, c.now, c.by.ID, id, asked)
	})
}

func (a *api) stopImport(c call) (act, error) {
	return a.onImport(c, nil, func(ctx context.Context, tx storage.Tx, id int64) error {
		return a.Imports.StopTx(ctx, tx, c.now, c.by.ID, id)
	})
}

func (a *api) dropImport(c call) (act, error) {
	return a.onImport(c, nil, func(ctx context.Context, tx storage.Tx, id int64) error {
		return a.Imports.DropTx(ctx, tx, c.now, c.by.ID, id)
	})
}

// reportImport writes what each line of a list is; who took it is in the audit log.
func (a *api) reportImport(c call, w http.ResponseWriter) error {
	if err := a.whole(c); err != nil {
		return err
	}
	excel, err := c.excel()
	if err != nil {
		return err
	}
	id, err := c.id()
	if err != nil {
		return err
	}
	in, err := a.Imports.ReportOf(c.ctx, c.now, c.by.ID, id)
	if err != nil {
		return err
	}
	asFile(w, fmt.Sprintf("import-%d.csv", id))
	if err := a.Imports.WriteReport(c.ctx, in, w, "en", excel); err != nil {
		a.Log.ErrorContext(c.ctx, "an export broke off", "import", id, "error", err)
		panic(http.ErrAbortHandler) // as of answers: nobody takes a part for the whole
	}
	return nil
}

// badLists are those that cannot be taken, or run, as they are.
var badLists = []error{
	intake.ErrEmpty, intake.ErrHead, intake.ErrTooLong, intake.ErrTooBig, intake.ErrColumns, intake.ErrBasis, spreadsheet.ErrNoTable, spreadsheet.ErrTooWide, spreadsheet.ErrTooBig,
}

// refuseImport answers what keeps a list from being taken or run.
func refuseImport(w http.ResponseWriter, err error) bool {
	if errors.Is(err, intake.ErrState) {
		problem.Write(w, http.StatusConflict, "import_state", intake.ErrState.Error())
		return true
	}
	for _, is := range badLists {
		if errors.Is(err, is) {
			problem.Write(w, http.StatusBadRequest, "invalid", is.Error())
			return true
		}
	}
	return false
}
