package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"besedka/core/receipt"
)

// playA10: the receipt is found from 181 minutes after the minute on it on, which is
// more than 180 after its upload.
func playA10(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "patient")
	r.advance(t, 24*time.Hour) // a day of its own in the figures
	uploaded := r.now(t)
	qr := r.receipt(t, 170_000, fields{"arrives": "181m"})
	got := strings.ToLower(r.do(t, "telegram", "patient", fields{"photo": fields{"qr": qr}}))
	if now := r.now(t); !strings.Contains(got, "провер") || now.Sub(uploaded) > 5*time.Second {
		t.Errorf("after %v: %q, want that it is being checked within 5 s", now.Sub(uploaded), got)
	}
	r.advance(t, 180*time.Minute)
	if m := r.member(t, "telegram", "patient"); m.points() != 0 {
		t.Errorf("credited before it was there: %+v", m)
	}
	r.advance(t, time.Hour)
	m := r.member(t, "telegram", "patient")
	if m.points() != 8500 || len(m.Statement) != 1 {
		t.Fatalf("four hours after: %+v, want 85 once", m)
	}
	credited, there := m.Statement[0].At, uploaded.Truncate(time.Minute).Add(181*time.Minute)
	asks := r.sentAt(t, qr)
	i := slices.IndexFunc(asks, func(at time.Time) bool { return !at.Before(there) })
	if i < 0 || credited.Before(asks[i]) || credited.Sub(asks[i]) > 30*time.Second {
		t.Errorf("credited at %v; there from %v on, asked for at %v", credited, there, asks)
	}
	r.advance(t, 24*time.Hour)
	if n := strings.Count(r.heard(t, "telegram", "patient"), "85 бонусов"); n != 1 {
		t.Errorf("told %d times, want once:\n%s", n, r.heard(t, "telegram", "patient"))
	}
	if got := r.slo(t).uploadedOn(uploaded, "telegram"); got != [4]int64{0, 1, 0, 0} {
		t.Errorf("by bucket: %v, want it up to four hours", got)
	}
}

// sentAt are the instants at which the tax service was asked for a receipt anew.
func (r rehearsed) sentAt(t *testing.T, qr string) (at []time.Time) {
	t.Helper()
	var out struct {
		Calls []struct {
			At       time.Time
			Call, QR string
		}
	}
	r.must(t, "GET", "fiscal/calls", nil, &out)
	for _, c := range out.Calls {
		if c.Call == "send" && c.QR == qr {
			at = append(at, c.At)
		}
	}
	return at
}

func playA11(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "unlucky")
	r.advance(t, 24*time.Hour)
	r.must(t, "POST", "fiscal/faults", fields{"kind": "down", "for": "40h"}, &struct{}{})
	uploaded := r.now(t)
	r.do(t, "telegram", "unlucky", fields{"photo": fields{"qr": r.receipt(t, 170_000, nil)}})
	r.advance(t, 24*time.Hour-time.Second)
	if m := r.member(t, "telegram", "unlucky"); m.Receipts[0].State != receipt.Queued {
		t.Errorf("a second before the day is over: %+v", m.Receipts)
	}
	r.advance(t, time.Second)
	id := r.member(t, "telegram", "unlucky").Receipts[0].ID
	if queue := r.undecided(t, "receipt"); len(queue) != 1 || queue[0].Receipt != id || !queue[0].Created.Equal(uploaded.Add(24*time.Hour)) {
		t.Fatalf("at +24:00:00 the queue is %+v, want receipt %d since %v", queue, id, uploaded.Add(24*time.Hour))
	}
	r.advance(t, time.Hour)
	path, acts := fmt.Sprintf("receipts/%d/decision", id), r.audited(t)
	const approved = `{"approve": true, "reason": "чек показан на стойке"}`
	for _, try := range []struct {
		key, body string
		status    int
	}{
		{"a11", `{"approve": true}`, http.StatusBadRequest}, // no reason
		{"a11", approved, http.StatusOK},
		{"a11", approved, http.StatusOK},
		{"another", approved, http.StatusConflict},
	} {
		if status, answer := r.staff(t, "POST", path, try.key, try.body); status != try.status {
			t.Errorf("%s under %s: %d %s, want %d", try.body, try.key, status, answer, try.status)
		}
	}
	if m := r.member(t, "telegram", "unlucky"); m.points() != 170_000*3/100 || m.Receipts[0].State != receipt.Credited {
		t.Errorf("after the decision: %+v, want 3 %% of a receipt whose goods nobody knows", m)
	}
	if added := r.audited(t) - acts; added != 1 {
		t.Errorf("%d rows in the log of acts, want one", added)
	}
	k := r.slo(t)
	if got := k.uploadedOn(uploaded, "telegram"); got != [4]int64{0, 0, 0, 1} {
		t.Errorf("by bucket: %v, want it later than a day", got)
	}
	if k.Targets[2].Kept || len(k.Breaches) == 0 || k.Breaches[0].Target != "24h" || k.Breaches[0].Ended != nil {
		t.Errorf("the promise of a day: %+v, breaches %+v, want it broken", k.Targets[2], k.Breaches)
	}
	r.must(t, "DELETE", "fiscal/faults", nil, &struct{}{})
	r.advance(t, 8*24*time.Hour)
	if k := r.slo(t); !k.Targets[2].Kept || k.Breaches[0].Ended == nil {
		t.Errorf("a week later: %+v, breaches %+v, want it kept again", k.Targets[2], k.Breaches)
	}
}

// playSecond: while only the tax service is down the other one confirms. A receipt
// that it does not know either waits, and is confirmed by whoever learns of it.
func playSecond(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "unhurried")
	r.advance(t, 24*time.Hour)
	began := r.now(t)
	r.must(t, "POST", "fiscal/faults", fields{"kind": "down", "for": "2h", "provider": "fns"}, &struct{}{})
	late := r.receipt(t, 100_000, fields{"arrives": "40m"})
	r.do(t, "telegram", "unhurried", fields{"photo": fields{"qr": late}})
	var during []string
	for range 4 {
		qr := r.receipt(t, 40_000, nil)
		during = append(during, qr)
		r.do(t, "telegram", "unhurried", fields{"photo": fields{"qr": qr}})
		r.advance(t, 5*time.Minute)
	}
	if m := r.member(t, "telegram", "unhurried"); m.points() != 4*2000 || len(m.Statement) != 4 {
		t.Errorf("twenty minutes into the outage: %+v, want four times 20", m)
	}
	r.advance(t, began.Add(2*time.Hour-time.Second).Sub(r.now(t)))
	if m := r.member(t, "telegram", "unhurried"); m.points() != 4*2000+5000 {
		t.Errorf("a second before the outage ends: %+v, want the late one too", m)
	}
	for _, qr := range append(during, late) {
		if n := r.asked(t, "send", qr); n != 0 {
			t.Errorf("the tax service answered %d times while it was down", n)
		}
		if n := r.asked(t, "check", inSeconds(qr)); n == 0 || qr != late && n != 1 {
			t.Errorf("the other one was asked %d times", n)
		}
	}
	r.advance(t, time.Hour)
	after := r.receipt(t, 40_000, nil)
	r.do(t, "telegram", "unhurried", fields{"photo": fields{"qr": after}})
	r.advance(t, time.Minute)
	if r.asked(t, "send", after) != 1 || r.asked(t, "check", inSeconds(after)) != 0 {
		t.Error("the tax service is back, and another one was asked")
	}
	if m := r.member(t, "telegram", "unhurried"); m.points() != 5*2000+5000 || len(m.Statement) != 6 {
		t.Errorf("in the end: %+v, want each credited once", m)
	}
}

// inSeconds is qr as the second provider is told it.
func inSeconds(qr string) string { return strings.Replace(qr, "&s=", "00&s=", 1) }

type waiting struct {
	ID      int64
	Receipt int64
	Reason  string
	Created time.Time
}

// undecided are the tasks of a kind that wait for a person.
func (r rehearsed) undecided(t *testing.T, kind string) []waiting {
	t.Helper()
	var page struct{ Reviews []waiting }
	if err := json.Unmarshal([]byte(r.api(t, "GET", "reviews?kind="+kind, "")), &page); err != nil {
		t.Fatal(err)
	}
	return page.Reviews
}

// audited counts the acts in the log as the auditor's command does, beside the
// running rehearsal.
func (r rehearsed) audited(t *testing.T) (rows int) {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "besedka-rehearsal-*"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("the rehearsal's folder: %v %v", folders, err)
	}
	var out bytes.Buffer
	if code := run(t.Context(), []string{"staff", "audit", "--data", folders[0]}, &out, t.Output()); code != 0 {
		t.Fatalf("staff audit ended with %d", code)
	}
	if _, err := fmt.Sscanf(out.String(), "rows %d", &rows); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	return rows
}

// playA16 is the first: the figures are its own. The fast ones come before the slow
// ones, so that at no instant more are late than promised.
func playA16(t *testing.T, r rehearsed) {
	if testing.Short() {
		t.Skip("SKIPPED: a thousand receipts take a minute")
	}
	r.register(t, "webchat", "buyer")
	buyer := r.member(t, "webchat", "buyer").ID
	upload := func(many int, arrives string, until time.Duration) {
		r.deskMany(t, many, buyer, arrives)
		r.advance(t, until)
	}
	for range 12 { // as many as one request can wait for
		upload(80, "0s", 30*time.Second)
	}
	upload(30, "2h", 4*time.Hour)
	upload(10, "10h", 24*time.Hour)
	k := r.slo(t)
	for i, want := range []int64{9600, 9900, 10_000} {
		if got := k.Targets[i]; got.Judged != 1000 || got.Share != want || !got.Kept {
			t.Errorf("%+v, want %d of 1000 in ten thousandths", got, want)
		}
	}
	if len(k.Breaches) != 0 || k.Undecided.Receipts != 0 {
		t.Errorf("breaches %+v, undecided %d, want none", k.Breaches, k.Undecided.Receipts)
	}
	if got := r.member(t, "webchat", "buyer").points(); got != 1000*1500 {
		t.Errorf("1000 receipts of 300 brought %d, want %d", got, 1000*1500)
	}
}

// deskMany registers so many receipts of 300.00 for a member, some at a time, and
// returns their numbers.
func (r rehearsed) deskMany(t *testing.T, many int, member int64, arrives string) (receipts []int64) {
	t.Helper()
	receipts = make([]int64, many)
	numbers := make(chan int)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := range numbers {
				qr := r.receipt(t, 30_000, fields{"arrives": arrives})
				receipts[n] = r.desk(t, qr, member, qr).Receipt
			}
		})
	}
	for n := range many {
		numbers <- n
	}
	close(numbers)
	all.Wait()
	return receipts
}
