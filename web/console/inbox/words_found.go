package inbox

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"besedka/core/conversation"
	"besedka/core/staff"
	"besedka/core/support"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/ui"
)

// findWords looks for words in a conversation. The look stays in the log, the words do not.
func (p *pages) findWords(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	words := v.R.PostFormValue("words")
	before, ok := conversation.ParseCursor(v.R.PostFormValue("before"))
	if !ok || strings.TrimSpace(words) == "" || utf8.RuneCountInString(words) > conversation.MaxSought {
		return console.Refusal{Status: http.StatusBadRequest, Key: "bad_form"}
	}
	hits, next, err := p.Door.Find(v.R.Context(), id, words, before)
	if err != nil {
		return err
	}
	t := talk{Shown: conversation.Shown{Held: conversation.Held{ID: id}}}
	if t.Names, err = support.Names(v.R.Context(), p.DB); err != nil {
		return err
	}
	if err := p.noted(v, "conversations.search", id); err != nil {
		return err
	}
	on := ""
	if next != (conversation.Cursor{}) {
		on = next.String()
	}
	return v.Show(foundHere(v.View, t, hits, on))
}

// aroundRows are shown on either side of what was found.
const aroundRows = 15

// showAround shows what was said about a place that was found.
func (p *pages) showAround(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	at, ok := conversation.ParseCursor(v.R.URL.Query().Get("at"))
	if !ok || at == (conversation.Cursor{}) {
		return console.Refusal{Status: http.StatusBadRequest, Key: "bad_form"}
	}
	t := talk{Shown: conversation.Shown{Held: conversation.Held{ID: id}}}
	if t.Thread, err = p.Door.Around(v.R.Context(), id, at, aroundRows); err != nil {
		return err
	}
	if t.Names, err = support.Names(v.R.Context(), p.DB); err != nil {
		return err
	}
	if err := p.looked(v, id); err != nil {
		return err
	}
	return v.Show(surroundings(v.View, t, at))
}

// noted keeps in the log what somebody has done with a conversation.
func (p *pages) noted(v *console.Visit, act string, id int64) error {
	return p.DB.InTx(v.R.Context(), func(ctx context.Context, tx storage.Tx) error {
		return staff.AuditTx(ctx, tx, v.Now, staff.Act{Staff: v.By.ID, Act: act, Object: fmt.Sprintf("conversation/%d", id)})
	})
}

// author says who said it.
func author(v ui.View, t talk, e conversation.Entry) string {
	switch {
	case e.In != nil:
		return v.T("inbox.shopper")
	case e.Staff == 0:
		return v.T("inbox.bot")
	}
	return t.Names[e.Staff]
}
