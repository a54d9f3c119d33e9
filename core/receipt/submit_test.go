package receipt_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"besedka/core/receipt"
)

func TestIntake(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	tests := []struct{ name, qr, want string }{
		{"not fiscal", "https://example.com/pizza", "not_fiscal"},
		{"return", "t=20260503T1130&s=500.00&fn=9289000100000001&i=1&fp=1&n=2", "wrong_operation"},
		{"debug drive", "t=20260503T1130&s=500.00&fn=9999000100000001&i=1&fp=1&n=1", "debug_fn"},
		{"just now in Vladivostok", "t=20260503T1900&s=500.00&fn=9289000100000001&i=6&fp=1&n=1", ""},
		{"Kamchatka's clock 15 minutes ahead", "t=20260503T2115&s=500.00&fn=9289000100000001&i=2&fp=1&n=1", ""},
		{"of the future", "t=20260503T2116&s=500.00&fn=9289000100000001&i=3&fp=1&n=1", "future"},
		{"before the campaign", "t=20251231T2359&s=500.00&fn=9289000100000001&i=4&fp=1&n=1", "out_of_period"},
		{"its first minute, published later", "t=20260101T0000&s=500.00&fn=9289000100000001&i=5&fp=1&n=1", ""},
	}
	for i, tt := range tests {
		key := fmt.Sprint("intake/", i)
		got, err := h.submitKey(key, member, tt.qr)
		h.must(err)
		again, err := h.submitKey(key, member, "something else")
		h.must(err)
		if string(got.Reason) != tt.want || got.Outcome == receipt.Taken != (tt.want == "") || got.Receipt != 0 != (tt.want == "") {
			t.Errorf("%s: %+v, want reason %q", tt.name, got, tt.want)
		}
		if diff := cmp.Diff(got, again); diff != "" {
			t.Errorf("%s: another result for the same key: %s", tt.name, diff)
		}
	}
}

// Loyalty model A8, with both members in the dark about each other.
func TestOneOfManyParallelSubmissionsIsCredited(t *testing.T) {
	t.Parallel()
	h := open(t)
	members := []int64{h.member(true), h.member(true)}
	qr := h.print(1700_00, -time.Minute, 0)
	var mu sync.Mutex
	var winner int64
	outcomes := map[receipt.Outcome]int{}
	var g errgroup.Group
	for i := range 20 {
		member := members[i%2]
		g.Go(func() error {
			r, err := h.submitKey(fmt.Sprint("parallel/", i), member, qr)
			mu.Lock()
			defer mu.Unlock()
			outcomes[r.Outcome]++
			if r.Outcome == receipt.Taken {
				winner = member
			}
			if r.Reason == receipt.DuplicateOther && r.Receipt != 0 {
				t.Errorf("told somebody else's receipt: %+v", r)
			}
			return err
		})
	}
	h.must(g.Wait())
	h.settle(time.Minute)
	if diff := cmp.Diff(map[receipt.Outcome]int{receipt.Taken: 1, receipt.Duplicate: 19}, outcomes); diff != "" {
		t.Error(diff)
	}
	if got := h.points(members[0]) + h.points(members[1]); got != 85_00 || h.points(winner) != 85_00 {
		t.Errorf("%d points in all, %d with the winner, want 8500", got, h.points(winner))
	}
	if n := total(h.sends()); n != 1 {
		t.Errorf("%d sends, want 1", n)
	}
}

// TestDuplicateTellsHowTheReceiptFares: also to a key that is asked again, and to
// nobody else.
func TestDuplicateTellsHowTheReceiptFares(t *testing.T) {
	t.Parallel()
	h := open(t)
	own, other := h.member(true), h.member(true)
	good, small := h.print(1700_00, -time.Minute, 0), h.print(250_00, -2*time.Minute, 0)
	fares := func(qr string, want receipt.Own) {
		t.Helper()
		h.keys++
		key := fmt.Sprint("again/", h.keys)
		for range 2 {
			r, err := h.submitKey(key, own, qr)
			h.must(err)
			if r.Reason != receipt.DuplicateOwn || r.Own != want {
				t.Errorf("%+v, want %+v", r, want)
			}
		}
		if r := h.submit(other, qr); r.Reason != receipt.DuplicateOther || r.Own != (receipt.Own{}) {
			t.Errorf("somebody else hears %+v", r)
		}
	}
	h.submit(own, good)
	h.submit(own, small)
	fares(good, receipt.Own{State: receipt.Queued})
	h.settle(time.Minute)
	fares(good, receipt.Own{State: receipt.Credited, Points: 85_00})
	fares(small, receipt.Own{State: receipt.Credited})
}

// Loyalty model A9, while the receipt is being asked for and when it is credited.
func TestSpellingsOfOneReceiptAreDuplicates(t *testing.T) {
	t.Parallel()
	const spelt = "t=20260503T1130&s=1700.00&fn=9289000100000001&i=1&fp=1234567890&n=1"
	variants := []string{
		spelt,
		strings.Replace(spelt, "1700.00", "1700", 1),
		strings.Replace(spelt, "1700.00", "1700,00", 1),
		strings.Replace(spelt, "T1130", "T113000", 1),
		strings.Replace(spelt, "i=1", "i=0000001", 1),
		"n=1&fp=1234567890&i=1&fn=9289000100000001&s=1700.00&t=20260503T1130",
	}
	h := open(t)
	own, other := h.member(true), h.member(true)
	if h.print(1700_00, -30*time.Minute, 0) != spelt {
		t.Fatal("the till prints another code")
	}
	h.submit(own, spelt)
	for _, round := range []string{"queued", "credited"} {
		for member, want := range map[int64]receipt.Reason{own: receipt.DuplicateOwn, other: receipt.DuplicateOther} {
			for _, v := range variants {
				if r := h.submit(member, v); r.Outcome != receipt.Duplicate || r.Reason != want {
					t.Errorf("%s, %s: %+v, want %s", round, v, r, want)
				}
			}
		}
		h.settle(time.Minute)
		if diff := cmp.Diff([]string{"credited"}, h.states(own)); diff != "" {
			t.Error(diff)
		}
	}
	if n := total(h.sends()); n != 1 || h.points(own) != 85_00 || h.points(other) != 0 {
		t.Errorf("%d sends, %d and %d points", n, h.points(own), h.points(other))
	}
	for key, what := range h.heard() { // who was told at once is not told again
		if what != receipt.EventCredited {
			t.Errorf("%s: %s", key, what)
		}
	}
}

func TestForgedClaimBlocksOnlyItself(t *testing.T) {
	t.Parallel()
	h := open(t)
	thief, owner := h.member(true), h.member(true)
	qr := h.print(1700_00, -time.Minute, 0)
	forged := strings.Replace(qr, "1700.00", "9700.00", 1)
	first := h.submit(thief, forged)
	if r := h.submit(owner, qr); r.Outcome != receipt.Taken || r.Receipt != 0 {
		t.Fatalf("the owner heard %+v", r)
	}
	h.settle(time.Minute)
	if got := h.points(owner); got != 85_00 || h.points(thief) != 0 {
		t.Errorf("the owner has %d points, the thief %d", got, h.points(thief))
	}
	want := map[string]string{
		fmt.Sprintf("receipt/%d/rejected", first.Receipt):      "receipt.rejected forged",
		fmt.Sprintf("receipt/%d/credited", h.latest(owner).ID): "receipt.credited",
	}
	if diff := cmp.Diff(want, h.heard()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if s := h.stat(thief); s.Checking != 0 || s.Receipts != 0 {
		t.Errorf("the thief's statistics: %+v", s)
	}
	if s := h.stat(owner); s.Checking != 0 || s.Receipts != 1 || s.Turnover != 1700_00 {
		t.Errorf("the owner's statistics: %+v", s)
	}
}

// A script that invents fiscal keys would spend everybody's quota of the tax
// service. Tomorrow the member may send again, and a registrar always.
func TestSubmissionsOfADayAreBounded(t *testing.T) {
	t.Parallel()
	for registered, limit := range map[bool]int{true: 50, false: 20} {
		h := open(t)
		member := h.member(registered)
		for i := range limit {
			if r := h.submit(member, h.print(400_00, -time.Minute, 0)); r.Outcome != receipt.Taken {
				t.Fatalf("registered %v, receipt %d: %+v", registered, i+1, r)
			}
		}
		next := h.print(400_00, -time.Minute, 0)
		if r := h.submit(member, next); r.Outcome != receipt.Refused || r.Reason != receipt.Limit || r.Receipt != 0 {
			t.Errorf("registered %v, one too many: %+v", registered, r)
		}
		if r := h.submit(h.member(false), next); r.Outcome != receipt.Taken {
			t.Errorf("registered %v, somebody else: %+v", registered, r)
		}
		h.set(noon.Add(day))
		if r := h.submit(member, h.print(400_00, -time.Minute, 0)); r.Outcome != receipt.Taken {
			t.Errorf("registered %v, tomorrow: %+v", registered, r)
		}
	}
}

func TestWaitingClaimsAreBounded(t *testing.T) {
	t.Parallel()
	h := open(t)
	thief := h.member(true)
	qr := h.print(1700_00, -time.Minute, 0)
	claim := func(sum int) string { return strings.Replace(qr, "1700.00", fmt.Sprintf("%d.00", sum), 1) }
	want := []receipt.Reason{"", "", receipt.DuplicateOwn, "", "", receipt.TooMany}
	var got []receipt.Reason
	for _, sum := range []int{1, 2, 2, 3, 4, 5} {
		got = append(got, h.submit(thief, claim(sum)).Reason)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	owner := h.member(true)
	h.submit(owner, qr)
	h.settle(time.Minute)
	if h.points(owner) != 85_00 {
		t.Errorf("states of the owner %v, of the thief %v", h.states(owner), h.states(thief))
	}
}
