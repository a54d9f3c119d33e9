package author

import (
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"

	"besedka/core/source"
)

// draft is a file as a page holds it.
type draft struct {
	Name string `json:"name"`
	Text string `json:"text"`
	Seen string `json:"seen"` // hash of the file that the page has made it of
	To   string `json:"to"`   // the new name
}

// opened is a file as it is on disk.
type opened struct {
	Text string `json:"text"`
	Hash string `json:"hash"`
}

func (s *server) openFile(r *http.Request, v view) (any, error) {
	name := r.URL.Query().Get("name")
	f, err := s.onDisk(name)
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
	err = s.act(func(f *folder) error { return f.save(d.Name, []byte(d.Text), d.Seen) })
	if errors.Is(err, errChanged) {
		now, err := s.onDisk(d.Name)
		return nil, errors.Join(err, &refusal{status: http.StatusConflict, Why: v.T("refused.changed"), Text: now.Text, Hash: now.Hash})
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
		now.Saved = hashOf([]byte(d.Text))
	}
	return now, err
}

func (s *server) makeFile(r *http.Request, v view) (any, error) {
	d, err := body[draft](r)
	if err != nil {
		return nil, err
	}
	var others []draft
	if d.Text == "" {
		if err := s.look(); err != nil {
			return nil, err
		}
		d.Text, others = s.template(d.Name)
	}
	err = s.act(func(f *folder) error {
		if err := f.make(d.Name, []byte(d.Text)); err != nil {
			return err
		}
		for _, other := range others {
			if err := f.make(other.Name, []byte(other.Text)); err != nil && !errors.Is(err, errTaken) {
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
	if err := s.act(func(f *folder) error { return f.rename(d.Name, d.To, d.Seen) }); err != nil {
		return nil, err
	}
	return s.stateNow(r, v)
}

func (s *server) removeFile(r *http.Request, v view) (any, error) {
	d, err := body[draft](r)
	if err != nil {
		return nil, err
	}
	if err := s.act(func(f *folder) error { return f.remove(d.Name, d.Seen) }); err != nil {
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
func groups(f *folder, problems []*source.Problem) []group {
	found := map[string]int{}
	for _, p := range problems {
		found[p.File]++
	}
	var list []group
	for _, name := range f.names() {
		dir := strings.TrimPrefix(path.Dir(name), ".")
		i := slices.IndexFunc(list, func(g group) bool { return g.Title == dir })
		if i < 0 {
			i = len(list)
			list = append(list, group{Title: dir})
		}
		list[i].Files = append(list[i].Files, entry{
			Name: name, Title: path.Base(name), Hash: f.files[name].hash, Findings: found[name], Opens: written(name), Own: mayMake.MatchString(name),
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

// onDisk is a file as it is now.
func (s *server) onDisk(name string) (opened, error) {
	if err := s.look(); err != nil {
		return opened{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.folder.files[name]
	if !ok {
		return opened{}, errGone
	}
	return opened{string(f.text), f.hash}, nil
}
