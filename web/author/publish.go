package author

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"strings"

	"besedka/dialogs/transcript"
	"besedka/flows"
)

// offer is what publishing would change.
type offer struct {
	Unable  string // why it cannot be published, "" when it can
	Broken  []finding
	Place   string
	Version int64 // of the folder that is offered

	First   bool // nothing has been published there before
	Changes []change
	Played  int                  // tests of what is in force, on both
	Parts   []transcript.Failure // where they would go another way
	Lost    []waiting            // on steps that there are no more
}

// change is what happens to one file.
type change struct{ Kind, File string }

// waiting is how many people wait at a step.
type waiting struct {
	Step   string
	People int64
}

// preview shows what publishing would change, and changes nothing.
func (s *server) preview(r *http.Request, v view) (any, error) {
	o, err := s.offer(r.Context(), v)
	if err != nil {
		return nil, err
	}
	out, err := html(r.Context(), offerView(v, o))
	return map[string]any{"html": out}, err
}

func (s *server) offer(ctx context.Context, v view) (offer, error) {
	good, err := s.playable()
	if err != nil {
		return offer{}, err
	}
	o := offer{Version: good.version}
	o.Broken = s.inTheWay(v)
	switch {
	case s.Publisher == nil:
		o.Unable = s.Unable.In(v.Lang)
		return o, nil
	case len(o.Broken) > 0:
		o.Unable = v.T("publish.broken")
		return o, nil
	}
	o.Place = s.Publisher.Place
	now, err := s.Publisher.Current(ctx)
	if err != nil {
		return offer{}, err
	}
	return o, s.compare(&o, now, good)
}

// inTheWay are the mistakes that nothing is published with: any.
func (s *server) inTheWay(v view) []finding {
	s.mu.Lock()
	defer s.mu.Unlock()
	return v.findings(s.problems)
}

// compare tells what is in force from what is offered.
func (s *server) compare(o *offer, now Published, good good) (err error) {
	if now.Files == nil {
		o.First = true
		return nil
	}
	if o.Changes, err = s.changes(now.Files); err != nil {
		return err
	}
	o.Lost = lost(now.Waiting, good.programme)
	before, problems := flows.Reload(now.Files, s.vocabulary)
	if before == nil {
		return problems[0]
	}
	diff, problems := transcript.Compare(now.Files, before, good.programme, s.vocabulary)
	if len(problems) == 0 { // tests that can no longer be read tell nothing
		o.Played, o.Parts = diff.Tests, diff.Parts
	}
	return nil
}

// changes are the files that differ.
func (s *server) changes(now fs.FS) ([]change, error) {
	names := map[string]bool{}
	err := fs.WalkDir(now, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names[name] = true
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	ours := s.folder.names()
	s.mu.Unlock()
	var list []change
	for _, name := range ours {
		if !names[name] {
			list = append(list, change{"added", name})
			continue
		}
		delete(names, name)
		same, err := alike(name, now, s.Root.FS())
		if err != nil {
			return nil, err
		}
		if !same {
			list = append(list, change{"changed", name})
		}
	}
	for _, name := range sortedKeys(names) {
		list = append(list, change{"removed", name})
	}
	return list, nil
}

func alike(name string, a, b fs.FS) (bool, error) {
	was, err := fs.ReadFile(a, name)
	if err != nil {
		return false, err
	}
	is, err := fs.ReadFile(b, name)
	return bytes.Equal(was, is), err
}

// lost are the steps that people wait at and that the programme has no more.
func lost(people map[string]int64, p *flows.Programme) []waiting {
	var list []waiting
	for _, at := range sortedKeys(people) {
		flow, step, asked := strings.Cut(at, "/")
		if f := p.Flows[flow]; asked && people[at] > 0 && (f == nil || f.Step(step) == nil) {
			list = append(list, waiting{at, people[at]})
		}
	}
	return list
}

// shown is the offer that the author has seen.
type shown struct {
	Version int64 `json:"version"`
}

// publish puts the folder in force as it was shown.
func (s *server) publish(r *http.Request, v view) (any, error) {
	seen, err := body[shown](r)
	if err != nil {
		return nil, err
	}
	o, err := s.offer(r.Context(), v)
	switch {
	case err != nil:
		return nil, err
	case o.Unable != "":
		return nil, refused(http.StatusConflict, o.Unable)
	case o.Version != seen.Version:
		return nil, refused(http.StatusConflict, v.T("publish.moved"))
	}
	if err := s.Publisher.Publish(r.Context(), s.Root.FS()); err != nil {
		return nil, err
	}
	s.Log.InfoContext(r.Context(), "programme published from the author's page")
	out, err := html(r.Context(), publishedView(v, o))
	return map[string]any{"html": out}, err
}

// of counts the changes of a kind.
func of(kind string, list []change) []string {
	var names []string
	for _, c := range list {
		if c.Kind == kind {
			names = append(names, c.File)
		}
	}
	return names
}
