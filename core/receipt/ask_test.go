package receipt_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"besedka/core/receipt"
	"besedka/core/verify/emulator"
	"besedka/storage/storagetest"
)

const day = 24 * time.Hour

// Several processes on one database, each running every loop at the same instants.
func TestProcessesShareTheWork(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	const receipts = 40
	for range receipts {
		h.submit(member, h.print(400_00, -time.Minute, 0))
	}
	for range 60 {
		var g errgroup.Group
		for range 4 {
			g.Go(func() error {
				var errs []error
				for _, s := range []step{h.service.VerifyStep, h.service.CreditStep, h.service.DeadlineStep} {
					_, _, err := s(t.Context(), h.now())
					errs = append(errs, err)
				}
				return errors.Join(errs...)
			})
		}
		h.must(g.Wait())
		h.set(h.now().Add(time.Second))
	}
	if got, n := h.points(member), total(h.sends()); got != receipts*20_00 || n != receipts {
		t.Errorf("%d points after %d sends", got, n)
	}
	if s := h.stat(member); s.Receipts != receipts || s.Checking != 0 || s.Turnover != receipts*400_00 {
		t.Errorf("statistics %+v", s)
	}
}

// After a 406 the tax service forbids to ask again for the same requisites.
func TestForgedIsNeverAskedAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	forged := strings.Replace(h.print(1700_00, -time.Minute, 0), "1700.00", "17.00", 1)
	h.submit(member, forged)
	h.settle(2 * day)
	h.submit(h.member(true), forged)
	h.settle(time.Minute)
	// As kopecks, 1700 is the refused claim: only its other reading is new.
	r := h.submit(member, strings.Replace(forged, "17.00", "1700", 1))
	h.settle(time.Minute)
	if diff := cmp.Diff([]string{"rejected forged", "credited"}, h.states(member)); diff != "" || r.Outcome != receipt.Taken {
		t.Errorf("%+v, %s", r, diff)
	}
	if n := h.sends()[forged]; n != 1 {
		t.Errorf("the forged requisites were asked for %d times", n)
	}
}

func TestSumWithoutPointIsTriedAsKopecksOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	good := strings.Replace(h.print(40000, -time.Minute, 0), "400.00", "40000", 1)
	bad := strings.Replace(h.print(50000, -time.Minute, 0), "500.00", "5000", 1)
	h.submit(member, good)
	h.submit(member, bad)
	h.settle(day)
	if diff := cmp.Diff([]string{"credited", "rejected forged"}, h.states(member)); diff != "" {
		t.Error(diff)
	}
	if n := total(h.sends()); n != 4 || h.points(member) != 20_00 {
		t.Errorf("%d sends, %d points", n, h.points(member))
	}
}

// No receipt is lost and none is credited twice, whatever the service does.
func TestTroubles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault emulator.Fault
		lasts time.Duration
		after time.Duration // by when all must be credited; 0 = a person must have them
	}{
		{emulator.Down, time.Hour, time.Hour + 10*time.Minute},
		{emulator.Hang, time.Hour, time.Hour + 10*time.Minute},
		{emulator.Slow, time.Hour, 25 * time.Second},
		{emulator.Rate, time.Hour, time.Hour + 10*time.Minute},
		{emulator.Garbage, time.Hour, time.Hour + 10*time.Minute},
		{emulator.Auth, time.Hour, time.Hour + 30*time.Minute},
		{emulator.Daily, time.Hour, 13 * time.Hour},
		{emulator.NotFound, time.Hour, 75*time.Minute + 10*time.Minute},
		{emulator.NotFound, 25 * time.Hour, 0},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.fault, " for ", tt.lasts), func(t *testing.T) {
			t.Parallel()
			h := open(t)
			member := h.member(true)
			h.must(h.tax.SetFault(tt.fault, tt.lasts))
			const receipts = 24 // enough for the breaker to open
			for range receipts {
				h.submit(member, h.print(400_00, -time.Minute, 0))
			}
			want, told, delayed := receipts*20_00, receipt.EventCredited, receipts
			switch {
			case tt.after == 0:
				want, told, tt.after = 0, receipt.EventManual, day // A11: at +24:00:00
			case tt.after < 30*time.Second:
				delayed = 0
			}
			h.settle(tt.after)
			if got := h.points(member); got != int64(want) {
				t.Errorf("%d points, want %d; states %v", got, want, h.states(member))
			}
			if n := count(h.heard(), told); n != receipts {
				t.Errorf("%s was told of %d receipts", told, n)
			}
			if n := count(h.heard(), receipt.EventDelayed); n != delayed {
				t.Errorf("the delay was told of %d receipts, want %d", n, delayed)
			}
			h.settle(2 * day) // late answers are welcome
			if got := h.points(member); got != receipts*20_00 {
				t.Errorf("%d points in the end; states %v", got, h.states(member))
			}
			if n := count(h.heard(), receipt.EventCredited); n != receipts {
				t.Errorf("credited was told of %d receipts", n)
			}
		})
	}
}

func count(heard map[string]string, name string) (n int) {
	for _, what := range heard {
		if what == name {
			n++
		}
	}
	return n
}

func TestReceiptThatArrivesLate(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	r := h.submit(member, h.print(1700_00, -time.Minute, 4*time.Minute))
	h.settle(35 * time.Second)
	if diff := cmp.Diff([]string{"waiting"}, h.states(member)); diff != "" || h.points(member) != 0 {
		t.Errorf("before it arrives: %s", diff)
	}
	if s := h.latest(member); !s.Authentic || s.Attempts[1].Class != "not_arrived" {
		t.Errorf("story: %+v", s)
	}
	h.settle(10 * time.Minute)
	want := map[string]string{
		fmt.Sprintf("receipt/%d/delayed", r.Receipt):  receipt.EventDelayed,
		fmt.Sprintf("receipt/%d/credited", r.Receipt): receipt.EventCredited,
	}
	if diff := cmp.Diff(want, h.heard()); diff != "" || h.points(member) != 85_00 {
		t.Errorf("%d points; heard (-want +got):\n%s", h.points(member), diff)
	}
	if s := h.latest(member); len(s.Postings) != 2 || s.Postings[0].Amount+s.Postings[1].Amount != 0 {
		t.Errorf("postings: %+v", s.Postings)
	}
}

// While one step waits for an answer that does not come, another one asks for
// what has fallen due since.
func TestHangingCallHoldsUpOnlyItsStep(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	h.submit(member, h.print(400_00, -time.Minute, 0))
	h.settle(time.Minute) // with this one's token there is no need to wait for another
	h.submit(member, h.print(400_00, -time.Minute, 0))
	h.must(h.tax.SetFault(emulator.Hang, 0))
	hanging, release := make(chan struct{}), make(chan struct{})
	h.hang = func() { close(hanging); <-release }
	var g errgroup.Group
	g.Go(func() error { _, _, err := h.service.VerifyStep(t.Context(), h.now()); return err })
	<-hanging
	h.must(h.tax.ClearFaults())
	h.submit(member, h.print(400_00, -time.Minute, 0))
	worked, _, err := h.service.VerifyStep(t.Context(), h.now())
	if close(release); !worked || err != nil {
		t.Errorf("nobody asked for the second receipt: %v, %v", worked, err)
	}
	h.must(g.Wait())
	h.settle(time.Minute)
	if diff := cmp.Diff([]string{"credited", "credited", "credited"}, h.states(member)); diff != "" {
		t.Error(diff)
	}
}

// A process that dies while asking leaves its receipts to whoever comes next:
// soon when its session has ended, else after the lease.
func TestDeathWhileAsking(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	h.submit(member, h.print(400_00, -time.Minute, 0))
	h.must(h.tax.SetFault(emulator.Hang, 0))
	ctx, die := context.WithCancel(t.Context())
	h.hang = die
	if _, _, err := h.service.VerifyStep(ctx, h.now()); err == nil {
		t.Fatal("the dead process finished its step")
	}
	h.must(h.tax.ClearFaults())
	if worked, _, err := h.service.VerifyStep(t.Context(), h.now()); worked || err != nil {
		t.Errorf("a receipt in living hands was asked for: %v, %v", worked, err)
	}
	storagetest.CutSession(t, h.db)
	if _, _, err := h.service.VerifyStep(t.Context(), h.now()); err != nil { // finds it in dead hands
		t.Fatal(err)
	}
	if worked, _, err := h.service.VerifyStep(t.Context(), h.now().Add(time.Second)); !worked || err != nil {
		t.Errorf("a dead process's receipt was not asked for: %v, %v", worked, err)
	}
	h.settle(time.Minute)
	if h.points(member) != 20_00 {
		t.Errorf("states %v", h.states(member))
	}
}
