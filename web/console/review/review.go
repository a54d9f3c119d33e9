package review

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"besedka/core/media"
	"besedka/core/partner"
	"besedka/core/product"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/staff"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/ui"
)

// Deps is what the page stands on.
type Deps struct {
	DB        *storage.DB
	Receipts  *receipt.Service
	Products  *product.Service
	Partners  *partner.Service
	Media     *media.Service
	Programme func() *flows.Programme // as published now
	Now       func() time.Time
}

type pages struct{ Deps }

const home = "/console/review"

// Section is the queue of reviews.
func Section(d Deps) console.Section {
	p := &pages{d}
	route := func(method, path string, serve func(v *console.Visit) error) console.Route {
		return console.Route{Method: method, Path: home + path, Permission: staff.ReviewReceipts, Serve: serve}
	}
	return console.Section{
		Name: "review",
		Routes: []console.Route{
			route(http.MethodGet, "", p.showQueue),
			route(http.MethodPost, "/next", p.next),
			route(http.MethodGet, "/{id}", p.showTask),
			route(http.MethodGet, "/photos/{photo}", p.showPhoto),
			route(http.MethodPost, "/{id}/take", p.act(p.take)),
			route(http.MethodPost, "/{id}/decide", p.act(p.decide)),
			route(http.MethodPost, "/{id}/name", p.act(p.name)),
			route(http.MethodPost, "/{id}/photo", p.act(p.photo)),
			route(http.MethodPost, "/{id}/skip", p.act(p.skip)),
		},
		Topics: []console.Topic{
			{Name: "reviews", Permission: staff.ReviewReceipts, Mark: p.queueMark, Piece: p.queuePiece},
			{Name: "review", Permission: staff.ReviewReceipts, Mark: p.standingMark, Piece: p.standingPiece},
		},
	}
}

// show is which tasks are worked through.
type show string

// shows are in the order of the tabs.
var shows = []show{"all", "receipts", "products", "places", "debts"}

// kinds are those of a show. Nobody sees which receipts are of the random sample.
func (s show) kinds() []review.Kind {
	switch s {
	case "receipts":
		return review.OneReceipt
	case "products":
		return []review.Kind{review.Product}
	case "places":
		return []review.Kind{review.Place}
	case "debts":
		return []review.Kind{review.Debt}
	}
	return review.Kinds
}

// showOf is what is asked for, all when it is none of ours.
func showOf(asked string) show {
	if s := show(asked); slices.Contains(shows, s) {
		return s
	}
	return "all"
}

// path leads to a task, or does something with it.
func path(id int64, act string) string {
	return strings.TrimSuffix(fmt.Sprintf("%s/%d/%s", home, id, act), "/")
}

func taskPath(id int64, s show) string { return path(id, "") + "?show=" + string(s) }

func photoPath(photo string) string { return home + "/photos/" + photo }

// midnight is when the day began in a page's zone.
func midnight(v ui.View) time.Time {
	y, m, d := v.Now.In(v.Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, v.Zone)
}

// next gives the reader the oldest task that waits.
func (p *pages) next(v *console.Visit) error {
	return v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
		return p.onward(ctx, tx, v, "")
	})
}

// onward takes the next task, and says where to go: to it, or to the list when there is
// none. Done is what was done before.
func (p *pages) onward(ctx context.Context, tx storage.Tx, v *console.Visit, done string, before ...staff.Act) (string, error) {
	s := showOf(v.R.PostForm.Get("show"))
	got, ok, err := review.TakeNextTx(ctx, tx, v.Now, seeker(v, s))
	if err != nil {
		return "", err
	}
	to := home + "?show=" + string(s)
	if ok {
		to = taskPath(got.Task, s)
		before = append(before, act(v, "reviews.take", got.Task, nil))
	} else if done == "" {
		done = "review-none"
	}
	if done != "" {
		to += "&done=" + done
	}
	for _, a := range before {
		err = errors.Join(err, staff.AuditTx(ctx, tx, v.Now, a))
	}
	return to, err
}

// seeker is who reads, as they look for a task.
func seeker(v *console.Visit, s show) review.Seeker {
	return review.Seeker{Staff: v.By.ID, Kinds: s.kinds(), Partners: v.By.Partners}
}

// maySee refuses who works for some partners another's receipt.
func (p *pages) maySee(v *console.Visit, id int64) error {
	seen, err := receipt.MaySee(v.R.Context(), p.DB, v.By, id)
	if err == nil && !seen {
		err = v.Foreign(fmt.Sprintf("receipt/%d", id))
	}
	return err
}

// act is a row of the log about a task.
func act(v *console.Visit, name string, task int64, detail map[string]any) staff.Act {
	return staff.Act{Staff: v.By.ID, Act: name, Object: fmt.Sprintf("review/%d", task), Detail: detail}
}
