package inbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"besedka/core/support"
	"besedka/locales"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/ui"
)

// errWriting is the answer to who takes a conversation from a colleague who writes in it.
var errWriting = errors.New("who has the conversation is writing in it")

// tellPresence hears from an open page where its reader is.
func (p *pages) tellPresence(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	doing := support.Doing(v.R.FormValue("doing"))
	if doing != support.Looks && doing != support.Writes && doing != support.Leaves {
		return console.Refusal{Status: http.StatusBadRequest, Key: "bad_form"}
	}
	if _, _, err := p.Door.Person(v.R.Context(), id); err != nil {
		return err
	}
	v.Writer().WriteHeader(http.StatusNoContent)
	return support.TellHere(v.R.Context(), p.DB, support.Here{Conversation: id, Staff: v.By.ID, Name: v.By.Name, Doing: doing})
}

// hereMark changes whenever somebody comes, goes or writes.
func (p *pages) hereMark(_ context.Context, of string) (string, error) {
	id, err := hereOf(of)
	return presenceMark(p.Here.In(id, 0)), err
}

func (p *pages) herePiece(v *console.Visit, of, _ string) (templ.Component, error) {
	id, err := hereOf(of)
	return present(v.View, p.Here.In(id, v.By.ID)), err
}

// hereOf reads the name of a place that shows who is in a conversation, see hereWatch.
func hereOf(of string) (int64, error) {
	number, _, _ := strings.Cut(of, "-")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		err = fmt.Errorf("presence %q: %w", of, storage.ErrNotFound)
	}
	return id, err
}

// hereWatch names one of the places of a page that show who is in its conversation.
func (t talk) hereWatch(place string) ui.Watch {
	return ui.Watch{Topic: fmt.Sprintf("here:%d-%s", t.ID, place), Mark: presenceMark(t.Here)}
}

// watches are all pieces of a conversation's page that change by themselves.
func watches(v ui.View, l list, t talk) []ui.Watch {
	all := []ui.Watch{l.watch(v), t.watch(), t.hereWatch("head")}
	if t.has(v) {
		all = append(all, t.hereWatch("reply"))
	}
	return all
}

func presenceMark(all []support.Here) string {
	mark := make([]string, 0, len(all))
	for _, h := range all {
		mark = append(mark, fmt.Sprintf("%d%.1s", h.Staff, h.Doing))
	}
	return strings.Join(mark, ".")
}

// but leaves out the reader of a page.
func but(v ui.View, all []support.Here) (others []support.Here) {
	for _, h := range all {
		if h.Staff != v.By.ID {
			others = append(others, h)
		}
	}
	return others
}

// whatDoes says what a colleague does here.
func whatDoes(v ui.View, h support.Here) string {
	return v.With("inbox.here."+string(h.Doing), locales.Args{"name": locales.Text(h.Name)})
}
