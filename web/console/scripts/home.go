package scripts

import (
	"context"

	"besedka/core/draft"
	"besedka/core/release"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/studio"
)

// maxHistory is how many publications the page goes back.
const maxHistory = 50

// overview is the first page of the section.
type overview struct {
	Drafts  []draft.Draft
	History []release.Publication // the first is in force
}

func (o overview) live() release.Publication { return o.History[0] }

func (p *pages) overview(ctx context.Context) (o overview, err error) {
	if o.History, err = p.Studio.Releases.Publications(ctx, maxHistory); err != nil {
		return o, err
	}
	if len(o.History) == 0 {
		return o, storage.ErrNotFound
	}
	o.Drafts, err = draft.List(ctx, p.Studio.DB)
	return o, err
}

func (p *pages) showHome(v *console.Visit) error {
	o, err := p.overview(v.R.Context())
	if err != nil {
		return err
	}
	return v.Show(homePage(v.View, o))
}

// open begins a draft of what is in force.
func (p *pages) open(v *console.Visit) error {
	return v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
		id, err := p.Studio.OpenTx(ctx, tx, studio.By{Staff: v.By.ID, At: v.Now})
		return draftPath(id, "/"), err
	})
}

// showDiff tells any two publications apart.
func (p *pages) showDiff(v *console.Visit) error {
	q := v.R.URL.Query()
	var ends [2]release.Publication
	for i, name := range []string{"from", "to"} {
		id, err := integer(q.Get(name))
		if err != nil {
			return err
		}
		if ends[i], err = release.PublicationOf(v.R.Context(), p.Studio.DB, id); err != nil {
			return err
		}
	}
	diff, err := p.Studio.Between(v.R.Context(), ends[0].Release, ends[1].Release)
	if err != nil {
		return err
	}
	return v.Show(diffPage(v.View, ends[0], ends[1], diff))
}
