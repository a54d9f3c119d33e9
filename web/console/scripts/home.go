package scripts

import (
	"context"
	"fmt"

	"besedka/core/draft"
	"besedka/core/release"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/console"
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
	if o.History, err = p.Releases.Publications(ctx, maxHistory); err != nil {
		return o, err
	}
	if len(o.History) == 0 {
		return o, storage.ErrNotFound
	}
	o.Drafts, err = draft.List(ctx, p.DB)
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
		id, err := draft.OpenTx(ctx, tx, v.Now, v.By.ID)
		if err != nil {
			return "", err
		}
		return draftPath(id, "/"), staff.AuditTx(ctx, tx, v.Now, staff.Act{Staff: v.By.ID, Act: "drafts.open", Object: fmt.Sprintf("draft/%d", id)})
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
		if ends[i], err = p.Releases.Publication(v.R.Context(), id); err != nil {
			return err
		}
	}
	diff, err := p.between(v.R.Context(), ends[0].Release, ends[1].Release)
	if err != nil {
		return err
	}
	return v.Show(diffPage(v.View, ends[0], ends[1], diff))
}

// between tells two releases apart; "" is a release without files.
func (p *pages) between(ctx context.Context, from, to string) ([]release.FileDiff, error) {
	var ends [2]map[string][]byte
	for i, id := range []string{from, to} {
		if id == "" {
			continue
		}
		var err error
		if ends[i], err = release.Files(ctx, p.DB, id); err != nil {
			return nil, err
		}
	}
	return release.Diff(ends[0], ends[1]), nil
}
