package receipt_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/fraud"
	"besedka/core/media"
	"besedka/core/member"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/seal"
	"besedka/storage"
)

// crowd is shoppers who send receipts in chats, with pictures, and the staff who
// look at them.
type crowd struct {
	*house
	keys  *seal.Keyring
	media *media.Service
	staff int64
}

// shopper is a registered member who has one chat.
type shopper struct {
	member, subject int64
	key             seal.Key
}

func gather(t testing.TB) *crowd {
	c := &crowd{house: open(t)}
	var err error
	c.keys, err = seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	c.must(err)
	c.media = media.New(c.db, c.keys)
	c.staff, err = storage.Value[int64](t.Context(), c.db, "insert into staff (name, roles, created_at) values ('A', '{reviewer}', $1) returning id", noon)
	c.must(err)
	return c
}

func (c *crowd) shopper() shopper {
	c.t.Helper()
	s := shopper{member: c.member(true)}
	key, wrapped := c.keys.NewKey()
	s.key = key
	id, err := storage.Value[int64](c.t.Context(), c.db, `insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at)
		values ($1, 'telegram', $2, '', $3, $4) returning id`, s.member, fmt.Append(nil, s.member), wrapped, noon)
	c.must(err)
	s.subject = id
	return s
}

// photo sends a picture in which qr was read.
func (c *crowd) photo(s shopper, picture, qr string) receipt.Result {
	c.t.Helper()
	blob, err := c.media.Put(c.t.Context(), c.now(), s.key, media.File{Subject: s.subject, Mime: "image/jpeg", Data: []byte(picture)})
	c.must(err)
	c.house.keys++
	var r receipt.Result
	c.tx(func(ctx context.Context, tx storage.Tx) error {
		r, err = c.service.SubmitTx(ctx, tx, c.now(), receipt.Submission{
			Key: fmt.Sprintf("chat/%d", c.house.keys), Member: s.member, Subject: s.subject, Blob: blob, Text: qr,
		})
		return err
	})
	return r
}

// sprint sends n receipts that one till printed one after the other.
func (c *crowd) sprint(s shopper, n int) (results []receipt.Result) {
	for i := range n {
		results = append(results, c.photo(s, fmt.Sprintf("picture %d of %d", i, s.member), c.print(400_00, -time.Minute, 0)))
		c.settle(time.Second)
	}
	return results
}

func (c *crowd) judge(task int64, approve bool, cause review.Cause) (j receipt.Judged, err error) {
	err = c.db.InTx(c.t.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
		j, err = c.service.JudgeTx(ctx, tx, c.now(), receipt.Judgement{Verdict: review.Verdict{Task: task, Staff: c.staff, Approve: approve, Cause: cause}})
		return err
	})
	return j, err
}

// open are the tasks of a kind that wait.
func (c *crowd) open(k review.Kind) []receipt.Review {
	c.t.Helper()
	rows, err := receipt.Reviews(c.t.Context(), c.db, []review.Kind{k}, 0, 1000)
	c.must(err)
	return rows
}

func (c *crowd) assessed(task int64) (a fraud.Assessment) {
	c.t.Helper()
	t, err := review.Find(c.t.Context(), c.db, task)
	c.must(err)
	c.must(json.Unmarshal(t.Detail, &a))
	return a
}

func signal(r fraud.Reason, figure int64, points int) fraud.Signal {
	return fraud.Signal{Reason: r, Figure: figure, Points: points}
}

// Who collects receipts at a till is credited first, then looked at, then held; a
// registrar's receipts are not weighed, and what a person lets pass goes on.
func TestCollectorIsHeld(t *testing.T) {
	t.Parallel()
	c := gather(t)
	s := c.shopper()
	results := c.sprint(s, 20)
	last := results[19]
	held := c.open(review.Fraud)
	if len(held) != 2 || held[0].Reason != "review" || held[1].Reason != "hold" || held[1].Receipt != last.Receipt {
		t.Fatalf("tasks: %+v; want one about the member and one that holds the last receipt", held)
	}
	want := fraud.Assessment{Score: 100, Signals: []fraud.Signal{signal(fraud.Velocity, 20, 20), signal(fraud.OneSeller, 20, 20), signal(fraud.TillSequence, 10, 60)}}
	if diff := cmp.Diff(want, c.assessed(held[1].ID)); diff != "" {
		t.Errorf("why it is held: %s", diff)
	}
	if c.points(s.member) != 19*20_00 || c.latest(s.member).State != receipt.Verified {
		t.Errorf("%d points, the last receipt is %s", c.points(s.member), c.latest(s.member).State)
	}
	if key := fmt.Sprintf("receipt/%d/held", last.Receipt); c.heard()[key] != receipt.EventManual {
		t.Errorf("the shopper was not told that a person will look: %v", c.heard())
	}
	for range 2 { // whatever wakes it
		c.tx(func(ctx context.Context, tx storage.Tx) error { return receipt.WakeTx(ctx, tx, c.now(), s.member) })
		c.settle(day)
	}
	if tasks := c.open(review.Fraud); len(tasks) != 2 || c.latest(s.member).State != receipt.Verified {
		t.Errorf("woken, it is %s, with the tasks %+v", c.latest(s.member).State, tasks)
	}
	j, err := c.judge(held[1].ID, true, review.Innocent)
	c.must(err)
	c.settle(time.Second)
	if j.State != receipt.Verified || c.points(s.member) != 20*20_00 || len(c.open(review.Fraud)) != 1 {
		t.Errorf("let pass: %+v, %d points", j, c.points(s.member))
	}
	if j, err = c.judge(held[0].ID, false, review.Collected); err != nil || j.State != receipt.Revoked || j.Back.Taken != 20_00 {
		t.Errorf("the one that was credited and looked at: %+v, %v", j, err)
	}
	if _, err := c.judge(held[0].ID, false, review.Collected); !errors.Is(err, review.ErrDecided) {
		t.Errorf("judged twice: %v", err)
	}
	if c.points(s.member) != 19*20_00 {
		t.Errorf("%d points in the end", c.points(s.member))
	}
	desk := c.member(true)
	for range 30 {
		c.submit(desk, c.print(400_00, -time.Minute, 0))
	}
	c.settle(time.Minute)
	if c.points(desk) != 30*20_00 {
		t.Errorf("a registrar's receipts: %d points", c.points(desk))
	}
}

// A held receipt that a person rejects gives its key back: its owner may have it.
func TestHeldReceiptIsRejected(t *testing.T) {
	t.Parallel()
	c := gather(t)
	thief, owner := c.shopper(), c.shopper()
	c.sprint(thief, 19)
	qr := c.print(400_00, -time.Minute, 0)
	stolen := c.photo(thief, "picture", qr)
	c.settle(time.Second)
	tasks := c.open(review.Fraud)
	j, err := c.judge(tasks[len(tasks)-1].ID, false, review.Collected)
	c.must(err)
	if j.State != receipt.Rejected || c.heard()[fmt.Sprintf("receipt/%d/rejected", stolen.Receipt)] != "receipt.rejected fraud" {
		t.Errorf("rejected: %+v, heard %v", j, c.heard()[fmt.Sprintf("receipt/%d/rejected", stolen.Receipt)])
	}
	c.photo(owner, "picture", qr)
	c.settle(time.Second)
	if c.points(owner.member) != 20_00 {
		t.Errorf("the owner has %d points, %v", c.points(owner.member), c.states(owner.member))
	}
}

// Whoever sends again what a person has refused them does not get it by waiting until
// the figures have calmed down.
func TestRefusedReceiptIsHeldAgain(t *testing.T) {
	t.Parallel()
	c := gather(t)
	thief := c.shopper()
	c.sprint(thief, 19)
	qr := c.print(400_00, -time.Minute, 0)
	c.photo(thief, "picture", qr)
	c.settle(time.Second)
	tasks := c.open(review.Fraud)
	_, err := c.judge(tasks[len(tasks)-1].ID, false, review.Collected)
	c.must(err)
	before := c.points(thief.member)
	c.settle(3 * day)
	again := c.photo(thief, "another picture", qr)
	c.settle(time.Hour)
	tasks = c.open(review.Fraud)
	if last := tasks[len(tasks)-1]; last.Receipt != again.Receipt || last.Reason != "hold" || c.points(thief.member) != before {
		t.Fatalf("sent again: %+v, tasks %+v, %d points after %d", again, tasks, c.points(thief.member), before)
	}
	_, err = c.judge(tasks[len(tasks)-1].ID, true, review.Innocent)
	c.must(err)
	c.settle(time.Second)
	if c.points(thief.member) != before+20_00 {
		t.Errorf("whom a person believes at last has %d points, want %d", c.points(thief.member), before+20_00)
	}
}

// One picture goes round: the figures name those who sent it, and nobody learns of
// the others.
func TestPictureThatGoesRound(t *testing.T) {
	t.Parallel()
	c := gather(t)
	var shoppers []shopper
	qr := c.print(400_00, -time.Minute, 90*time.Second)
	for range 5 {
		s := c.shopper()
		shoppers = append(shoppers, s)
		c.photo(s, "the picture", qr)
	}
	c.settle(time.Hour)
	tasks := c.open(review.Fraud)
	if len(tasks) != 1 || tasks[0].Reason != "hold" {
		t.Fatalf("tasks: %+v", tasks)
	}
	want := fraud.Assessment{Score: 120, Signals: []fraud.Signal{signal(fraud.SharedPhoto, 4, 80), signal(fraud.Contested, 4, 40)}}
	if diff := cmp.Diff(want, c.assessed(tasks[0].ID)); diff != "" {
		t.Error(diff)
	}
	d, err := receipt.DossierOf(t.Context(), c.db, tasks[0].Receipt)
	c.must(err)
	if len(d.Claims) != 5 || d.Claims[0].Photo == "" || d.State != receipt.Verified || len(d.Attempts) == 0 || string(d.Contents) == "" {
		t.Errorf("the dossier: %+v", d)
	}
	c.tx(func(ctx context.Context, tx storage.Tx) error { // what erasing does to a picture
		_, err := tx.Exec(ctx, "update blob set likeness = null where subject_id <> $1", shoppers[0].subject)
		return err
	})
	var facts fraud.Facts
	c.tx(func(ctx context.Context, tx storage.Tx) error {
		facts, err = counted(ctx, tx, fraud.Subject{Receipt: tasks[0].Receipt, Member: shoppers[0].member, Uploaded: noon})
		return err
	})
	if facts.Photo != 0 {
		t.Errorf("pictures of the erased are known still: %+v", facts)
	}
}

// Facts counts what is there: nights, others' documents, a phone that several name.
func TestFactsAreCounted(t *testing.T) {
	t.Parallel()
	c := gather(t)
	night := time.Date(2026, 5, 4, 0, 30, 0, 0, moscow)
	c.set(night)
	s, other := c.shopper(), c.shopper()
	for i := range 3 {
		qr := c.print(400_00, 0, 0)
		c.photo(other, fmt.Sprint("theirs", i), qr)
		c.photo(s, fmt.Sprint("mine of theirs", i), qr)
		c.photo(s, fmt.Sprint("once more", i), qr)
	}
	_, err := c.db.Exec(t.Context(), `insert into phone (member_id, subject_id, phone_index, sealed, at)
		values ($1, $2, 'p', '', $5), ($3, $4, 'p', '', $5), ($3, $4, 'q', '', $5)`, s.member, s.subject, other.member, other.subject, noon)
	c.must(err)
	c.tx(func(ctx context.Context, tx storage.Tx) error { // a registrar's is not the shopper's
		_, err := c.service.SubmitTx(ctx, tx, c.now(), receipt.Submission{Key: "desk", Member: s.member, Text: c.print(100_00, 0, 0)})
		return err
	})
	first := c.photo(s, "a", c.print(500_00, 0, 0))
	c.set(night.Add(23 * time.Hour))
	mine := c.photo(s, "b", c.print(600_00, 0, 0))
	c.settle(time.Minute)
	var facts fraud.Facts
	c.tx(func(ctx context.Context, tx storage.Tx) error {
		facts, err = counted(ctx, tx, fraud.Subject{Receipt: mine.Receipt, Member: s.member, Uploaded: night.Add(23 * time.Hour)})
		return err
	})
	want := fraud.Facts{Day: 2, Seller: 2, Night: 1, Till: 1, Others: 3, Phone: 1}
	if diff := cmp.Diff(want, facts); diff != "" || first.Receipt == 0 {
		t.Error(diff)
	}
}

// Newcomers with numbers in a row are seen while they are new and send receipts, and
// no digit of a number is kept for it.
func TestNumbersInARow(t *testing.T) {
	t.Parallel()
	c := gather(t)
	people := member.New(c.db, c.keys, nil)
	prove := func(s shopper, number string, at time.Time) {
		c.tx(func(ctx context.Context, tx storage.Tx) error {
			_, err := people.VerifyPhoneTx(ctx, tx, at, member.Subject{ID: s.subject, Member: s.member, Key: s.key}, number)
			return err
		})
	}
	count := func(s shopper, receipt int64, at time.Time) (facts fraud.Facts) {
		c.tx(func(ctx context.Context, tx storage.Tx) (err error) {
			facts, err = counted(ctx, tx, fraud.Subject{Receipt: receipt, Member: s.member, Uploaded: at})
			return err
		})
		return facts
	}
	const days = 24 * time.Hour
	for i, tt := range []struct {
		number string
		proved time.Time
		sends  bool
	}{
		{"+79161234500", noon.Add(-29 * days), true},
		{"+79161234599", noon, true},
		{"+79161234501", noon.Add(-31 * days), true}, // no newcomer
		{"+79161234502", noon, false},
		{"+79161234600", noon, true}, // the next hundred
	} {
		s := c.shopper()
		prove(s, tt.number, tt.proved)
		if tt.sends {
			c.photo(s, fmt.Sprint("of the row", i), c.print(400_00, 0, 0))
		}
	}
	s, old := c.shopper(), c.shopper()
	prove(s, "+79161234567", noon)
	prove(old, "+79161234568", noon.Add(-31*days))
	mine, theirs := c.photo(s, "a", c.print(500_00, 0, 0)), c.photo(old, "b", c.print(500_00, 0, 0))
	if f := count(s, mine.Receipt, noon); f.Block != 2 {
		t.Errorf("%d newcomers of the hundred, want 2: %+v", f.Block, f)
	}
	if f := count(old, theirs.Receipt, noon); f.Block != 0 {
		t.Errorf("who has been here for long has %d newcomers beside them", f.Block)
	}
	if f := count(s, mine.Receipt, noon.Add(31*days)); f.Block != 0 {
		t.Errorf("a month later there are %d newcomers", f.Block)
	}
	bare, err := storage.Value[int](t.Context(), c.db, "select count(*) from phone where octet_length(block_index) <> 32 or block_index is null")
	c.must(err)
	if bare != 0 {
		t.Errorf("%d numbers have no index of their hundred", bare)
	}
}

// A suspended member's receipts are kept, and credited when a person lifts it: none
// is lost between the two, whoever works at once.
func TestSuspendedReceiptsAreKept(t *testing.T) {
	t.Parallel()
	c := gather(t)
	s := c.shopper()
	people := member.New(c.db, c.keys, nil)
	suspend := func(suspended bool) error {
		return c.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
			p := member.Suspension{Member: s.member, Staff: c.staff, Cause: review.Collected, Note: "n"}
			if suspended {
				return people.SuspendTx(ctx, tx, c.now(), p)
			}
			if err := people.LiftTx(ctx, tx, c.now(), p); err != nil {
				return err
			}
			return receipt.WakeTx(ctx, tx, c.now(), s.member)
		})
	}
	c.must(suspend(true))
	if err := suspend(true); !errors.Is(err, member.ErrSuspended) {
		t.Errorf("suspended twice: %v", err)
	}
	r := c.photo(s, "p", c.print(400_00, -time.Minute, 0))
	c.settle(day)
	if c.points(s.member) != 0 || c.latest(s.member).State != receipt.Verified || c.heard()[fmt.Sprintf("receipt/%d/kept", r.Receipt)] != receipt.EventKept {
		t.Errorf("%d points, %+v, heard %v", c.points(s.member), c.latest(s.member), c.heard())
	}
	c.must(suspend(false))
	if err := suspend(false); !errors.Is(err, member.ErrNotSuspended) {
		t.Errorf("lifted twice: %v", err)
	}
	c.settle(time.Second)
	if c.points(s.member) != 20_00 {
		t.Errorf("lifted: %d points", c.points(s.member))
	}
	var all sync.WaitGroup
	var stop atomic.Bool
	for range 2 {
		all.Go(func() {
			for !stop.Load() {
				if _, _, err := c.service.CreditStep(t.Context(), c.now()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 10 {
		c.photo(s, fmt.Sprint(i), c.print(400_00, -time.Minute, 0))
		c.must(suspend(true))
		for worked := true; worked; {
			var err error
			worked, _, err = c.service.VerifyStep(t.Context(), c.now())
			c.must(err)
			c.set(c.now().Add(time.Second))
		}
		c.must(suspend(false))
	}
	stop.Store(true)
	all.Wait()
	c.settle(time.Minute)
	if c.points(s.member) != 11*20_00 {
		t.Errorf("%d points, %v", c.points(s.member), c.states(s.member))
	}
}

// counted are the facts about a receipt as crediting finds them.
func counted(ctx context.Context, tx storage.Tx, s fraud.Subject) (fraud.Facts, error) {
	var b storage.Batch
	found := fraud.QueueCount(&b, s)
	if err := b.Send(ctx, tx); err != nil {
		return fraud.Facts{}, err
	}
	facts, _ := found.Facts()
	return facts, nil
}
