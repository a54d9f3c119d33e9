package review

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/a-h/templ"

	"besedka/core/fiscal"
	"besedka/core/fraud"
	"besedka/core/partner"
	"besedka/core/partner/book"
	"besedka/core/product"
	"besedka/core/product/catalogue"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/web/console"
	"besedka/web/console/ui"
)

// Limits of what stands on the page.
const (
	photoMost   = 4
	attemptMost = 5
	lineMost    = 100
)

// task is one task as its page shows it.
type task struct {
	standing
	Dossier  receipt.Dossier
	Contents *fiscal.Receipt // as the tax service has it; nil when nobody does
	Photos   []string        // the newest first
	Fields   []field
	Lines    map[int]product.Line // by their place in the contents
	Signals  []fraud.Signal
	Asks     question
	Pace     review.Pace
	Preload  string // address of the next task's photo, "" none

	Trouble string // why what was asked was not done; a text under review.trouble
	Typed   typed  // and what was written
}

// question is what a task about a name or a place asks.
type question struct {
	Name    string // as the receipt has it
	Nearest string // id of what it may be, "" for nothing
	Score   int    // of 100
	Options []option
}

// option is a product of the catalogue or a store of the partners.
type option struct{ ID, Title string }

// typed is what a form brought that was refused.
type typed struct {
	Cause  review.Cause
	Note   string
	Choice string
}

// mine says whether the task is the reader's.
func (t task) mine(v ui.View) bool { return t.HeldBy(v.Now) == v.By.ID && v.By.ID != 0 }

// aboutReceipt says whether the task is about a receipt as a whole.
func (t task) aboutReceipt() bool { return slices.Contains(review.OneReceipt, t.Kind) }

// names says whether the answer is a name of the catalogue or of the partners.
func (t task) names() bool { return t.Kind == review.Product || t.Kind == review.Place }

func (p *pages) showTask(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	t, err := p.task(v, id)
	if err != nil {
		return err
	}
	return p.page(v, t, v.Show)
}

func (p *pages) page(v *console.Visit, t task, show func(templ.Component) error) (err error) {
	if t.Pace, err = review.PaceOf(v.R.Context(), p.DB, v.Now, midnight(v.View), v.By.ID); err != nil {
		return err
	}
	return show(taskPage(v.View, t))
}

// task reads all that stands on the page, the standing first: what changes while the rest
// is read is drawn again.
func (p *pages) task(v *console.Visit, id int64) (t task, err error) {
	ctx := v.R.Context()
	if t.standing, err = p.standing(ctx, id); err != nil {
		return t, err
	}
	if err = p.maySee(v, t.Receipt); err != nil {
		return t, err
	}
	t.Show = showOf(v.R.FormValue("show"))
	if t.Dossier, err = receipt.DossierOf(ctx, p.DB, t.Receipt, v.By.Partners...); err != nil {
		return t, err
	}
	if len(t.Dossier.Contents) > 0 && string(t.Dossier.Contents) != "null" {
		t.Contents = new(fiscal.Receipt)
		if err = json.Unmarshal(t.Dossier.Contents, t.Contents); err != nil {
			return t, err
		}
	}
	t.Photos = photosOf(t.Dossier)
	t.Fields = compare(t.Dossier, t.Contents)
	if err = p.detail(ctx, &t); err != nil {
		return t, err
	}
	t.Preload, err = p.preload(ctx, v, t)
	return t, err
}

// photosOf are the latest photos of a receipt, each once.
func photosOf(d receipt.Dossier) (photos []string) {
	for _, c := range slices.Backward(d.Claims) {
		if c.Photo != "" && len(photos) < photoMost && !slices.Contains(photos, c.Photo) {
			photos = append(photos, c.Photo)
		}
	}
	return photos
}

// preload is the photo of the task that comes next.
func (p *pages) preload(ctx context.Context, v *console.Visit, t task) (string, error) {
	next, err := review.Peek(ctx, p.DB, v.Now, seeker(v, t.Show), t.ID)
	if err != nil || next == 0 {
		return "", err
	}
	of, err := review.Find(ctx, p.DB, next)
	if err != nil {
		return "", err
	}
	d, err := receipt.DossierOf(ctx, p.DB, of.Receipt)
	if photos := photosOf(d); len(photos) > 0 {
		return photoPath(photos[0]), err
	}
	return "", err
}

// detail reads what a kind of task has of its own.
func (p *pages) detail(ctx context.Context, t *task) error {
	lines, err := product.Lines(ctx, p.DB, t.Receipt)
	if err != nil {
		return err
	}
	t.Lines = make(map[int]product.Line, len(lines))
	for _, l := range lines {
		t.Lines[l.Place] = l
	}
	switch t.Kind {
	case review.Fraud:
		var a fraud.Assessment
		err = json.Unmarshal(t.Detail, &a)
		t.Signals = a.Signals
	case review.Product:
		var q product.Question
		err = json.Unmarshal(t.Detail, &q)
		t.Asks = question{Name: q.Line, Nearest: q.Product, Score: q.Score, Options: products(p.Programme().Catalogue)}
	case review.Place:
		var q partner.Question
		err = json.Unmarshal(t.Detail, &q)
		t.Asks = question{Name: q.Address, Options: stores(p.Programme().Partners)}
		if f, err := partner.Find(ctx, p.DB, t.Receipt); err == nil {
			near, _ := book.Near(f.Trace) // none is no trouble: the list has all of them
			t.Asks.Nearest = first(near)
		}
	}
	return err
}

func first(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

func products(c *catalogue.Catalogue) (all []option) {
	if c == nil {
		return nil
	}
	for _, p := range c.Products {
		all = append(all, option{p.ID, cmp.Or(p.Name, p.ID)})
	}
	return all
}

func stores(b *book.Book) (all []option) {
	if b == nil {
		return nil
	}
	for _, p := range b.Partners {
		for _, s := range p.Stores {
			all = append(all, option{s.ID, cmp.Or(s.Name, p.Name, s.ID) + " · " + s.ID})
		}
	}
	return all
}
