package console

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"besedka/core/staff"
	"besedka/core/staff/access"
	"besedka/storage"
	"besedka/web/console/ui"
)

// Visit is one request. By, of its View, is who makes it.
type Visit struct {
	ui.View
	R       *http.Request
	Session access.Session

	w http.ResponseWriter
	s *server
}

func (s *server) visit(w http.ResponseWriter, r *http.Request) *Visit {
	lang, p, here := readLang(r), s.Programme(), ""
	if r.Method == http.MethodGet {
		here = r.URL.RequestURI()
	}
	return &Visit{R: r, w: w, s: s, View: ui.View{
		Lang: lang, Theme: readTheme(r), Programme: p.Name[programmeLang(p.Languages, lang)], Demo: s.Demo, Path: r.URL.Path, Here: here, Key: newKey(), Done: r.URL.Query().Get("done"),
		Now: s.Now(), Zone: p.Location, Assets: s.assets, Words: s.Words.Printer(lang), Frame: &ui.Frame{},
	}}
}

// newKey is of one page shown: what its forms ask is done once.
func newKey() string {
	var key [12]byte
	_, _ = rand.Read(key[:]) // never fails: crypto/rand
	return hex.EncodeToString(key[:])
}

// Show answers with a page.
func (v *Visit) Show(page templ.Component) error {
	v.s.render(v, http.StatusOK, page)
	return nil
}

// ShowAgain answers with the page of a form that was not filled in as it should be.
func (v *Visit) ShowAgain(page templ.Component) error {
	v.s.render(v, http.StatusUnprocessableEntity, page)
	return nil
}

func (s *server) render(v *Visit, status int, page templ.Component) {
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	if err := page.Render(v.R.Context(), v.w); err != nil && v.R.Context().Err() == nil {
		s.Log.WarnContext(v.R.Context(), "console page not rendered", "route", v.R.Pattern, "error", err)
	}
}

// Writer is for answers that are no pages, such as files.
func (v *Visit) Writer() http.ResponseWriter { return v.w }

// Go sends the reader to another page of the console.
func (v *Visit) Go(path string) error {
	http.Redirect(v.w, v.R, path, http.StatusSeeOther)
	return nil
}

// PathNumber is the number of a row in the address; what has none is not found.
func (v *Visit) PathNumber(name string) (int64, error) {
	n, err := strconv.ParseInt(v.R.PathValue(name), 10, 64)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%s %q in the address: %w", name, v.R.PathValue(name), storage.ErrNotFound)
	}
	return n, nil
}

// FormNumber is a number that a page of ours has filled in, 0 where it left it empty.
func (v *Visit) FormNumber(name string) (int64, error) {
	text := v.R.PostFormValue(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		err = errors.Join(Refusal{http.StatusBadRequest, "bad_form"}, err)
	}
	return n, err
}

// maxKey is how long the key of a form may be, in bytes.
const maxKey = 64

// Once carries out what a form asks, one form once, however often it is sent, and sends
// the reader on to where do says. Its page has the form in ui.Form.
func (v *Visit) Once(do func(ctx context.Context, tx storage.Tx) (to string, err error)) error {
	to, err := v.once(do)
	if err != nil {
		return err
	}
	return v.Go(to)
}

// OnceShown is Once whose outcome is a page that is shown this once: what it shows is a
// secret, and kept nowhere. What do says is kept for the same form, sent again.
func (v *Visit) OnceShown(do func(ctx context.Context, tx storage.Tx) (kept string, err error), page func(kept string) templ.Component) error {
	kept, err := v.once(do)
	if err != nil {
		return err
	}
	return v.Show(page(kept))
}

// FormKey is of the form that was sent, as the acts of the API have their Idempotency-Key.
func (v *Visit) FormKey() string { return "console " + v.R.URL.Path + " " + v.R.PostFormValue("key") }

func (v *Visit) once(do func(ctx context.Context, tx storage.Tx) (string, error)) (string, error) {
	if err := v.R.ParseForm(); err != nil {
		return "", errors.Join(Refusal{http.StatusBadRequest, "bad_form"}, err)
	}
	key := v.R.PostForm.Get("key")
	if key == "" || len(key) > maxKey || strings.ContainsRune(key, 0) {
		return "", Refusal{http.StatusBadRequest, "bad_form"}
	}
	asked := staff.Request{
		Staff: v.By.ID, Key: v.FormKey(),
		Hash: v.s.Keys.Index("request", v.R.Method+" "+v.R.URL.Path+"\n"+v.R.PostForm.Encode()),
	}
	answer, err := v.s.Staff.Once(v.R.Context(), v.Now, asked, func(ctx context.Context, tx storage.Tx) (staff.Answer, error) {
		to, err := do(ctx, tx)
		return staff.Answer{Status: http.StatusSeeOther, Body: []byte(to)}, err
	})
	if errors.Is(err, staff.ErrKeyReused) {
		return "", Refusal{http.StatusConflict, "old_page"}
	}
	return string(answer.Body), err
}
