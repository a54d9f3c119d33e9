package author

import (
	"context"
	"io/fs"
	"net/http"
	"regexp"
	"slices"

	"besedka/core/release"
	"besedka/dialogs/transcript"
	"besedka/flows"
)

// offer is what publishing would change.
type offer struct {
	Unable  string    // why it cannot be published, "" when it can
	Broken  []finding // the mistakes in the way
	Place   string
	Version int64 // of the folder that is offered
	files   fs.FS

	First   bool // nothing has been published there before
	Changes []change
	Waiting []string             // what becomes of who waits
	Played  int                  // tests of what is in force, on both
	Parts   []transcript.Failure // where they would go another way
}

// change is what happens to files.
type change struct {
	Kind  string
	Files []string
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
	good, err := s.playable(ctx)
	if err != nil {
		return offer{}, err
	}
	o := offer{Version: good.version, files: good.files}
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
	plan, err := s.Publisher.Plan(ctx, good.files, good.programme)
	if err != nil {
		return offer{}, err
	}
	return o, s.compare(&o, v, plan, good)
}

// inTheWay are the mistakes that nothing is published with: any.
func (s *server) inTheWay(v view) []finding {
	s.mu.Lock()
	defer s.mu.Unlock()
	return v.findings(s.problems)
}

// compare tells what is in force from what is offered.
func (s *server) compare(o *offer, v view, plan Plan, good good) error {
	if plan.Current == nil {
		o.First = true
		return nil
	}
	o.Changes = changes(plan.Changes)
	for _, w := range plan.Waiting {
		o.Waiting = append(o.Waiting, w.In(v.Lang))
	}
	if len(plan.Stranded) > 0 {
		o.Unable, o.Broken = v.T("publish.stranded"), v.findings(plan.Stranded)
	}
	before, problems := flows.Reload(plan.Current, s.vocabulary)
	if before == nil {
		return problems[0]
	}
	diff, problems := transcript.Compare(plan.Current, before, good.programme, s.vocabulary)
	if len(problems) == 0 { // tests that can no longer be read tell nothing
		o.Played, o.Parts = diff.Tests, diff.Parts
	}
	return nil
}

// changes are the kinds of change that there are.
func changes(c release.Changes) []change {
	all := []change{{"added", c.Added}, {"changed", c.Changed}, {"removed", c.Removed}}
	return slices.DeleteFunc(all, func(c change) bool { return len(c.Files) == 0 })
}

// movedLine is what a cure of L220 tells to write.
var movedLine = regexp.MustCompile(`moved: \{[^}]*\}`)

// lines are those to write into the files before people are not lost any more.
func (o offer) lines() []string {
	var list []string
	for _, f := range o.Broken {
		if line := movedLine.FindString(f.Cure); line != "" && f.Code == "L220" {
			list = append(list, line)
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
		return nil, &refusal{status: http.StatusConflict, Why: o.Unable, Findings: o.Broken}
	case o.Version != seen.Version:
		return nil, refused(http.StatusConflict, v.T("publish.moved"))
	}
	stranded, err := s.Publisher.Publish(r.Context(), o.files)
	if err != nil {
		return nil, err
	}
	if len(stranded) > 0 { // somebody has come there since
		return nil, &refusal{status: http.StatusConflict, Why: v.T("publish.stranded"), Findings: v.findings(stranded)}
	}
	s.Log.InfoContext(r.Context(), "programme published from the author's page")
	out, err := html(r.Context(), publishedView(v, o))
	return map[string]any{"html": out}, err
}
