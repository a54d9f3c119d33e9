package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/staff"
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
	Of    int64  // of the staff, whose partners' receipts they are about; 0: all
	Mark  string // changes whenever the rows do
}

// waiting is one task of the list.
type waiting struct {
	receipt.Review
	Holder  int64 // of the staff, 0: nobody
	Asked   bool  // for another photo, which has not come
	Arrived bool  // it has
}

// queue reads the list as it is at now, less what is not for one of the staff to see; 0: nothing.
func (p *pages) queue(ctx context.Context, now time.Time, s show, of int64) (queue, error) {
	l := queue{Show: s, Of: of}
	partners, err := staff.PartnersOf(ctx, p.DB, of)
	if err != nil {
		return l, err
	}
	rows, err := receipt.Reviews(ctx, p.DB, s.kinds(), 0, queueRows, partners...)
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

// read is the list that somebody may see: all who work for all partners share one.
func (p *pages) read(v *console.Visit, s show) (queue, error) {
	of := int64(0)
	if len(v.By.Partners) > 0 {
		of = v.By.ID
	}
	return p.queue(v.R.Context(), v.Now, s, of)
}

// watch names the list in the stream, and whose it is: see listOf.
func (l queue) watch() ui.Watch {
	return ui.Watch{Topic: fmt.Sprintf("reviews:%s-%d", l.Show, l.Of), Mark: l.Mark}
}

// listOf reads the name of a list in the stream.
func listOf(name string) (show, int64) {
	s, who, _ := strings.Cut(name, "-")
	of, err := strconv.ParseInt(who, 10, 64)
	if err != nil {
		of = 0
	}
	return showOf(s), of
}

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
	s, who := listOf(of)
	l, err := p.queue(ctx, p.Now(), s, who)
	return l.Mark, err
}

func (p *pages) queuePiece(v *console.Visit, of, _ string) (templ.Component, error) {
	s, _ := listOf(of)
	l, err := p.read(v, s)
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
