package receipt_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/receipt"
	"besedka/core/verify"
	"besedka/core/verify/emulator"
	"besedka/storage"
)

// chained is a house with both providers.
func chained(t testing.TB) *house {
	h := open(t)
	h.service.Second = verify.NewProverkacheka(h.url, "7.token")
	return h
}

// calls are the requests of a kind (send, check) that reached the services.
func (h *house) calls(kind string) (n int) {
	for _, c := range h.tax.Calls() {
		if c.Call == kind {
			n++
		}
	}
	return n
}

// confirmed counts a member's receipts by who confirmed them.
func (h *house) confirmed(member int64) map[string]int {
	h.t.Helper()
	rows, err := storage.Collect[struct {
		Provider string `db:"provider"`
		Receipts int    `db:"receipts"`
	}](h.t.Context(), h.db, "select provider, count(*) as receipts from receipt where member_id = $1 and provider is not null group by 1", member)
	h.must(err)
	by := map[string]int{}
	for _, r := range rows {
		by[r.Provider] = r.Receipts
	}
	return by
}

func TestSecondProviderStandsIn(t *testing.T) {
	t.Parallel()
	const receipts = 24
	for _, tt := range []struct {
		fault  emulator.Fault
		within time.Duration
	}{
		{emulator.Down, 6 * time.Minute},
		{emulator.Hang, 6 * time.Minute},
		{emulator.Auth, 25 * time.Minute}, // those that heard the refusal wait ten minutes
		{emulator.Garbage, 6 * time.Minute},
	} {
		t.Run(string(tt.fault), func(t *testing.T) {
			t.Parallel()
			h := chained(t)
			member := h.member(true)
			h.must(h.tax.SetFault(tt.fault, time.Hour))
			for range receipts {
				h.submit(member, h.print(400_00, -time.Minute, 0))
			}
			h.settle(59 * time.Second)
			if n := h.calls("check"); n > 0 {
				t.Errorf("%d checks within the first minute", n)
			}
			h.settle(tt.within)
			if got := h.confirmed(member)["proverkacheka"]; got != receipts || h.points(member) != receipts*20_00 {
				t.Errorf("confirmed by %v; %v", h.confirmed(member), h.states(member))
			}
			if n := h.calls("check"); n != receipts {
				t.Errorf("%d checks of %d receipts", n, receipts)
			}
			h.settle(2 * time.Hour)
			h.submit(member, h.print(400_00, 0, 0))
			h.settle(time.Minute)
			if got := h.confirmed(member)["demo"]; got != 1 {
				t.Errorf("the service is back, and confirmed %d", got)
			}
		})
	}
}

// A programme that asks once in a while is not left with a dead provider.
func TestSecondProviderStandsInForOneReceipt(t *testing.T) {
	t.Parallel()
	h := chained(t)
	member := h.member(true)
	h.must(h.tax.SetFault(emulator.Down, time.Hour))
	h.submit(member, h.print(400_00, -time.Minute, 0))
	h.settle(10 * time.Minute)
	if diff := cmp.Diff(map[string]int{"proverkacheka": 1}, h.confirmed(member)); diff != "" {
		t.Error(diff, h.states(member))
	}
}

func TestNothingIsLostWhenBothAreDown(t *testing.T) {
	t.Parallel()
	h := chained(t)
	member := h.member(true)
	h.must(h.tax.SetFault(emulator.Down, time.Hour))
	h.must(h.tax.Trouble(emulator.Proverkacheka, emulator.Down, time.Hour))
	const receipts = 24
	for range receipts {
		h.submit(member, h.print(400_00, -time.Minute, 0))
	}
	h.settle(time.Hour + 10*time.Minute)
	if got := h.points(member); got != receipts*20_00 {
		t.Errorf("%d points; %v", got, h.states(member))
	}
}

// The tax service's word that the day is spent sends everybody to the second at
// once; by its own quota the second is not asked for more than it gives.
func TestDaySpent(t *testing.T) {
	t.Parallel()
	h := chained(t)
	h.service.SecondQuota = 10
	member := h.member(true)
	h.must(h.tax.SetFault(emulator.Daily, 6*time.Hour))
	const receipts = 24
	for range receipts {
		h.submit(member, h.print(400_00, -time.Minute, 0))
	}
	h.settle(20 * time.Second)
	if got := h.confirmed(member)["proverkacheka"]; got < 8 || got > 10 {
		t.Errorf("%d confirmed by the second provider, which gives 10", got)
	}
	h.settle(day)
	if got := h.points(member); got != receipts*20_00 || h.calls("check") > 10 {
		t.Errorf("%d points after %d checks", got, h.calls("check"))
	}
}

// TestQuotaKeepsAFifthForTheNew: receipts that do not arrive may not spend what
// those of the evening need.
func TestQuotaKeepsAFifthForTheNew(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.service.Quota = 20
	stubborn, late := h.member(true), h.member(true)
	for range 4 {
		h.submit(stubborn, h.print(400_00, -time.Minute, 20*time.Hour))
	}
	h.settle(11 * time.Hour)
	if n := total(h.sends()); n != 16 {
		t.Errorf("%d sends of a quota of 20, want four fifths", n)
	}
	for range 6 {
		h.submit(late, h.print(400_00, -time.Minute, 0))
	}
	h.settle(time.Minute)
	if n := total(h.sends()); n != 20 || h.points(late) != 4*20_00 {
		t.Errorf("%d sends, %d points in the evening", n, h.points(late))
	}
	standings, err := h.service.Standings(t.Context())
	h.must(err)
	midnight := time.Date(2026, 5, 4, 0, 0, 0, 0, moscow)
	if until, why := standings[0].PausedUntil(h.now()); !until.Equal(midnight) || why != verify.RateDaily {
		t.Errorf("paused until %v because of %s", until, why)
	}
	h.settle(2 * time.Hour)
	if got := h.points(late); got != 6*20_00 {
		t.Errorf("%d points after midnight", got)
	}
}

// TestProbesLeaveTheDay: an outage longer than the quota has probes for stops nobody
// when it is over.
func TestProbesLeaveTheDay(t *testing.T) {
	t.Parallel()
	h := chained(t)
	h.service.Quota, h.service.SecondQuota = 40, 40
	member, late := h.member(true), h.member(true)
	h.must(h.tax.SetFault(emulator.Down, 12*time.Minute))
	h.must(h.tax.Trouble(emulator.Proverkacheka, emulator.Down, day))
	const receipts = 4
	for range receipts {
		h.submit(member, h.print(400_00, -time.Minute, 0))
	}
	h.settle(12 * time.Minute)
	standings, err := h.service.Standings(t.Context())
	h.must(err)
	for _, st := range standings {
		if _, again := st.Left(h.now()); again < receipts {
			t.Errorf("%s: %d requests are left", st.Name, again)
		}
	}
	h.submit(late, h.print(400_00, h.now().Sub(noon)-time.Minute, 0))
	h.settle(7 * time.Minute) // they have waited up to five at a time
	if h.points(member) != receipts*20_00 || h.points(late) != 20_00 {
		t.Errorf("%d and %d points; %v, %v", h.points(member), h.points(late), h.states(member), h.states(late))
	}
}

// TestInvalidIsNoVerdict: what the second provider refuses is asked of the tax
// service, once, and of the second never again.
func TestInvalidIsNoVerdict(t *testing.T) {
	t.Parallel()
	h := chained(t)
	member := h.member(true)
	h.must(h.tax.SetFault(emulator.Daily, 3*time.Hour))
	forged := strings.Replace(h.print(1700_00, -time.Minute, 0), "1700.00", "17.00", 1)
	h.submit(h.member(true), h.print(400_00, -time.Minute, 0)) // hears that the day is spent
	h.settle(time.Minute)
	h.submit(member, forged)
	h.settle(10 * time.Hour)
	if diff := cmp.Diff([]string{"queued"}, h.states(member)); diff != "" || h.calls("check") != 2 {
		t.Errorf("%d checks, %s", h.calls("check"), diff)
	}
	h.settle(3 * time.Hour) // past midnight
	if diff := cmp.Diff([]string{"rejected forged"}, h.states(member)); diff != "" || h.sends()[forged] != 1 {
		t.Errorf("%d sends, %s", h.sends()[forged], diff)
	}
	h.must(h.tax.SetFault(emulator.Daily, 3*time.Hour))
	h.submit(h.member(true), h.print(500_00, -time.Minute, 0))
	h.submit(h.member(true), forged)
	h.settle(day)
	if n := h.sends()[forged]; n != 1 || h.calls("check") != 3 {
		t.Errorf("asked of the tax service %d times, %d checks, after it was called forged", n, h.calls("check"))
	}
}

// TestSecondProviderAlone: without the tax service a person decides on what the
// other one refuses, and nobody asks for it again.
func TestSecondProviderAlone(t *testing.T) {
	t.Parallel()
	h := chained(t)
	h.service.Provider = nil
	good, bad, late := h.member(true), h.member(true), h.member(true)
	if r := h.submit(good, h.print(400_00, -time.Minute, 0)); r.Manual {
		t.Error("told that a person will look")
	}
	h.submit(bad, strings.Replace(h.print(1700_00, -time.Minute, 0), "1700.00", "17.00", 1))
	h.submit(late, h.print(400_00, -time.Minute, 10*time.Minute))
	h.settle(5 * time.Minute)
	if s := h.latest(late); s.State != receipt.Queued || s.Authentic {
		t.Errorf("not there yet: %+v", s.Item)
	}
	h.settle(3 * day)
	for member, want := range map[int64]string{good: "credited", late: "credited", bad: "manual unsure"} {
		if diff := cmp.Diff([]string{want}, h.states(member)); diff != "" {
			t.Error(diff)
		}
	}
	checks := 0
	for _, c := range h.tax.Calls() {
		if c.Call == "check" && strings.Contains(c.QR, "s=17.00") {
			checks++
		}
	}
	if checks != 1 {
		t.Errorf("the refused receipt was asked for %d times", checks)
	}
}

// TestProcessesShareTheQuota: several processes at once spend no more than there is.
func TestProcessesShareTheQuota(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.service.Quota = 10
	member := h.member(true)
	for range 25 {
		h.submit(member, h.print(400_00, -time.Minute, 0))
	}
	done := make(chan error)
	for range 4 {
		go func() {
			_, _, err := h.service.VerifyStep(context.WithoutCancel(t.Context()), h.now())
			done <- err
		}()
	}
	for range 4 {
		h.must(<-done)
	}
	h.settle(time.Minute)
	if n := total(h.sends()); n != 10 {
		t.Errorf("%d sends of a quota of 10", n)
	}
	attempts, err := storage.Value[int](t.Context(), h.db, "select count(*)::int from verification_attempt where call = 'send' and provider = 'demo'")
	h.must(err)
	if attempts != 10 {
		t.Error(fmt.Sprint(attempts, " attempts are told"))
	}
}
