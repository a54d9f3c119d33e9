package inbox

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"besedka/core/conversation"
	"besedka/core/source"
	"besedka/core/staff"
	"besedka/core/support"
	"besedka/dialogs/canned"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/ui"
)

// ready is the page of canned replies, and the one whose form is filled in.
type ready struct {
	All     []support.Canned
	Edited  support.Canned
	Trouble string // why it was not kept
}

// showReplies shows what its reader has at hand, and a form: of a new one, or of the one
// that ?edit= names.
func (p *pages) showReplies(v *console.Visit) error {
	all, err := support.Canneds(v.R.Context(), p.DB, v.By.ID)
	if err != nil {
		return err
	}
	r := ready{All: all}
	for _, c := range all {
		if strconv.FormatInt(c.ID, 10) == v.R.URL.Query().Get("edit") {
			r.Edited = c
		}
	}
	return v.Show(repliesPage(v.View, r))
}

// keepReply keeps what the form of the page holds.
func (p *pages) keepReply(v *console.Visit) error {
	if err := v.R.ParseForm(); err != nil {
		return errors.Join(console.Refusal{Status: http.StatusBadRequest, Key: "bad_form"}, err)
	}
	id, err := v.FormNumber("id")
	if err != nil {
		return err
	}
	c := support.Canned{ID: id, Team: v.R.PostForm.Get("team") != "", Name: v.R.PostForm.Get("name")}
	c.Text = strings.TrimSpace(strings.ReplaceAll(v.R.PostForm.Get("text"), "\r\n", "\n"))
	trouble := ""
	if wrong := p.Canned.Check(c.Text); wrong != nil {
		trouble = wording(v.View, wrong)
	} else if !conversation.Sayable(c.Text) {
		trouble = v.T("inbox.trouble.text.cure")
	} else {
		err = v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
			id, err := support.KeepTx(ctx, tx, v.Now, v.By.ID, c)
			if err != nil {
				return "", err
			}
			return repliesHome + "?done=inbox-canned", staff.AuditTx(ctx, tx, v.Now, support.CannedAct(v.By.ID, "keep", id, c.Team))
		})
		if trouble = cannedTrouble(v.View, err); trouble == "" {
			return err
		}
	}
	all, err := support.Canneds(v.R.Context(), p.DB, v.By.ID)
	if err != nil {
		return err
	}
	return v.ShowAgain(repliesPage(v.View, ready{all, c, trouble}))
}

// cannedTrouble says why a reply was not kept; "" for what the page has no words for.
func cannedTrouble(v ui.View, err error) string {
	switch {
	case errors.Is(err, support.ErrCannedName):
		return v.T("inbox.canned.bad_name")
	case errors.Is(err, support.ErrCannedTwice):
		return v.T("inbox.canned.twice")
	case errors.Is(err, support.ErrCannedMany):
		return v.Count("inbox.canned.many", support.MaxCanned)
	}
	return ""
}

// wording is what is wrong with a text, in the reader's language.
func wording(v ui.View, wrong *source.Problem) string {
	said := wrong.What.In(v.Lang)
	if cure := wrong.Cure.In(v.Lang); cure != "" {
		said += "; " + cure
	}
	return said
}

func (p *pages) dropReply(v *console.Visit) error {
	id, err := v.PathNumber("reply")
	if err != nil {
		return err
	}
	return v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
		team, err := support.DropTx(ctx, tx, v.By.ID, id)
		if err != nil {
			return "", err
		}
		return repliesHome + "?done=inbox-canned-drop", staff.AuditTx(ctx, tx, v.Now, support.CannedAct(v.By.ID, "drop", id, team))
	})
}

// offerReplies is the list that a slash in a reply opens: each as it would be said here.
func (p *pages) offerReplies(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	offers, err := p.Canned.Offers(v.R.Context(), v.Now, v.By, id)
	if err != nil {
		return err
	}
	if err := p.looked(v, id); err != nil {
		return err
	}
	return v.Show(offersList(v.View, offers))
}

const repliesHome = home + "/replies"

// why says what keeps a reply from being said; "" when nothing does.
func why(v ui.View, o canned.Offer) string {
	switch {
	case o.Problem != nil:
		return wording(v, o.Problem)
	case len(o.Missing) > 0:
		return v.T("inbox.canned.missing") + " " + strings.Join(o.Missing, ", ")
	}
	return ""
}
