package funnel

import (
	"context"
	"fmt"
	"strings"
	"time"

	"besedka/storage"
)

// Reached is a subject's member at a stage of a flow, of the segments that hold.
type Reached struct {
	Subject     int64
	Flow, Stage string
	Segments    []string
}

// Queue keeps who came to which stage; a second time changes nothing.
func Queue(b *storage.Batch, now time.Time, reached []Reached) {
	if len(reached) == 0 {
		return
	}
	n := len(reached)
	subjects, flows, stages, segments := make([]int64, n), make([]string, n), make([]string, n), make([]string, n)
	for i, r := range reached {
		subjects[i], flows[i], stages[i], segments[i] = r.Subject, r.Flow, r.Stage, strings.Join(r.Segments, ",")
	}
	b.Exec(qReach, subjects, flows, stages, segments, now)
}

// Stage is how many members came to a stage: those who went on to a later one and
// those who have not are all of them.
type Stage struct {
	Name    string `json:"stage"`
	Reached int64  `json:"reached"`
	WentOn  int64  `json:"wentOn"`
}

// Left are those who came no further.
func (s Stage) Left() int64 { return s.Reached - s.WentOn }

type stageRow struct {
	Place   int   `db:"place"`
	Reached int64 `db:"reached"`
	WentOn  int64 `db:"went_on"`
}

// Count counts the stages of a flow, in the order given, for members who came to
// their first one since an instant, were of a segment then and had come to us by the links
// of a place, of that name; "" is everybody, and everywhere.
func Count(ctx context.Context, q storage.Querier, flow string, stages []string, since time.Time, segment, place string) ([]Stage, error) {
	rows, err := storage.Collect[stageRow](ctx, q, qCount, flow, stages, since, segment, place)
	if err != nil {
		return nil, fmt.Errorf("funnel of %s: %w", flow, err)
	}
	counted := make([]Stage, len(rows))
	for i, r := range rows {
		counted[i] = Stage{stages[r.Place-1], r.Reached, r.WentOn}
	}
	return counted, nil
}

type furthestRow struct {
	Place   int   `db:"place"`
	Members int64 `db:"members"`
}

// Furthest counts the members who came into a flow from an instant until before another
// by the stage, of those given in their order, that none they have come to is behind:
// each of them once.
func Furthest(ctx context.Context, q storage.Querier, flow string, stages []string, from, until time.Time) ([]int64, error) {
	rows, err := storage.Collect[furthestRow](ctx, q, qFurthest, flow, stages, from, until)
	if err != nil {
		return nil, fmt.Errorf("funnel of %s: %w", flow, err)
	}
	furthest := make([]int64, len(stages))
	for _, r := range rows {
		furthest[r.Place-1] = r.Members
	}
	return furthest, nil
}

// MergeTx makes one member of two: each stage keeps its earlier time.
func MergeTx(ctx context.Context, tx storage.Tx, from, into int64) error {
	var b storage.Batch
	b.Exec(qMove, from, into)
	b.Exec(qForget, from)
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("join funnels of member %d into %d: %w", from, into, err)
	}
	return nil
}
