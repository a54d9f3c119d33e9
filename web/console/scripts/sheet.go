package scripts

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"besedka/core/draft"
	"besedka/core/release"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/studio"
)

// sheet is a form to publish by, as somebody sees it.
type sheet struct {
	studio.Sheet
	Trouble string // why it was not done
	Reason  string // as it was written
}

func (p *pages) showSheet(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	s, err := p.Studio.Sheet(v.R.Context(), id)
	if err != nil {
		return err
	}
	if s.Draft.Closed {
		return v.Go(home)
	}
	return v.Show(sheetPage(v.View, sheet{Sheet: s}))
}

// errReason is the answer to no reason, or too long a one.
var errReason = errors.New("no reason, or too long a one")

// order is what the form of a publication asks.
func order(v *console.Visit) (release.Order, error) {
	o := release.Order{At: v.Now, Staff: v.By.ID, Live: v.R.PostFormValue("live")}
	if o.Live == "" {
		return o, console.Refusal{Status: http.StatusBadRequest, Key: "bad_form"}
	}
	var ok bool
	if o.Reason, ok = studio.Reason(v.R.PostFormValue("reason")); !ok {
		return o, errReason
	}
	return o, nil
}

// publish puts a draft in force as it was shown, over the release it was shown with.
func (p *pages) publish(v *console.Visit) error {
	o, err := order(v)
	if err == nil {
		err = p.onDraft(v, home+"?done=scripts_published", func(ctx context.Context, tx storage.Tx, by studio.By) error {
			return p.Studio.PublishTx(ctx, tx, by, o)
		})
	}
	if err == nil {
		return p.follow(v)
	}
	return p.sheetAgain(v, err)
}

// follow lets this process go on in what was published. It would by itself, later.
func (p *pages) follow(v *console.Visit) error {
	if err := p.Studio.Press.Follow(v.R.Context()); err != nil {
		p.Author.Log.WarnContext(v.R.Context(), "what was published is not followed yet", "error", err)
	}
	return nil
}

// onDraft does what a form asks of the draft that its page has shown, and leads on.
func (p *pages) onDraft(v *console.Visit, to string, do func(ctx context.Context, tx storage.Tx, by studio.By) error) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	version, err := integer(v.R.PostFormValue("version"))
	if err != nil {
		return err
	}
	return v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
		return to, do(ctx, tx, studio.By{Staff: v.By.ID, At: v.Now, Draft: id, Version: version})
	})
}

// sheetAgain says why something was not done, with what was written.
func (p *pages) sheetAgain(v *console.Visit, err error) error {
	trouble := troubleOf(err)
	if trouble == "" {
		return err
	}
	found, broken := errors.AsType[*studio.Unpublishable](err)
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	s, err := p.Studio.Sheet(v.R.Context(), id)
	if err != nil {
		return err
	}
	if broken { // who publishes is looked at more closely than who reads
		s.Problems = found.Problems
	}
	return v.ShowAgain(sheetPage(v.View, sheet{s, trouble, v.R.PostFormValue("reason")}))
}

// troubleOf names why something was refused, "" for what the page has no words for.
func troubleOf(err error) string {
	_, broken := errors.AsType[*studio.Unpublishable](err)
	switch {
	case broken:
		return "broken"
	case errors.Is(err, studio.ErrSame):
		return "same"
	case errors.Is(err, errReason):
		return "reason"
	case errors.Is(err, release.ErrMoved):
		return "moved"
	case errors.Is(err, draft.ErrStale):
		return "stale"
	case errors.Is(err, draft.ErrClosed):
		return "closed"
	case errors.Is(err, draft.ErrConflict):
		return "conflict"
	}
	return ""
}

// rebase moves a draft onto what is in force, with what was chosen for its conflicts.
func (p *pages) rebase(v *console.Visit) error {
	live := v.R.PostFormValue("live")
	choices := map[string]string{}
	for i, path := range v.R.PostForm["path"] {
		choices[path] = v.R.PostForm.Get(fmt.Sprintf("choice-%d", i))
	}
	to := home + "/drafts/" + v.R.PathValue("id") + "/sheet?done=scripts_rebased"
	err := p.onDraft(v, to, func(ctx context.Context, tx storage.Tx, by studio.By) error {
		return p.Studio.RebaseTx(ctx, tx, by, live, choices)
	})
	return p.sheetAgain(v, err)
}

// close throws a draft away.
func (p *pages) close(v *console.Visit) error {
	return p.sheetAgain(v, p.onDraft(v, home+"?done=scripts_closed", p.Studio.CloseTx))
}
