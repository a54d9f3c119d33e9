package slo

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Day is how long the receipts uploaded on a day took, by the channel they came
// through; those without a verdict are not in it.
type Day struct {
	Day     time.Time // a date of the zone, held as UTC
	Channel string    // desk: a registrar's
	Counts
}

type dayRow struct {
	Day      time.Time `db:"day"`
	Channel  string    `db:"channel"`
	Missed   int       `db:"missed"`
	Receipts int64     `db:"receipts"`
}

// Days are the last so many, the newest first. Days without verdicts are left out.
func (s *Service) Days(ctx context.Context, q storage.Querier, now time.Time, days int) (found []Day, err error) {
	rows, err := storage.Collect[dayRow](ctx, q, qDays, s.dayOf(now, 1-days))
	if err != nil {
		return nil, fmt.Errorf("verdicts by day: %w", err)
	}
	for _, r := range rows {
		if n := len(found); n == 0 || !found[n-1].Day.Equal(r.Day) || found[n-1].Channel != r.Channel {
			found = append(found, Day{Day: r.Day, Channel: r.Channel})
		}
		found[len(found)-1].Counts[r.Missed] = r.Receipts
	}
	return found, nil
}

// Breach is a time in which a target was not reached.
type Breach struct {
	Target string     `db:"target"`
	Began  time.Time  `db:"began_at"`
	Met    int64      `db:"met"` // as it began
	Judged int64      `db:"judged"`
	Ended  *time.Time `db:"ended_at"` // nil while it lasts
}

// Breaches are the last so many, the newest first.
func Breaches(ctx context.Context, q storage.Querier, limit int) ([]Breach, error) {
	rows, err := storage.Collect[Breach](ctx, q, qBreaches, limit)
	if err != nil {
		return nil, fmt.Errorf("breaches of the promises about time: %w", err)
	}
	return rows, nil
}

// Total is every verdict counted so far of a channel, as a histogram wants it.
type Total struct {
	Channel string
	Counts
	Took time.Duration // together
}

type totalRow struct {
	Channel  string `db:"channel"`
	Missed   int    `db:"missed"`
	Receipts int64  `db:"receipts"`
	TookUS   int64  `db:"took_us"`
}

// Totals are those of every channel.
func Totals(ctx context.Context, q storage.Querier) ([]Total, error) {
	rows, err := storage.Collect[totalRow](ctx, q, qTotals)
	if err != nil {
		return nil, fmt.Errorf("verdicts by channel: %w", err)
	}
	place, totals := map[string]int{}, []Total(nil)
	for _, r := range rows {
		i, ok := place[r.Channel]
		if !ok {
			i = len(totals)
			place[r.Channel], totals = i, append(totals, Total{Channel: r.Channel})
		}
		totals[i].Counts[r.Missed] = r.Receipts
		totals[i].Took += time.Duration(r.TookUS) * time.Microsecond
	}
	return totals, nil
}
