package slo_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/slo"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var (
	moscow = time.FixedZone("MSK", 3*60*60)
	noon   = time.Date(2026, 11, 29, 12, 0, 0, 0, moscow)
)

// office measures receipts that the test puts into the database by itself.
type office struct {
	t       rapid.TB
	service *slo.Service
	log     *bytes.Buffer
	receipt int64
}

func open(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, log: &bytes.Buffer{}}
	o.service = &slo.Service{DB: storagetest.DB(t), Zone: moscow, Log: slog.New(slog.NewTextHandler(o.log, nil))}
	o.exec(`insert into member (created_at) values ($1)`, noon)
	o.exec(`insert into subject (member_id, channel, sealed_peer, created_at) select id, 'telegram', '', $1 from member`, noon)
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) exec(sql string, args ...any) {
	o.t.Helper()
	_, err := o.service.DB.Exec(context.Background(), sql, args...)
	o.must(err)
}

// upload is a receipt that waits for its verdict, from the only chat.
func (o *office) upload(at time.Time) (receipt int64) {
	o.t.Helper()
	o.receipt++
	id, err := storage.Value[int64](context.Background(), o.service.DB, `
		insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, subject_id, state, uploaded_at, queued_at)
		select '9289000100000001', $1, 1, 1, $2, 'Europe/Moscow', $3, 100, s.member_id, s.id, 'queued', $3, $3 from subject s returning id`,
		o.receipt, at.UTC(), at)
	o.must(err)
	return id
}

// decide gives it a verdict.
func (o *office) decide(receipt int64, at time.Time) {
	o.t.Helper()
	o.must(o.service.DB.InTx(context.Background(), func(ctx context.Context, tx storage.Tx) error {
		if _, err := tx.Exec(ctx, `update receipt set state = 'rejected' where id = $1`, receipt); err != nil {
			return err
		}
		return slo.VerdictTx(ctx, tx, at, receipt)
	}))
}

// upTo decides receipts uploaded together, each after as long as is given.
func (o *office) upTo(uploaded time.Time, took ...time.Duration) {
	o.t.Helper()
	for _, d := range took {
		o.decide(o.upload(uploaded), uploaded.Add(d))
	}
}

// work steps until nothing is due, and says when it will be.
func (o *office) work(now time.Time) (next time.Time) {
	o.t.Helper()
	for worked := true; worked; {
		var err error
		worked, next, err = o.service.Step(context.Background(), now)
		o.must(err)
	}
	return next
}

// standing is met/judged of every target.
func (o *office) standing(now time.Time) string {
	o.t.Helper()
	s, err := o.service.Standing(context.Background(), o.service.DB, now)
	o.must(err)
	var told []string
	for _, f := range s.Targets {
		told = append(told, fmt.Sprintf("%s %d/%d", f.Name, f.Met, f.Judged))
	}
	return strings.Join(told, ", ")
}

// breaches are those kept, the oldest first.
func (o *office) breaches() (told []string) {
	o.t.Helper()
	all, err := slo.Breaches(context.Background(), o.service.DB, 100)
	o.must(err)
	for _, b := range all {
		ended := "lasts"
		if b.Ended != nil {
			ended = "ended " + b.Ended.In(moscow).Format("02 15:04:05")
		}
		told = append([]string{fmt.Sprintf("%s from %s, %d of %d, %s", b.Target, b.Began.In(moscow).Format("02 15:04:05"), b.Met, b.Judged, ended)}, told...)
	}
	return told
}

func many(n int, took time.Duration) (all []time.Duration) {
	for range n {
		all = append(all, took)
	}
	return all
}

// TestToTheEnd: a target's time belongs to it up to its very end, and exactly what
// was promised is enough.
func TestToTheEnd(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.upTo(noon, many(24, 30*time.Second)...)
	late := o.upload(noon)
	o.work(noon.Add(30 * time.Second))
	if got, want := o.standing(noon.Add(30*time.Second)), "30s 24/24, 4h 24/24, 24h 24/24"; got != want {
		t.Errorf("as half a minute ends: %s, want %s", got, want)
	}
	now := noon.Add(30*time.Second + time.Microsecond)
	o.work(now)
	if got, want := o.standing(now), "30s 24/25, 4h 24/24, 24h 24/24"; got != want {
		t.Errorf("just after: %s, want %s", got, want)
	}
	if got := o.breaches(); len(got) > 0 {
		t.Errorf("96 %% of 25 is a breach: %v", got)
	}
	o.decide(late, noon.Add(4*time.Hour+time.Microsecond))
	o.work(noon.Add(5 * time.Hour))
	if got, want := o.breaches(), []string{"4h from 29 17:00:00, 24 of 25, lasts"}; !cmp.Equal(got, want) {
		t.Errorf("one of 25 after four hours: %v, want %v", got, want)
	}
}

// TestBreachAndEnd follows a receipt that nobody decides on for days: the loop says
// when it looks next, keeps each breach once, and tells of its beginning and end. A
// day leaves the window, the receipt does not.
func TestBreachAndEnd(t *testing.T) {
	t.Parallel()
	o := open(t)
	forgotten := o.upload(noon)
	for now, end := noon, noon.AddDate(0, 0, 9); now.Before(end); {
		next := o.work(now)
		if !next.IsZero() && !next.After(now) {
			t.Fatalf("at %s the next look is at %s", now, next)
		}
		if next.IsZero() {
			break
		}
		now = next
	}
	want := []string{
		"30s from 29 12:00:30, 0 of 1, lasts", "4h from 29 16:00:00, 0 of 1, lasts", "24h from 30 12:00:00, 0 of 1, lasts",
	}
	if diff := cmp.Diff(want, o.breaches()); diff != "" {
		t.Errorf("undecided: %s", diff)
	}
	o.decide(forgotten, noon.AddDate(0, 0, 6))
	next := o.work(noon.AddDate(0, 0, 6))
	if midnight := time.Date(2026, 12, 6, 0, 0, 0, 0, moscow); !next.Equal(midnight) {
		t.Errorf("decided on the sixth day, the next look is at %v, want %v, when its day leaves the window", next, midnight)
	}
	if got := o.standing(noon.AddDate(0, 0, 6)); got != "30s 0/1, 4h 0/1, 24h 0/1" {
		t.Errorf("decided too late: %s", got)
	}
	for i := range want {
		want[i] = strings.Replace(want[i], "lasts", "ended 06 00:00:00", 1)
	}
	if next := o.work(next); !next.IsZero() {
		t.Errorf("the next look is at %v, want none", next)
	}
	if diff := cmp.Diff(want, o.breaches()); diff != "" {
		t.Errorf("after its day: %s", diff)
	}
	if began, ended := strings.Count(o.log.String(), "is broken"), strings.Count(o.log.String(), "kept again"); began != 3 || ended != 3 {
		t.Errorf("told of %d and %d, want three and three:\n%s", began, ended, o.log)
	}
}

// TestOldOnesGo: a breach may begin as good days leave the window.
func TestOldOnesGo(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.upTo(noon, many(99, time.Second)...)
	o.upTo(noon.AddDate(0, 0, 1), time.Minute)
	o.work(noon.AddDate(0, 0, 2))
	for now := noon.AddDate(0, 0, 2); !now.IsZero(); now = o.work(now) {
	}
	want := []string{"30s from 06 00:00:00, 0 of 1, ended 07 00:00:00"}
	if diff := cmp.Diff(want, o.breaches()); diff != "" {
		t.Error(diff)
	}
}

// TestOneVerdict: what becomes of a receipt later moves nothing, and nobody counts
// twice however many count.
func TestOneVerdict(t *testing.T) {
	t.Parallel()
	o := open(t)
	for range 30 {
		id := o.upload(noon)
		o.decide(id, noon.Add(time.Second))
		o.decide(id, noon.AddDate(0, 0, 1))
	}
	late := o.upload(noon)
	now := noon.AddDate(0, 0, 2)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, _, err := o.service.Step(context.Background(), now); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	o.work(now)
	if got, want := o.standing(now), "30s 30/31, 4h 30/31, 24h 30/31"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := o.breaches(); len(got) != 2 {
		t.Errorf("breaches %v, want two", got)
	}
	o.decide(late, now)
	o.work(now)
	o.decide(late, now.Add(time.Hour))
	o.work(now.Add(time.Hour))
	totals, err := slo.Totals(t.Context(), o.service.DB)
	o.must(err)
	want := []slo.Total{{Channel: "telegram", Counts: slo.Counts{30, 0, 0, 1}, Took: 30*time.Second + 48*time.Hour}}
	if diff := cmp.Diff(want, totals); diff != "" {
		t.Errorf("in all: %s", diff)
	}
}

// TestAsByHand: however uploads, verdicts and looks fall, the figures are those of a
// count by hand, and a breach lasts exactly while one is due.
func TestAsByHand(t *testing.T) {
	t.Parallel()
	o := open(t)
	spans := []time.Duration{0, time.Second, 30 * time.Second, 31 * time.Second, 4 * time.Hour, 5 * time.Hour, 24 * time.Hour, 25 * time.Hour}
	rapid.Check(t, func(rt *rapid.T) {
		o := &office{t: rt, service: o.service, log: o.log, receipt: o.receipt}
		for _, table := range []string{"verdict", "slo_day", "slo_breach", "slo_look", "receipt"} {
			o.exec("delete from " + table)
		}
		uploads, verdicts := map[int64]time.Time{}, map[int64]time.Time{}
		now := noon
		for range rapid.IntRange(1, 12).Draw(rt, "moves") {
			switch now = now.Add(rapid.SampledFrom(spans).Draw(rt, "later")); rapid.IntRange(0, 2).Draw(rt, "move") {
			case 0:
				uploads[o.upload(now)] = now
			case 1:
				for _, id := range slices.Sorted(maps.Keys(uploads)) {
					if _, decided := verdicts[id]; !decided {
						o.decide(id, now)
						verdicts[id] = now
						break
					}
				}
			case 2:
				o.work(now)
			}
			if got, want := o.standing(now), byHand(uploads, verdicts, now); got != want {
				rt.Fatalf("at %s %s, by hand %s", now, got, want)
			}
		}
		o.work(now)
		broken := map[string]bool{}
		for _, b := range o.breaches() {
			if name, _, _ := strings.Cut(b, " "); strings.HasSuffix(b, "lasts") {
				broken[name] = true
			}
		}
		s, err := o.service.Standing(context.Background(), o.service.DB, now)
		o.must(err)
		for _, f := range s.Targets {
			if broken[f.Name] == f.Kept() {
				rt.Fatalf("%+v, and breaches %v", f, o.breaches())
			}
		}
	})
}

func byHand(uploads, verdicts map[int64]time.Time, now time.Time) string {
	var told []string
	first := time.Date(now.Year(), now.Month(), now.Day()+1-slo.WindowDays, 0, 0, 0, 0, moscow)
	for _, target := range []struct {
		name   string
		within time.Duration
	}{{"30s", 30 * time.Second}, {"4h", 4 * time.Hour}, {"24h", 24 * time.Hour}} {
		met, judged := 0, 0
		for id, uploaded := range uploads {
			at, decided := verdicts[id]
			switch {
			case decided && uploaded.Before(first):
			case decided && !at.After(uploaded.Add(target.within)):
				met++
				judged++
			case decided, now.After(uploaded.Add(target.within)):
				judged++
			}
		}
		told = append(told, fmt.Sprintf("%s %d/%d", target.name, met, judged))
	}
	return strings.Join(told, ", ")
}
