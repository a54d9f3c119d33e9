package receipt_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/storage"
)

func (c *crowd) sampled() (receipts []int64) {
	for _, task := range c.open(review.Sample) {
		receipts = append(receipts, task.Receipt)
	}
	return receipts
}

// A17: of 200 credited receipts exactly ten are looked at; the same seed chooses the
// same; two processes at once choose once; a bad one is revoked and its member told.
func TestSampleOfTheDay(t *testing.T) {
	t.Parallel()
	c := gather(t)
	c.service.Sample = receipt.SampleShare
	_, err := c.db.Exec(t.Context(), "insert into setting (name, value) values ('sample_seed', 'a seed')")
	c.must(err)
	for range 4 {
		member := c.member(true)
		for range 50 { // more a day is nobody's
			c.submit(member, c.print(400_00, -time.Minute, 0))
		}
	}
	c.settle(time.Hour)
	points := func() int64 {
		points, err := storage.Value[int64](t.Context(), c.db, "select sum(balance)::bigint from account where kind = 'member'")
		c.must(err)
		return points
	}
	if points() != 200*20_00 || len(c.sampled()) != 0 {
		t.Fatalf("%d points, sampled before the day is over: %v", points(), c.sampled())
	}
	midnight := time.Date(2026, 5, 4, 0, 0, 0, 0, moscow)
	if worked, next, err := c.service.SampleStep(t.Context(), c.now()); worked || !next.Equal(midnight.Add(time.Minute)) || err != nil {
		t.Errorf("before midnight: worked %v, next %v, %v", worked, next, err)
	}
	c.set(midnight.Add(2 * time.Minute))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, _, err := c.service.SampleStep(t.Context(), c.now()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	first := c.sampled()
	if len(first) != 10 {
		t.Fatalf("%d tasks, want 10: %v", len(first), first)
	}
	if worked, next, err := c.service.SampleStep(t.Context(), c.now().Add(40*day)); worked || !next.IsZero() || err != nil {
		t.Errorf("nothing was credited since: worked %v, next %v, %v", worked, next, err)
	}
	again := func(seed string) []int64 {
		_, err := c.db.Exec(t.Context(), `with a as (delete from review_task where kind = 'sample'), b as (delete from sample_day)
			update setting set value = $1 where name = 'sample_seed'`, seed)
		c.must(err)
		_, _, err = c.service.SampleStep(t.Context(), c.now())
		c.must(err)
		return c.sampled()
	}
	if other := again("another seed"); len(other) != 10 || cmp.Equal(first, other) {
		t.Errorf("another seed chose %v", other)
	}
	if diff := cmp.Diff(first, again("a seed")); diff != "" {
		t.Errorf("the same seed chose others: %s", diff)
	}
	tasks := c.open(review.Sample)
	bad, err := c.judge(tasks[3].ID, false, review.Forged)
	c.must(err)
	good, err := c.judge(tasks[4].ID, true, review.PaperSeen)
	c.must(err)
	if bad.State != receipt.Revoked || bad.Back.Taken != 20_00 || good.State != receipt.Credited || good.Back.Awarded != 0 {
		t.Errorf("the bad one %+v, the good one %+v", bad, good)
	}
	if got := c.heard()[fmt.Sprintf("receipt/%d/revoked", bad.Receipt)]; got != "receipt.revoked sample_failed" || points() != 199*20_00 {
		t.Errorf("heard %q, %d points", got, points())
	}
}

// Days without receipts are passed over, and so are those of long ago; no day is
// sampled twice.
func TestSampleOfManyDays(t *testing.T) {
	t.Parallel()
	c := gather(t)
	c.service.Sample = 100
	member := c.member(true)
	for range 3 {
		c.submit(member, c.print(400_00, c.now().Sub(noon)-time.Minute, 0))
		c.settle(10 * day)
	}
	c.submit(member, c.print(400_00, c.now().Sub(noon)-time.Minute, 0))
	c.settle(day)
	steps := 0
	for worked := true; worked; {
		var err error
		worked, _, err = c.service.SampleStep(t.Context(), c.now())
		c.must(err)
		steps++
	}
	chosen, err := storage.Value[[]int](t.Context(), c.db, "select array_agg(chosen order by begins) from sample_day where credited = 1")
	c.must(err)
	if diff := cmp.Diff([]int{0, 0, 0, 1}, chosen); steps != 5 || diff != "" || len(c.sampled()) != 1 {
		t.Errorf("%d steps, chosen %s, sampled %v", steps, diff, c.sampled())
	}
}

// Of two people and the tax service's revocation, who judge one receipt at once, one
// has an effect.
func TestJudgedOnce(t *testing.T) {
	t.Parallel()
	c := gather(t)
	c.service.Sample = 100
	member := c.member(true)
	for range 8 {
		c.submit(member, c.print(400_00, -time.Minute, 0))
	}
	c.settle(time.Hour)
	c.set(noon.Add(day))
	_, _, err := c.service.SampleStep(t.Context(), c.now())
	c.must(err)
	tasks := c.open(review.Sample)
	var mu sync.Mutex
	effects := map[int64]int{}
	var all sync.WaitGroup
	for _, task := range tasks {
		did := func(err error) {
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				effects[task.Receipt]++
			}
		}
		all.Go(func() { _, err := c.judge(task.ID, false, review.Forged); did(err) })
		all.Go(func() { _, err := c.judge(task.ID, false, review.NotFound); did(err) })
		all.Go(func() {
			_, err := c.revoke(receipt.Revocation{Receipt: task.Receipt, Reason: receipt.Annulled})
			did(err)
		})
	}
	all.Wait()
	for _, task := range tasks {
		if effects[task.Receipt] != 1 {
			t.Errorf("receipt %d: %d effects", task.Receipt, effects[task.Receipt])
		}
	}
	if len(tasks) != 8 || c.points(member) != 0 || c.stat(member) != (stat{}) || len(c.open(review.Sample)) != 0 {
		t.Errorf("%d tasks, %d points, %+v, open %v", len(tasks), c.points(member), c.stat(member), c.open(review.Sample))
	}
}

// Goods that come back before the day is over take a receipt out of nobody's sight,
// unless all of them do.
func TestSampleSeesPartlyRefunded(t *testing.T) {
	t.Parallel()
	c := gather(t)
	c.service.Sample = 100
	member, staff := c.member(true), c.clerk()
	part := c.basket(member, 0, item{"Сыр", 1_000_000, 500_00}, item{"Кефир", 1_000_000, 100_00})
	whole := c.basket(member, 0, item{"Сыр", 1_000_000, 400_00})
	_, err := c.refund(receipt.Refunding{Receipt: part, Key: "part", Lines: []receipt.Returned{{Line: 1}}, Staff: staff})
	c.must(err)
	_, err = c.refund(receipt.Refunding{Receipt: whole, Key: "whole", Whole: true, Staff: staff})
	c.must(err)
	c.set(c.now().Add(24 * time.Hour))
	_, _, err = c.service.SampleStep(t.Context(), c.now())
	c.must(err)
	if diff := cmp.Diff([]int64{part}, c.sampled()); diff != "" {
		t.Errorf("sampled (-want +got):\n%s", diff)
	}
}
