package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/support"
	"besedka/web/console"
	"besedka/web/console/ui"
)

// queueRows is how many tasks the list holds at most, the oldest.
const queueRows = 100

// queue is the list as somebody of the staff sees it.
type queue struct {
	Show  show
	Rows  []waiting
	Names map[int64]string
	Pace  review.Pace
	Mark  string // changes whenever the rows do, of whatever partner
}

// waiting is one task of the list.
type waiting struct {
	receipt.Review
	Holder  int64 // of the staff, 0: nobody
	Asked   bool  // for another photo, which has not come
	Arrived bool  // it has
}

// queue reads the list as it is at now.
func (p *pages) queue(ctx context.Context, now time.Time, s show) (queue, error) {
	l := queue{Show: s}
	rows, err := receipt.Reviews(ctx, p.DB, s.kinds(), 0, queueRows)
	if err != nil {
		return l, err
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	answered, err := review.Answered(ctx, p.DB, ids)
	if err != nil {
		return l, err
	}
	for _, r := range rows {
		w := waiting{Review: r, Arrived: answered[r.ID]}
		if r.TakenUntil != nil && r.TakenUntil.After(now) {
			w.Holder = r.TakenBy
		}
		w.Asked = r.Asked != nil && !w.Arrived && r.Asked.After(now.Add(-review.AskedFor))
		l.Rows = append(l.Rows, w)
	}
	l.Mark = mark(l.Rows)
	l.Names, err = support.Names(ctx, p.DB)
	return l, err
}

// read is the list that somebody may see.
func (p *pages) read(v *console.Visit, s show) (queue, error) {
	l, err := p.queue(v.R.Context(), v.Now, s)
	if err != nil {
		return l, err
	}
	l.Rows, err = receipt.Seen(v.R.Context(), p.DB, v.By, l.Rows, func(w waiting) int64 { return w.Receipt })
	return l, err
}

// watch names the list in the stream.
func (l queue) watch() ui.Watch { return ui.Watch{Topic: "reviews:" + string(l.Show), Mark: l.Mark} }

func mark(rows []waiting) string {
	text, err := json.Marshal(rows)
	if err != nil {
		panic(err) // numbers, times and strings always encode
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

func (p *pages) showQueue(v *console.Visit) error {
	l, err := p.read(v, showOf(v.R.URL.Query().Get("show")))
	if err != nil {
		return err
	}
	if l.Pace, err = review.PaceOf(v.R.Context(), p.DB, v.Now, midnight(v.View), v.By.ID); err != nil {
		return err
	}
	return v.Show(queuePage(v.View, l))
}

func (p *pages) queueMark(ctx context.Context, of string) (string, error) {
	l, err := p.queue(ctx, p.Now(), showOf(of))
	return l.Mark, err
}

func (p *pages) queuePiece(v *console.Visit, of, _ string) (templ.Component, error) {
	l, err := p.read(v, showOf(of))
	return rows(v.View, l), err
}

// standing is whose a task is and what is new about it.
type standing struct {
	review.Task
	Show    show
	Names   map[int64]string
	Arrived bool // the photo that was asked for has come
}

func (p *pages) standing(ctx context.Context, id int64) (s standing, err error) {
	if s.Task, err = review.Find(ctx, p.DB, id); err != nil {
		return s, err
	}
	answered, err := review.Answered(ctx, p.DB, []int64{id})
	if err != nil {
		return s, err
	}
	s.Arrived = answered[id]
	s.Names, err = support.Names(ctx, p.DB)
	return s, err
}

// mark changes whenever the task comes into other hands, is decided or gets a photo; the
// end of a lease, which is nobody's act, counts too.
func (s standing) mark(now time.Time) string {
	return strings.Join([]string{
		strconv.FormatInt(s.HeldBy(now), 10), strconv.FormatInt(s.Fence, 10), s.Verdict, strconv.FormatBool(s.Arrived), strconv.FormatBool(s.Asked != nil),
	}, ".")
}

func (s standing) watch(now time.Time) ui.Watch {
	return ui.Watch{Topic: "review:" + strconv.FormatInt(s.ID, 10), Mark: s.mark(now)}
}

func (p *pages) standingMark(ctx context.Context, of string) (string, error) {
	id, err := strconv.ParseInt(of, 10, 64)
	if err != nil {
		return "", err
	}
	s, err := p.standing(ctx, id)
	return s.mark(p.Now()), err
}

func (p *pages) standingPiece(v *console.Visit, of, _ string) (templ.Component, error) {
	id, err := strconv.ParseInt(of, 10, 64)
	if err != nil {
		return nil, err
	}
	s, err := p.standing(v.R.Context(), id)
	if err == nil {
		err = p.maySee(v, s.Receipt)
	}
	return whose(v.View, s), err
}
