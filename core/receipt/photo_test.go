package receipt_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/media"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/storage"
)

// unasked is a crowd whose every receipt waits for a person, and whose shoppers have chats.
func unasked(t *testing.T) *crowd {
	c := gather(t)
	c.service = c.serve(nil)
	return c
}

// chats gives a shopper a conversation.
func (c *crowd) chats(s shopper) {
	c.t.Helper()
	_, err := c.db.Exec(c.t.Context(), "insert into conversation (subject_id, channel, at) values ($1, 'telegram', $2)", s.subject, noon)
	c.must(err)
}

func (c *crowd) askPhoto(of review.Of) (err error) {
	return c.db.InTx(c.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := c.service.AskPhotoTx(ctx, tx, c.now(), of)
		return err
	})
}

// unread sends a picture in which no code was found, under a key.
func (c *crowd) unread(s shopper, key string) (r receipt.Result, kept bool) {
	c.t.Helper()
	blob, err := c.media.Put(c.t.Context(), c.now(), s.key, media.File{Subject: s.subject, Mime: "image/jpeg", Data: []byte(key)})
	c.must(err)
	c.tx(func(ctx context.Context, tx storage.Tx) error {
		r, kept, err = c.service.KeepPhotoTx(ctx, tx, c.now(), receipt.Submission{Key: key, Member: s.member, Subject: s.subject, Blob: blob})
		return err
	})
	return r, kept
}

func (c *crowd) takes(task, staff int64) review.Of {
	c.t.Helper()
	var got review.Taken
	c.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		got, err = review.TakeTx(ctx, tx, c.now(), task, staff)
		return err
	})
	return review.Of{Task: task, Staff: staff, Fence: got.Fence}
}

// TestAnotherPhoto: who is asked for another photo is asked once, sends what they like,
// and it is of that receipt: with its code, without any, and nobody else's.
func TestAnotherPhoto(t *testing.T) {
	t.Parallel()
	c := unasked(t)
	s, other := c.shopper(), c.shopper()
	qr := c.print(400_00, -time.Minute, 0)
	sent := c.photo(s, "blurred", qr)
	task := c.open(review.Receipt)[0].ID
	if _, kept := c.unread(s, "early"); kept {
		t.Error("a photo is kept that nobody has asked for")
	}
	if err := c.askPhoto(c.takes(task, c.staff)); !errors.Is(err, receipt.ErrNoChat) {
		t.Errorf("asked who has no chat: %v", err)
	}
	c.chats(s)
	of := c.takes(task, c.staff)
	c.must(c.askPhoto(of))
	if err := c.askPhoto(of); !errors.Is(err, review.ErrLost) {
		t.Errorf("asked by a taking that is over: %v", err)
	}
	if err := c.askPhoto(review.Of{Task: task, Staff: c.staff}); !errors.Is(err, review.ErrAsked) {
		t.Errorf("asked again at once: %v", err)
	}
	if got := c.heard()[fmt.Sprintf("review/%d/photo/1", task)]; got != receipt.EventUnclear {
		t.Errorf("the shopper hears %q", got)
	}
	c.set(c.now().Add(time.Hour))
	if _, kept := c.unread(other, "another's"); kept {
		t.Error("another's photo is taken for it")
	}
	c.photo(other, "a stranger's", qr)
	if answered, err := review.Answered(t.Context(), c.db, []int64{task}); err != nil || answered[task] {
		t.Errorf("a stranger's photo of the document answers: %v, %v", answered, err)
	}
	if r := c.photo(s, "sharp", qr); !r.Asked || r.Reason != receipt.DuplicateOwn || r.Own.State != receipt.Manual {
		t.Errorf("with the code: %+v", r)
	}
	want := receipt.Result{Outcome: receipt.Duplicate, Reason: receipt.DuplicateOwn, Receipt: sent.Receipt, Sum: 400_00, Own: receipt.Own{State: receipt.Manual}, Asked: true}
	for range 2 { // once more is the same once
		r, kept := c.unread(s, "no code 0")
		if diff := cmp.Diff(want, r); !kept || diff != "" {
			t.Errorf("without a code: kept %v, %s", kept, diff)
		}
	}
	for i, want := range []bool{true, true, false} {
		if _, kept := c.unread(s, fmt.Sprintf("no code %d", i+1)); kept != want {
			t.Errorf("photo %d without a code: kept %v, want %v", i+1, kept, want)
		}
	}
	d, err := receipt.DossierOf(t.Context(), c.db, sent.Receipt)
	c.must(err)
	if len(d.Claims) != 6 {
		t.Errorf("%d claims, want the first one, the stranger's, that with a code and three without: %+v", len(d.Claims), d.Claims)
	}
	answered, err := review.Answered(t.Context(), c.db, []int64{task})
	if c.must(err); !answered[task] {
		t.Error("the task does not know that its photo has come")
	}
	_, err = c.judge(task, true, review.PaperSeen)
	c.must(err)
	c.settle(time.Second)
	if c.points(s.member) != 20_00 {
		t.Errorf("%d points, want 2000", c.points(s.member))
	}
	if _, kept := c.unread(s, "late"); kept {
		t.Error("a photo of a decided task is kept")
	}
}

// TestVerdictsRace: of two reviewers who decide against each other, with a lease between
// them or without, one does, and the books show it once.
func TestVerdictsRace(t *testing.T) {
	t.Parallel()
	c := unasked(t)
	oleg, err := storage.Value[int64](t.Context(), c.db, "insert into staff (name, roles, created_at) values ('B', '{reviewer}', $1) returning id", noon)
	c.must(err)
	for i := range 6 {
		s := c.shopper()
		c.photo(s, fmt.Sprint(i), c.print(400_00, -time.Minute, 0))
		task := c.open(review.Receipt)[0].ID
		var fence int64
		if i%2 == 0 {
			c.takes(task, oleg)
			c.set(c.now().Add(review.TakenFor)) // he has gone home
			fence = c.takes(task, c.staff).Fence
		}
		errs := make([]error, 2)
		var all sync.WaitGroup
		for j, v := range []review.Verdict{
			{Task: task, Staff: c.staff, Fence: fence, Approve: true, Cause: review.PaperSeen}, {Task: task, Staff: oleg, Cause: review.Unreadable},
		} {
			all.Go(func() {
				errs[j] = c.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
					_, err := c.service.JudgeTx(ctx, tx, c.now(), receipt.Judgement{Verdict: v})
					return err
				})
			})
		}
		all.Wait()
		c.settle(time.Second)
		want := int64(0)
		if errs[0] == nil {
			want = 20_00
		}
		if (errs[0] == nil) == (errs[1] == nil) || i%2 == 0 && errs[0] != nil || c.points(s.member) != want {
			t.Errorf("decided with %v, %d points", errs, c.points(s.member))
		}
		c.mu.Lock()
		cause := c.notices[fmt.Sprintf("receipt/%d/rejected", c.latest(s.member).ID)].Args["cause"].Text()
		c.mu.Unlock()
		if want == 0 && cause != string(review.Unreadable) {
			t.Errorf("the shopper is told the cause %q", cause)
		}
	}
}

// TestLookalikes: a slip of the hand in the number or the sign, the very picture, and a
// neighbour of the same member are found, each by what tells most; a stranger's is not.
func TestLookalikes(t *testing.T) {
	t.Parallel()
	c := unasked(t)
	s, other := c.shopper(), c.shopper()
	qr := func(fd, fp, sum int) string {
		return fmt.Sprintf("t=20260503T1100&s=%d.00&fn=9289000100000001&i=%d&fp=%d&n=1", sum, fd, fp)
	}
	it := c.photo(s, "it", qr(100, 7, 500))
	for id, want := range map[int64]string{
		c.photo(other, "slip", qr(101, 7, 300)).Receipt:        "near_key",
		c.photo(other, "sign", qr(100, 8, 300)).Receipt:        "near_key",
		c.photo(other, "moment", qr(900, 9, 500)).Receipt:      "same_moment",
		c.photo(other, "it", qr(901, 10, 301)).Receipt:         "same_photo",
		c.photo(s, "neighbour", qr(119, 11, 302)).Receipt:      "same_till",
		c.photo(s, "far", qr(300, 12, 303)).Receipt:            "",
		c.photo(other, "stranger's", qr(102, 13, 304)).Receipt: "",
	} {
		d, err := receipt.DossierOf(t.Context(), c.db, it.Receipt)
		c.must(err)
		found := map[int64]string{}
		for _, l := range d.Lookalikes {
			found[l.Receipt] = l.Why
			if l.Photo == "" || l.Sum == 0 {
				t.Errorf("%+v", l)
			}
		}
		if found[id] != want || found[it.Receipt] != "" {
			t.Errorf("receipt %d: %q, want %q", id, found[id], want)
		}
	}
}
