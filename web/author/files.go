package author

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

	kept "besedka/core/draft"
	"besedka/core/source"
)

// draft is a file as a page holds it.
type draft struct {
	Name string `json:"name"`
	Text string `json:"text"`
	Seen string `json:"seen"` // hash of the file that the page has made it of
	To   string `json:"to"`   // the new name
}

// opened is a file as it is.
type opened struct {
	Text string `json:"text"`
	Hash string `json:"hash"`
	By   string `json:"by"` // who wrote it last, and when; "" when nobody knows
}

func (s *server) openFile(r *http.Request, v view) (any, error) {
	name := r.URL.Query().Get("name")
	f, err := s.asItIs(r.Context(), v, name)
	if err == nil && (!written(name) || len(f.Text) > source.MaxBytes) {
		err = refused(http.StatusUnprocessableEntity, v.T("refused.words"))
	}
	return f, err
}

// saveFile keeps a text, unless the file has changed under it: then the page
// gets that text to show beside its own.
func (s *server) saveFile(r *http.Request, v view) (any, error) {
	d, err := body[draft](r)
	if err != nil {
		return nil, err
	}
	if !fs.ValidPath(d.Name) || !written(d.Name) {
		return nil, errName
	}
	err = s.act(r.Context(), func(to Store) error { return to.Save(r.Context(), d.Name, []byte(d.Text), d.Seen) })
	if errors.Is(err, ErrChanged) {
		now, err := s.asItIs(r.Context(), v, d.Name)
		return nil, errors.Join(err, &refusal{status: http.StatusConflict, Why: v.T("refused.changed"), opened: now})
	}
	if err != nil {
		return nil, err
	}
	return s.stateAfter(r, v, d)
}

// stateAfter is the folder after the page has saved d.
func (s *server) stateAfter(r *http.Request, v view, d draft) (*state, error) {
	now, err := s.stateNow(r, v)
	if err == nil {
		now.Saved = kept.HashOf([]byte(d.Text))
	}
	return now, err
}

func (s *server) makeFile(r *http.Request, v view) (any, error) {
	d, err := body[draft](r)
	if err != nil {
		return nil, err
	}
	var others []draft
	if !mayMake.MatchString(d.Name) {
		return nil, errName
	}
	if d.Text == "" {
		if err := s.look(r.Context()); err != nil {
			return nil, err
		}
		d.Text, others = s.template(d.Name)
	}
	err = s.act(r.Context(), func(to Store) error {
		if err := to.Make(r.Context(), d.Name, []byte(d.Text)); err != nil {
			return err
		}
		for _, other := range others {
			if err := to.Make(r.Context(), other.Name, []byte(other.Text)); err != nil && !errors.Is(err, ErrTaken) {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.stateAfter(r, v, d)
}

func (s *server) renameFile(r *http.Request, v view) (any, error) {
	d, err := body[draft](r)
	if err != nil {
		return nil, err
	}
	if !mayMake.MatchString(d.Name) || !mayMake.MatchString(d.To) {
		return nil, errName
	}
	if err := s.act(r.Context(), func(to Store) error { return to.Rename(r.Context(), d.Name, d.To, d.Seen) }); err != nil {
		return nil, err
	}
	return s.stateNow(r, v)
}

func (s *server) removeFile(r *http.Request, v view) (any, error) {
	d, err := body[draft](r)
	if err != nil {
		return nil, err
	}
	if !mayMake.MatchString(d.Name) {
		return nil, errName
	}
	if err := s.act(r.Context(), func(to Store) error { return to.Remove(r.Context(), d.Name, d.Seen) }); err != nil {
		return nil, err
	}
	return s.stateNow(r, v)
}

// group is one folder of the tree.
type group struct {
	Title string // of a folder its name, "" of what lies on top
	Files []entry
}

type entry struct {
	Name, Title string
	Hash        string
	Findings    int
	Opens       bool
	Own         bool // may be renamed and removed
}

// groups are the files by folder: flows first, where an author works most.
func groups(files map[string]File, problems []*source.Problem) []group {
	found := map[string]int{}
	for _, p := range problems {
		found[p.File]++
	}
	var list []group
	for _, name := range sortedKeys(files) {
		dir := strings.TrimPrefix(path.Dir(name), ".")
		i := slices.IndexFunc(list, func(g group) bool { return g.Title == dir })
		if i < 0 {
			i = len(list)
			list = append(list, group{Title: dir})
		}
		list[i].Files = append(list[i].Files, entry{
			Name: name, Title: path.Base(name), Hash: files[name].Hash, Findings: found[name], Opens: written(name), Own: mayMake.MatchString(name),
		})
	}
	slices.SortStableFunc(list, func(a, b group) int { return rank(a.Title) - rank(b.Title) })
	return list
}

// rank puts flows first, then what lies on top.
func rank(dir string) int {
	if i := slices.Index([]string{"flows", ""}, dir); i >= 0 {
		return i
	}
	return 2
}

// asItIs is a file as it is now.
func (s *server) asItIs(ctx context.Context, v view, name string) (opened, error) {
	if err := s.look(ctx); err != nil {
		return opened{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.store.Files()[name]
	if !ok {
		return opened{}, ErrGone
	}
	return opened{string(f.Text), f.Hash, v.writer(f)}, nil
}
