package scripts

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"besedka/core/draft"
	"besedka/core/release"
	"besedka/core/source"
	"besedka/core/staff"
	"besedka/dialogs/transcript"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/author"
	"besedka/web/console"
)

// sheet is what publishing a draft would do.
type sheet struct {
	Draft     draft.Draft
	Live      release.Publication
	Diff      []release.FileDiff
	Problems  []*source.Problem // that nothing is published with
	Waiting   []source.Text     // who waits where, and what becomes of them
	Played    int               // tests of what is in force, on both
	Parts     []transcript.Failure
	Conflicts []draft.Conflict // with what was published meanwhile

	Trouble string // why it was not done
	Reason  string // as it was written
}

// behind says whether another release was published since the draft was begun.
func (s sheet) behind() bool { return s.Draft.Base != s.Live.Release }

// ready says whether it can be published.
func (s sheet) ready() bool { return !s.behind() && len(s.Problems) == 0 && len(s.Diff) > 0 }

func (p *pages) sheet(ctx context.Context, id int64) (s sheet, err error) {
	if s.Draft, err = draft.Find(ctx, p.DB, id); err != nil {
		return s, err
	}
	if s.Live, err = p.Releases.Current(ctx); err != nil {
		return s, err
	}
	if s.behind() {
		s.Conflicts, err = s.Draft.Conflicts(ctx, p.DB, s.Live.Release)
		return s, err
	}
	before, err := release.Files(ctx, p.DB, s.Live.Release)
	if err != nil {
		return s, err
	}
	after, err := s.Draft.Whole(ctx, p.DB)
	if err != nil {
		return s, err
	}
	s.Diff = release.Diff(before, after)
	return s, p.look(ctx, &s, before, after)
}

// look checks what would be published, and plays what is in force on it.
func (p *pages) look(ctx context.Context, s *sheet, before, after map[string][]byte) error {
	folder, err := release.Folder(after)
	if err != nil {
		return err
	}
	programme, problems := flows.Load(folder, p.Author.Vocabulary)
	if programme == nil {
		s.Problems = problems
		return nil
	}
	would, err := p.Press.Outlook(ctx, programme, false)
	if err != nil {
		return err
	}
	s.Waiting, s.Problems = would.Waiting, would.Stranded
	if folder, err = release.Folder(before); err != nil {
		return err
	}
	was, _ := flows.Reload(folder, p.Author.Vocabulary)
	if was == nil { // then there is nothing to compare with
		return nil
	}
	if diff, problems := transcript.Compare(folder, was, programme, p.Author.Vocabulary); len(problems) == 0 {
		s.Played, s.Parts = diff.Tests, diff.Parts
	}
	return nil
}

func (p *pages) showSheet(v *console.Visit) error {
	id, err := number(v, "id")
	if err != nil {
		return err
	}
	s, err := p.sheet(v.R.Context(), id)
	if err != nil {
		return err
	}
	if s.Draft.Closed {
		return v.Go(home)
	}
	return v.Show(sheetPage(v.View, s))
}

// maxReason is how many letters a reason may have.
const maxReason = 500

// errReason is the answer to no reason, or too long a one.
var errReason = errors.New("no reason, or too long a one")

// order is what the form of a publication asks.
func order(v *console.Visit) (release.Order, error) {
	o := release.Order{At: v.Now, Staff: v.By.ID, Reason: oneLine(v.R.PostFormValue("reason")), Live: v.R.PostFormValue("live")}
	if o.Live == "" {
		return o, console.Refusal{Status: 400, Key: "bad_form"}
	}
	if n := utf8.RuneCountInString(o.Reason); n == 0 || n > maxReason || !utf8.ValidString(o.Reason) {
		return o, errReason
	}
	return o, nil
}

// publish puts a draft in force as it was shown, over the release it was shown with.
func (p *pages) publish(v *console.Visit) error {
	o, err := order(v)
	if err == nil {
		err = p.onDraft(v, func(ctx context.Context, tx storage.Tx, d draft.Draft) (string, error) {
			if d.Base != o.Live {
				return "", release.ErrMoved
			}
			files, err := d.Whole(ctx, tx)
			if err != nil {
				return "", err
			}
			folder, err := release.Folder(files)
			if err != nil {
				return "", err
			}
			if err := draft.CloseTx(ctx, tx, v.Now, d); err != nil {
				return "", err
			}
			return home + "?done=scripts_published", p.Press.PublishTx(ctx, tx, o, folder, false)
		})
	}
	if err == nil {
		return p.follow(v)
	}
	return p.sheetAgain(v, err)
}

// follow lets this process go on in what was published. It would by itself, later.
func (p *pages) follow(v *console.Visit) error {
	if err := p.Press.Follow(v.R.Context()); err != nil {
		p.Author.Log.WarnContext(v.R.Context(), "what was published is not followed yet", "error", err)
	}
	return nil
}

// onDraft does what a form asks of the draft that its page has shown.
func (p *pages) onDraft(v *console.Visit, do func(ctx context.Context, tx storage.Tx, d draft.Draft) (string, error)) error {
	id, err := number(v, "id")
	if err != nil {
		return err
	}
	version, err := integer(v.R.PostFormValue("version"))
	if err != nil {
		return err
	}
	return v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
		d, err := draft.LockTx(ctx, tx, id, version)
		if err != nil {
			return "", err
		}
		return do(ctx, tx, d)
	})
}

// sheetAgain says why something was not done, with what was written.
func (p *pages) sheetAgain(v *console.Visit, err error) error {
	trouble := troubleOf(err)
	if trouble == "" {
		return err
	}
	id, err := number(v, "id")
	if err != nil {
		return err
	}
	s, err := p.sheet(v.R.Context(), id)
	if err != nil {
		return err
	}
	s.Trouble, s.Reason = trouble, v.R.PostFormValue("reason")
	return v.ShowAgain(sheetPage(v.View, s))
}

// troubleOf names why something was refused, "" for what the page has no words for.
func troubleOf(err error) string {
	_, broken := errors.AsType[*author.Unpublishable](err)
	switch {
	case broken:
		return "broken"
	case errors.Is(err, errReason):
		return "reason"
	case errors.Is(err, release.ErrMoved):
		return "moved"
	case errors.Is(err, storage.ErrMoved):
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
	err := p.onDraft(v, func(ctx context.Context, tx storage.Tx, d draft.Draft) (string, error) {
		choices := map[string]string{}
		for i, path := range v.R.PostForm["path"] {
			choices[path] = v.R.PostForm.Get(fmt.Sprintf("choice-%d", i))
		}
		if err := draft.RebaseTx(ctx, tx, v.Now, d, v.By.ID, live, choices); err != nil {
			return "", err
		}
		return draftPath(d.ID, "/sheet?done=scripts_rebased"), p.auditTx(ctx, tx, v, "drafts.rebase", d, map[string]any{"from": d.Base, "onto": live})
	})
	return p.sheetAgain(v, err)
}

// close throws a draft away.
func (p *pages) close(v *console.Visit) error {
	err := p.onDraft(v, func(ctx context.Context, tx storage.Tx, d draft.Draft) (string, error) {
		if err := draft.CloseTx(ctx, tx, v.Now, d); err != nil {
			return "", err
		}
		return home + "?done=scripts_closed", p.auditTx(ctx, tx, v, "drafts.close", d, nil)
	})
	return p.sheetAgain(v, err)
}

func (p *pages) auditTx(ctx context.Context, tx storage.Tx, v *console.Visit, act string, d draft.Draft, detail map[string]any) error {
	return staff.AuditTx(ctx, tx, v.Now, staff.Act{Staff: v.By.ID, Act: act, Object: fmt.Sprintf("draft/%d", d.ID), Detail: detail})
}
