package members

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"besedka/core/consent"
	"besedka/core/member/intake"
	"besedka/core/spreadsheet"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/console"
)

// imports is where lists of people are: beside the members, whose addresses are numbers.
const imports = "/console/imports"

// maxForm is what the form of a file holds beside it, in bytes.
const maxForm = 16 << 10

// firstRows is how many lines of a class a page shows.
const firstRows = 10

// importRoutes are the addresses of lists.
func (p *pages) importRoutes() []console.Route {
	route := func(method, path string, serve func(v *console.Visit) error) console.Route {
		return console.Route{Method: method, Path: imports + path, Permission: staff.ImportMembers, Serve: ofAll(serve)}
	}
	return []console.Route{
		route(http.MethodGet, "", func(v *console.Visit) error { return p.showImports(v, "") }),
		route(http.MethodPost, "", p.upload),
		route(http.MethodGet, "/{id}", func(v *console.Visit) error { return p.showImport(v, "") }),
		route(http.MethodPost, "/{id}/check", p.onImport("check", p.checkImport)),
		route(http.MethodPost, "/{id}/run", p.onImport("run", p.runImport)),
		route(http.MethodPost, "/{id}/stop", p.onImport("stop", p.stopImport)),
		route(http.MethodPost, "/{id}/drop", p.onImport("drop", p.dropImport)),
		route(http.MethodGet, "/{id}/report.csv", p.reportImport),
	}
}

// ofAll lets nobody in who works for some partners: a list is of people of all of them.
func ofAll(serve func(v *console.Visit) error) func(v *console.Visit) error {
	return func(v *console.Visit) error {
		if len(v.By.Partners) > 0 {
			return v.Foreign("imports")
		}
		return serve(v)
	}
}

// lists are what the page of all of them shows.
type lists struct {
	Recent  []intake.Intake
	Trouble string
}

func (p *pages) showImports(v *console.Visit, trouble string) error {
	all, err := p.Imports.Recent(v.R.Context())
	if err != nil {
		return err
	}
	page := importsPage(v.View, lists{all, trouble})
	if trouble != "" {
		return v.ShowAgain(page)
	}
	return v.Show(page)
}

// fileTroubles name why a file was not taken.
var fileTroubles = []struct {
	is   error
	name string
}{
	{intake.ErrEmpty, "empty"},
	{intake.ErrHead, "head"},
	{intake.ErrTooLong, "too_long"},
	{intake.ErrTooBig, "too_big"},
	{spreadsheet.ErrNoTable, "no_table"},
	{spreadsheet.ErrTooWide, "too_wide"},
	{spreadsheet.ErrTooBig, "too_big"},
}

// upload takes a file in. The same file again leads to the same list.
func (p *pages) upload(v *console.Visit) error {
	file, err := fileOf(v)
	var id int64
	if err == nil {
		err = p.DB.InTx(v.R.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
			id, _, err = p.Imports.UploadTx(ctx, tx, v.Now, v.By.ID, file)
			return err
		})
	}
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		err = intake.ErrTooBig
	}
	for _, t := range fileTroubles {
		if errors.Is(err, t.is) {
			return p.showImports(v, t.name)
		}
	}
	if err != nil {
		return err
	}
	return v.Go(importPath(id, ""))
}

// fileOf is the file of a form, which never lies on a disk.
func fileOf(v *console.Visit) ([]byte, error) {
	parts, err := v.R.MultipartReader()
	for err == nil {
		part, next := parts.NextPart()
		if err = next; err == nil && part.FormName() == "file" {
			return io.ReadAll(part)
		}
	}
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		return nil, err
	}
	return nil, errors.Join(console.Refusal{Status: http.StatusBadRequest, Key: "bad_form"}, err)
}

func importPath(id int64, act string) string {
	if act == "" {
		return fmt.Sprintf("%s/%d", imports, id)
	}
	return fmt.Sprintf("%s/%d/%s", imports, id, act)
}

func (p *pages) showImport(v *console.Visit, trouble string) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	mark, err := p.Imports.Mark(v.R.Context(), id) // before what it is the mark of
	if err != nil {
		return err
	}
	l, err := p.list(v, id)
	if err != nil {
		return err
	}
	if trouble == "" {
		return v.Show(importPage(v.View, l, mark))
	}
	l.Trouble, l.Typed = trouble, v.R.PostForm
	return v.ShowAgain(importPage(v.View, l, mark))
}

func (p *pages) list(v *console.Visit, id int64) (l list, err error) {
	l = list{Terms: p.Imports.Terms(), Titles: map[string]string{}, First: map[intake.Class][]intake.Row{}}
	if l.Intake, err = p.Imports.Get(v.R.Context(), id); err != nil {
		return l, err
	}
	for _, c := range intake.Own {
		l.Titles[c] = v.T("imports.column." + c)
	}
	for _, f := range p.Programme().Profile.Written() {
		l.Titles[intake.Column(f.Name)] = fieldTitle(v.View, f)
	}
	for _, class := range intake.Classes {
		if l.First[class], err = p.Imports.Rows(v.R.Context(), id, class, 0, firstRows); err != nil {
			return l, err
		}
	}
	return l, nil
}

// importTopic keeps the page of a list as it is now.
func (p *pages) importTopic() console.Topic {
	of := func(text string) int64 {
		id, _ := strconv.ParseInt(text, 10, 64) // what is none is nobody's
		return id
	}
	return console.Topic{
		Name: "import", Permission: staff.ImportMembers,
		Mark: func(ctx context.Context, text string) (string, error) { return p.Imports.Mark(ctx, of(text)) },
		Piece: func(v *console.Visit, text, _ string) (templ.Component, error) {
			if len(v.By.Partners) > 0 {
				return nil, v.Foreign("imports")
			}
			l, err := p.list(v, of(text))
			return importPiece(v.View, l), err
		},
	}
}

// onImport carries an act on a list out once.
func (p *pages) onImport(name string, do func(ctx context.Context, tx storage.Tx, v *console.Visit, id int64) error) func(v *console.Visit) error {
	return func(v *console.Visit) error {
		id, err := v.PathNumber("id")
		if err != nil {
			return err
		}
		err = v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
			return importPath(id, "") + "?done=import-" + name, do(ctx, tx, v, id)
		})
		switch {
		case errors.Is(err, intake.ErrState):
			return errors.Join(console.Refusal{Status: http.StatusConflict, Key: "old_page"}, err)
		case errors.Is(err, intake.ErrColumns):
			return p.showImport(v, "columns")
		case errors.Is(err, intake.ErrBasis):
			return p.showImport(v, "basis")
		}
		return err
	}
}

func (p *pages) checkImport(ctx context.Context, tx storage.Tx, v *console.Visit, id int64) error {
	return p.Imports.CheckTx(ctx, tx, v.Now, v.By.ID, id, append([]string{}, v.R.PostForm["column"]...))
}

func (p *pages) runImport(ctx context.Context, tx storage.Tx, v *console.Visit, id int64) error {
	form := v.R.PostForm
	b := intake.Basis{Ground: intake.Ground(form.Get("ground")), Kept: form.Get("kept"), On: form.Get("on"), Earlier: form.Get("earlier") == "yes"}
	for _, kind := range form["document"] {
		b.Documents = append(b.Documents, consent.Kind(kind))
	}
	return p.Imports.RunTx(ctx, tx, v.Now, v.By.ID, id, b)
}

func (p *pages) stopImport(ctx context.Context, tx storage.Tx, v *console.Visit, id int64) error {
	return p.Imports.StopTx(ctx, tx, v.Now, v.By.ID, id)
}

func (p *pages) dropImport(ctx context.Context, tx storage.Tx, v *console.Visit, id int64) error {
	return p.Imports.DropTx(ctx, tx, v.Now, v.By.ID, id)
}

// reportImport is the report as Excel opens it.
func (p *pages) reportImport(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	in, err := p.Imports.ReportOf(v.R.Context(), v.Now, v.By.ID, id)
	if err != nil {
		return err
	}
	h := v.Writer().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="import-%d.csv"`, id))
	if err := p.Imports.WriteReport(v.R.Context(), in, v.Writer(), v.Lang, true); err != nil {
		panic(http.ErrAbortHandler) // its beginning is sent: nobody takes a part for the whole
	}
	return nil
}
