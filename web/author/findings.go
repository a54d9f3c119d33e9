package author

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"besedka/core/source"
	"besedka/flows"
)

// finding is a mistake as the editor shows it.
type finding struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"` // in characters
	Code string `json:"code"`
	What string `json:"what"`
	Cure string `json:"cure"`
	Why  string `json:"why"`
	Fix  *fix   `json:"fix,omitempty"`
}

// fix is a name that is meant in the place of another.
type fix struct {
	From string `json:"from"`
	To   string `json:"to"`
}

var (
	namedWrong = regexp.MustCompile(`«([^«»]+)»`)
	meant      = regexp.MustCompile(`^может быть, «([^«»]+)»\?`)
)

func (v view) findings(problems []*source.Problem) []finding {
	list := make([]finding, len(problems))
	for i, p := range problems {
		mistake, _ := flows.MistakeOf(p.Code)
		list[i] = finding{p.File, p.Line, p.Col, p.Code, p.What.In(v.Lang), p.Cure.In(v.Lang), mistake.Why.In(v.Lang), fixOf(p)}
	}
	return list
}

// fixOf is the change that a cure of "did you mean" proposes.
func fixOf(p *source.Problem) *fix {
	names, cure := namedWrong.FindAllStringSubmatch(p.What.Ru, -1), meant.FindStringSubmatch(p.Cure.Ru)
	if names == nil || cure == nil {
		return nil
	}
	return &fix{names[len(names)-1][1], cure[1]}
}

// state is the folder as the page shows it.
type state struct {
	Version   int64             `json:"version"`
	Programme int64             `json:"programme"` // version of what is talked to
	Files     map[string]string `json:"files"`     // hashes
	Findings  []finding         `json:"findings"`
	Tree      string            `json:"tree"`
	List      string            `json:"list"`
	Banner    string            `json:"banner"`

	Saved string `json:"saved,omitempty"` // hash of what the page has just saved; the file may be another one by now
}

// How soon a change on disk is noticed, and how long a page waits for one
// before it asks again.
const (
	lookEvery = 400 * time.Millisecond
	waitFor   = 20 * time.Second
)

// state answers as soon as the folder is another one than the page has seen.
func (s *server) state(r *http.Request, v view) (any, error) {
	seen, _ := strconv.ParseInt(r.URL.Query().Get("seen"), 10, 64) // none: whatever there is
	tick, enough := time.NewTicker(lookEvery), time.After(waitFor)
	defer tick.Stop()
	for {
		version, err := s.current(r.Context())
		if err != nil || version != seen {
			return s.stateNow(r, v)
		}
		select {
		case <-tick.C:
		case <-enough:
			return s.stateNow(r, v)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

func (s *server) stateNow(r *http.Request, v view) (*state, error) {
	if err := s.look(r.Context()); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := &state{Version: s.version, Programme: s.good.version, Files: map[string]string{}, Findings: v.findings(s.problems)}
	for name, f := range s.store.Files() {
		now.Files[name] = f.Hash
	}
	var err error
	for _, part := range []struct {
		into *string
		html func() (string, error)
	}{
		{&now.Tree, func() (string, error) { return html(r.Context(), tree(v, groups(s.store.Files(), s.problems))) }},
		{&now.List, func() (string, error) { return html(r.Context(), findingList(v, now.Findings)) }},
		{&now.Banner, func() (string, error) { return html(r.Context(), banner(v, s.good, s.broken, now.Findings)) }},
	} {
		if *part.into, err = part.html(); err != nil {
			return nil, err
		}
	}
	return now, nil
}

// checkDraft finds the mistakes that there would be if the draft were saved.
func (s *server) checkDraft(r *http.Request, v view) (any, error) {
	d, err := body[draft](r)
	if err != nil {
		return nil, err
	}
	if err := s.look(r.Context()); err != nil { // this process may never have looked
		return nil, err
	}
	s.mu.Lock()
	files, err := s.store.With(d.Name, []byte(d.Text))
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	_, problems := s.check(files)
	found := v.findings(problems)
	list, err := html(r.Context(), findingList(v, found))
	return map[string]any{"findings": found, "list": list}, err
}

// firstOf says of each finding whether it is the first of its code: why it is a
// mistake is told once.
func firstOf(found []finding, i int) bool {
	return slices.IndexFunc(found, func(f finding) bool { return f.Code == found[i].Code }) == i
}
