package api

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"besedka/core/draft"
	"besedka/core/release"
	"besedka/core/source"
	"besedka/dialogs/transcript"
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

// publishedShown is the answer of GET /releases/{id}.
type publishedShown struct {
	publicationShown
	InForce  bool               `json:"in_force"`
	Files    []release.FileDiff `json:"files"`    // what it has changed
	Live     string             `json:"live"`     // the release in force
	Back     []release.FileDiff `json:"back"`     // what going back to it would change
	Waiting  []source.Text      `json:"waiting"`  // and what becomes of who waits
	Readable bool               `json:"readable"` // else nobody can go back to it
}

// showRelease tells of one publication, and what going back to it would do.
func (a *api) showRelease(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	p, err := a.Studio.Published(c.ctx, id)
	return publishedShown{
		publicationShown: shownPublication(p.Publication), InForce: p.InForce(), Live: p.Live.Release, Readable: !p.Gone,
		Files: append([]release.FileDiff{}, p.Diff...), Back: append([]release.FileDiff{}, p.Back...), Waiting: append([]source.Text{}, p.Waiting...),
	}, err
}

// showReleaseFile is a file as it was published.
func (a *api) showReleaseFile(c call, w http.ResponseWriter) error {
	files, err := a.releaseFiles(c)
	if err != nil {
		return err
	}
	name := c.r.URL.Query().Get("path")
	body, there := files[name]
	if !there {
		return storage.ErrNotFound
	}
	sendFile(w, draft.File{Path: name, Body: body})
	return nil
}

// releaseContent is the answer of GET /releases/{id}/files.
type releaseContent struct {
	Files []fileShown `json:"files"`
}

// listReleaseFiles is what was published, by path.
func (a *api) listReleaseFiles(c call) (any, error) {
	files, err := a.releaseFiles(c)
	content := releaseContent{make([]fileShown, 0, len(files))}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		content.Files = append(content.Files, fileShown{Path: path, Hash: draft.HashOf(files[path])})
	}
	return content, err
}

func (a *api) releaseFiles(c call) (map[string][]byte, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	p, err := release.PublicationOf(c.ctx, a.DB, id)
	if err != nil {
		return nil, err
	}
	return release.Files(c.ctx, a.DB, p.Release)
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
	Tests     testsShown         `json:"tests"`
}

// testsShown is how the tests go that a draft is held to.
type testsShown struct {
	Played  int                  `json:"played"`  // of what is in force, on both
	Changed []transcript.Failure `json:"changed"` // those that go another way
	Failed  []transcript.Failure `json:"failed"`  // of the draft's own
	Unread  []*source.Problem    `json:"unread"`  // in tests of the draft: with any, none of its own is played
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
	shown.Tests = testsShown{s.Played, append([]transcript.Failure{}, s.Parts...), append([]transcript.Failure{}, s.Failed...), append([]*source.Problem{}, s.Unread...)}
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
