package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"besedka/core/draft"
	"besedka/core/release"
	"besedka/core/source"
	"besedka/storage"
	"besedka/web/problem"
	"besedka/web/studio"
)

// listing is the answer of GET /drafts.
type listing struct {
	Drafts []draftShown `json:"drafts"`
}

// draftShown is a draft, without its files.
type draftShown struct {
	ID        int64     `json:"id"`
	Staff     int64     `json:"staff"` // whose it is
	Name      string    `json:"name"`
	Base      string    `json:"base"`
	Version   int64     `json:"version"`
	At        time.Time `json:"at"`
	ChangedAt time.Time `json:"changed_at"`
	ChangedBy int64     `json:"changed_by"`
	Files     int64     `json:"files"`
	Closed    bool      `json:"closed"`
}

func shownDraft(d draft.Draft) draftShown {
	return draftShown{d.ID, d.Staff, d.Name, d.Base, d.Version, d.At, d.ChangedAt, d.ChangedBy, d.Files, d.Closed}
}

func (a *api) listDrafts(c call) (any, error) {
	all, err := draft.List(c.ctx, a.DB)
	list := listing{make([]draftShown, len(all))}
	for i, d := range all {
		list.Drafts[i] = shownDraft(d)
	}
	return list, err
}

// openDraft begins a draft of what is in force. It takes no body.
func (a *api) openDraft(c call) (act, error) {
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		id, err := a.Studio.OpenTx(ctx, tx, studio.By{Staff: c.by.ID, At: c.now})
		return map[string]int64{"draft": id}, err
	}, nil
}

// draftFiles is the answer of GET /drafts/{id}.
type draftFiles struct {
	Draft draftShown  `json:"draft"`
	Files []fileShown `json:"files"`
}

// fileShown is a file; of one that the draft has otherwise, who wrote it last, too.
type fileShown struct {
	Path string `json:"path"`
	Hash string `json:"hash"` // the seen of who writes over it; "": it is not there any more
	By   int64  `json:"by,omitempty"`
	Text string `json:"text,omitempty"`
}

func (a *api) showDraft(c call) (any, error) {
	d, files, err := a.draft(c)
	if err != nil {
		return nil, err
	}
	shown := draftFiles{Draft: shownDraft(d)}
	for _, f := range files {
		f.Text = ""
		shown.Files = append(shown.Files, f)
	}
	return shown, nil
}

// draft is the one of the path, with all its files, those of its base too.
func (a *api) draft(c call) (d draft.Draft, files []fileShown, err error) {
	id, err := c.id()
	if err != nil {
		return d, nil, err
	}
	err = a.DB.InSnapshot(c.ctx, func(ctx context.Context, tx storage.Tx) error {
		if d, err = draft.Find(ctx, tx, id); err != nil {
			return err
		}
		files, err = a.filesOf(ctx, tx, d)
		return err
	})
	return d, files, err
}

func (a *api) filesOf(ctx context.Context, tx storage.Tx, d draft.Draft) ([]fileShown, error) {
	whole, err := d.Whole(ctx, tx)
	if err != nil {
		return nil, err
	}
	changed, err := draft.Files(ctx, tx, d.ID)
	if err != nil {
		return nil, err
	}
	by := map[string]int64{}
	for _, f := range changed {
		by[f.Path] = f.Staff
	}
	files := make([]fileShown, 0, len(whole))
	for path, body := range whole {
		files = append(files, fileShown{path, draft.HashOf(body), by[path], string(body)})
	}
	slices.SortFunc(files, func(a, b fileShown) int { return cmp.Compare(a.Path, b.Path) })
	return files, nil
}

// acting is what the body of an act on a draft says, of those that say more too.
type acting struct {
	Version int64             `json:"version"`
	Live    string            `json:"live"`
	Reason  string            `json:"reason"`
	Choices map[string]string `json:"choices"`
}

// onDraft reads an act on the draft that the caller has seen.
func (c call) onDraft() (asked acting, by studio.By, err error) {
	id, err := c.id()
	if err != nil {
		return asked, by, err
	}
	if err := c.decode(&asked); err != nil {
		return asked, by, err
	}
	if asked.Version < 1 {
		return asked, by, invalid{"version is that of the draft as you have seen it"}
	}
	return asked, studio.By{Staff: c.by.ID, At: c.now, Draft: id, Version: asked.Version}, nil
}

// publishDraft puts a draft in force as the caller has seen it.
func (a *api) publishDraft(c call) (act, error) {
	asked, by, err := c.onDraft()
	if err != nil {
		return nil, err
	}
	o, err := c.order(asked.Live, asked.Reason)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		return nil, a.Studio.PublishTx(ctx, tx, by, o)
	}, nil
}

// rebaseDraft moves a draft onto the release in force.
func (a *api) rebaseDraft(c call) (act, error) {
	asked, by, err := c.onDraft()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		return map[string]int64{"draft": by.Draft}, a.Studio.RebaseTx(ctx, tx, by, asked.Live, asked.Choices)
	}, nil
}

// closeDraft throws a draft away.
func (a *api) closeDraft(c call) (act, error) {
	_, by, err := c.onDraft()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		return map[string]int64{"draft": by.Draft}, a.Studio.CloseTx(ctx, tx, by)
	}, nil
}

// changedProblem tells what the file is now, beside the problem.
type changedProblem struct {
	problem.Details
	Hash string `json:"hash"`
	By   int64  `json:"by"`
}

// brokenProblem tells the mistakes beside the problem.
type brokenProblem struct {
	problem.Details
	Problems []*source.Problem `json:"problems"`
}

// refuseDraft answers what may become of an act on a draft, or of a publication.
func refuseDraft(w http.ResponseWriter, err error) bool {
	if e, ok := errors.AsType[*draft.ChangedError](err); ok {
		problem.Send(w, http.StatusConflict, changedProblem{problem.New(http.StatusConflict, "changed", e.Error()), draft.HashOf(e.By.Body), e.By.Staff})
		return true
	}
	if e, ok := errors.AsType[*studio.Unpublishable](err); ok {
		problem.Send(w, http.StatusConflict, brokenProblem{problem.New(http.StatusConflict, "unpublishable", e.Error()), e.Problems})
		return true
	}
	if p, ok := errors.AsType[*source.Problem](err); ok {
		problem.Send(w, http.StatusBadRequest, brokenProblem{problem.New(http.StatusBadRequest, "misplaced", p.In("en")), []*source.Problem{p}})
		return true
	}
	switch {
	case errors.Is(err, studio.ErrSame):
		problem.Write(w, http.StatusConflict, "no_change", studio.ErrSame.Error())
	case errors.Is(err, draft.ErrClosed):
		problem.Write(w, http.StatusConflict, "closed", draft.ErrClosed.Error())
	case errors.Is(err, draft.ErrTaken):
		problem.Write(w, http.StatusConflict, "exists", draft.ErrTaken.Error())
	case errors.Is(err, draft.ErrGone):
		problem.Write(w, http.StatusConflict, "gone", draft.ErrGone.Error())
	case errors.Is(err, draft.ErrConflict):
		problem.Write(w, http.StatusConflict, "conflict", err.Error())
	case errors.Is(err, draft.ErrStale):
		problem.Write(w, http.StatusConflict, "changed", draft.ErrStale.Error())
	case errors.Is(err, release.ErrMoved):
		problem.Write(w, http.StatusConflict, "other_release", release.ErrMoved.Error())
	default:
		return false
	}
	return true
}
