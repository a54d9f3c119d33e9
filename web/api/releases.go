package api

import (
	"context"
	"strconv"
	"time"

	"besedka/core/release"
	"besedka/core/source"
	"besedka/storage"
	"besedka/web/studio"
)

// history is the answer of GET /releases: the newest first, which is in force.
type history struct {
	Publications []publicationShown `json:"publications"`
}

// publicationShown is one publication.
type publicationShown struct {
	ID      int64     `json:"id"`
	Release string    `json:"release"`
	Before  string    `json:"before,omitempty"` // whose place it took
	At      time.Time `json:"at"`
	Staff   *int64    `json:"staff,omitempty"` // absent: the program itself
	Name    string    `json:"name,omitempty"`
	Reason  string    `json:"reason,omitempty"`
}

func shownPublication(p release.Publication) publicationShown {
	return publicationShown{p.ID, p.Release, p.Before, p.At, p.Staff, p.Name, p.Reason}
}

func (a *api) listReleases(c call) (any, error) {
	all, err := a.Studio.Releases.Publications(c.ctx, pageRows)
	list := history{make([]publicationShown, len(all))}
	for i, p := range all {
		list.Publications[i] = shownPublication(p)
	}
	return list, err
}

// diffShown is the answer of GET /releases/diff.
type diffShown struct {
	Files []release.FileDiff `json:"files"`
}

// showDiff tells any two publications apart.
func (a *api) showDiff(c call) (any, error) {
	var ends [2]release.Publication
	for i, name := range []string{"from", "to"} {
		id, err := strconv.ParseInt(c.r.URL.Query().Get(name), 10, 64)
		if err != nil {
			return nil, invalid{"from and to are ids of GET /releases"}
		}
		if ends[i], err = release.PublicationOf(c.ctx, a.DB, id); err != nil {
			return nil, err
		}
	}
	files, err := a.Studio.Between(c.ctx, ends[0].Release, ends[1].Release)
	return diffShown{append([]release.FileDiff{}, files...)}, err
}

// sheetShown is the answer of GET /drafts/{id}/sheet.
type sheetShown struct {
	Draft     draftShown         `json:"draft"`
	Live      publicationShown   `json:"live"`
	Ready     bool               `json:"ready"`
	Behind    bool               `json:"behind"`
	Files     []release.FileDiff `json:"files"`
	Problems  []*source.Problem  `json:"problems"`
	Waiting   []source.Text      `json:"waiting"`
	Conflicts []string           `json:"conflicts"`
}

// showSheet tells what publishing a draft would do.
func (a *api) showSheet(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	s, err := a.Studio.Sheet(c.ctx, id)
	shown := sheetShown{
		Draft: shownDraft(s.Draft), Live: shownPublication(s.Live), Ready: s.Ready(), Behind: s.Behind(), Conflicts: []string{},
		Files: append([]release.FileDiff{}, s.Diff...), Problems: append([]*source.Problem{}, s.Problems...), Waiting: append([]source.Text{}, s.Waiting...),
	}
	for _, conflict := range s.Conflicts {
		shown.Conflicts = append(shown.Conflicts, conflict.Path)
	}
	return shown, err
}

// order is a publication that the caller asks for, over the release they have seen.
func (c call) order(live, why string) (release.Order, error) {
	reason, ok := studio.Reason(why)
	if !ok || live == "" {
		return release.Order{}, invalid{"say the reason in 1 to 500 characters, and the release that is live"}
	}
	return release.Order{At: c.now, Staff: c.by.ID, Reason: reason, Live: live}, nil
}

// goBack puts the release of an earlier publication in force anew.
func (a *api) goBack(c call) (act, error) {
	var asked struct {
		Live   string `json:"live"`
		Reason string `json:"reason"`
	}
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	if err := c.decode(&asked); err != nil {
		return nil, err
	}
	o, err := c.order(asked.Live, asked.Reason)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		return nil, a.Studio.GoBackTx(ctx, tx, o, id)
	}, nil
}

// showLive answers with what is in force after a publication, and lets this process go
// on in it.
func (a *api) showLive(c call, _ []byte) (any, error) {
	if err := a.Studio.Press.Follow(c.ctx); err != nil {
		return nil, err
	}
	is, err := a.Studio.Releases.Current(c.ctx)
	return shownPublication(is), err
}
