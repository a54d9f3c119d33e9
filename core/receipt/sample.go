package receipt

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"besedka/core/review"
	"besedka/storage"
)

// SampleShare is how many of a hundred credited receipts people look at, when nobody
// says otherwise; SampleMost is what they can look at in a day.
const (
	SampleShare = 5
	SampleMost  = 50
)

// sampleDelay lets what was being credited at midnight come to its end.
const sampleDelay = time.Minute

// sampleLate is how long after its end a day is still sampled. What is older, from
// before an upgrade or while there was no sample, would put thousands of receipts
// before people at once.
const sampleLate = 48 * time.Hour

// SampleStep puts a random sample of one day's credited receipts before people, once
// for every day on which something was credited; days that ended more than
// sampleLate ago are passed over. Which ones follows from the seed of
// the database and their ids alone, so that all processes choose the same and nobody
// without the seed can tell.
func (s *Service) SampleStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	if s.Sample == 0 {
		return false, time.Time{}, nil
	}
	oldest, err := storage.Earliest(ctx, s.DB, qUnsampled)
	if err != nil || oldest.IsZero() {
		return false, time.Time{}, named(err)
	}
	begins, ends := dayOf(oldest, s.Zone)
	if due := ends.Add(sampleDelay); now.Before(due) {
		return false, due, nil
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error { return s.sample(ctx, tx, now, begins, ends) })
	return err == nil, time.Time{}, named(err)
}

func named(err error) error {
	if err != nil {
		return fmt.Errorf("sample credited receipts: %w", err)
	}
	return nil
}

// dayOf is the day of an instant in a zone, its end exclusive.
func dayOf(at time.Time, zone *time.Location) (begins, ends time.Time) {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone), time.Date(y, m, d+1, 0, 0, 0, 0, zone)
}

type seedRow struct {
	Seed string `db:"value"`
}

func (s *Service) sample(ctx context.Context, tx storage.Tx, now, begins, ends time.Time) error {
	mine, err := tx.Exec(ctx, qSampleDay, begins, ends, now)
	if err != nil || mine.RowsAffected() == 0 { // another process has had the day
		return err
	}
	var b storage.Batch
	b.Exec(qSow, sampleSeed)
	seed := storage.Queue[seedRow](&b, qSeed, sampleSeed)
	credited := storage.Queue[idRow](&b, qCreditedIn, begins, ends)
	if err := b.Send(ctx, tx); err != nil {
		return err
	}
	share := s.Sample
	if now.Sub(ends) > sampleLate {
		share = 0
	}
	chosen := choose((*seed)[0].Seed, *credited, share)
	for _, r := range chosen {
		ask := review.Ask{Kind: review.Sample, About: review.AboutReceipt(r.ID), Receipt: r.ID, Reason: "sample"}
		if _, err := askOfCredited(ctx, tx, now, ask); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, qSampled, begins, len(*credited), len(chosen))
	return err
}

// choose takes share of a hundred of all, rounded up, and SampleMost at the most:
// those whose marks are least.
func choose(seed string, all []idRow, share int) []idRow {
	n := min((len(all)*share+99)/100, SampleMost)
	marks := make(map[int64]uint64, len(all))
	for _, r := range all {
		marks[r.ID] = mark(seed, r.ID)
	}
	return slices.SortedFunc(slices.Values(all), func(a, b idRow) int {
		return cmp.Or(cmp.Compare(marks[a.ID], marks[b.ID]), cmp.Compare(a.ID, b.ID))
	})[:n]
}

// mark is a number that nobody can foresee without the seed.
func mark(seed string, receipt int64) uint64 {
	h := hmac.New(sha256.New, []byte(seed))
	_ = binary.Write(h, binary.BigEndian, receipt) // a hash takes everything
	return binary.BigEndian.Uint64(h.Sum(nil))
}

// qUnsampled finds a day only as long as something was credited on it.
const qUnsampled = `
select min(credited_at) from receipt
where state in ('credited', 'partially_refunded') and credited_at >= coalesce((select max(ends) from sample_day), '-infinity')`

const qSampleDay = `
insert into sample_day (begins, ends, credited, chosen, at) values ($1, $2, 0, 0, $3) on conflict do nothing`

const qSeed = `select value from setting where name = $1`

const qCreditedIn = `
select id from receipt where state in ('credited', 'partially_refunded') and credited_at >= $1 and credited_at < $2 order by id`

const qSampled = `update sample_day set credited = $2, chosen = $3 where begins = $1`
