package scripts

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"

	"besedka/core/draft"
	"besedka/core/source"
	"besedka/web/author"
	"besedka/web/console"
)

// maxDesks is how many pages are kept with the programme that they play.
const maxDesks = 8

// desks are the pages that files are written on, by the address they stand at. Any of
// them may be made anew: what is on it is in the database.
type desks struct {
	mu   sync.Mutex
	made map[string]http.Handler
	used []string // the last one last
}

func (d *desks) at(path string, open func() (http.Handler, error)) (http.Handler, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, one := range d.used {
		if one == path {
			d.used = append(append(d.used[:i:i], d.used[i+1:]...), path)
			return d.made[path], nil
		}
	}
	h, err := open()
	if err != nil {
		return nil, err
	}
	if len(d.used) == maxDesks {
		delete(d.made, d.used[0])
		d.used = d.used[1:]
	}
	if d.made == nil {
		d.made = map[string]http.Handler{}
	}
	d.made[path], d.used = h, append(d.used, path)
	return h, nil
}

// live shows what is in force, as it is written.
func (p *pages) live(v *console.Visit) error {
	seat := author.Seat{Home: home, Reading: true, Zone: v.Zone, People: p.Studio.Press.People}
	return p.serve(v, home+"/live", v.T("scripts.live"), func() (http.Handler, error) {
		return author.Within(p.Author, &inForce{releases: p.Studio.Releases, db: p.Studio.DB}, seat)
	})
}

// draft is where somebody writes.
func (p *pages) draft(v *console.Visit) error {
	d, err := p.find(v.R.Context(), v)
	if err != nil {
		return err
	}
	path := draftPath(d.ID, "")
	if d.Closed && v.R.Method == http.MethodGet && v.R.URL.Path == path+"/" {
		return v.Go(home)
	}
	seat := author.Seat{Home: home, Sheet: draftPath(d.ID, "/sheet"), Zone: v.Zone, People: p.Studio.Press.People}
	return p.serve(v, path, titleOf(v.View, d), func() (http.Handler, error) {
		return author.Within(p.Author, &shelf{db: p.Studio.DB, id: d.ID, now: p.Author.Now, zone: v.Zone}, seat)
	})
}

func (p *pages) serve(v *console.Visit, path, title string, open func() (http.Handler, error)) error {
	desk, err := p.desks.at(path, open)
	if err != nil {
		return err
	}
	who := author.Reader{Staff: v.By.ID, Lang: v.Lang, Theme: v.Theme, Title: title}
	http.StripPrefix(path, desk).ServeHTTP(v.Writer(), author.For(v.R, who))
	return nil
}

// find is the draft of the address.
func (p *pages) find(ctx context.Context, v *console.Visit) (draft.Draft, error) {
	id, err := v.PathNumber("id")
	if err != nil {
		return draft.Draft{}, err
	}
	return draft.Find(ctx, p.Studio.DB, id)
}

// integer is a number that a page of ours has filled in.
func integer(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		err = errors.Join(console.Refusal{Status: http.StatusBadRequest, Key: "bad_form"}, err)
	}
	return n, err
}

func draftPath(id int64, rest string) string { return fmt.Sprintf("%s/drafts/%d%s", home, id, rest) }

// linePath is a line of a file where it is written.
func linePath(id int64, at source.Pos) string {
	return draftPath(id, "/") + "#" + url.PathEscape(at.String())
}

func publicationPath(id int64) string { return fmt.Sprintf("%s/publications/%d", home, id) }

// short is enough of a release's id to tell it from others.
func short(id string) string { return id[:min(len(id), 12)] }
