package receipt_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"besedka/core/campaign"
	"besedka/core/receipt"
	"besedka/core/verify/emulator"
	"besedka/locales"
	"besedka/storage"
)

const day = 24 * time.Hour

func TestIntake(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	tests := []struct{ name, qr, want string }{
		{"not fiscal", "https://example.com/pizza", "not_fiscal"},
		{"return", "t=20260503T1130&s=500.00&fn=9289000100000001&i=1&fp=1&n=2", "wrong_operation"},
		{"debug drive", "t=20260503T1130&s=500.00&fn=9999000100000001&i=1&fp=1&n=1", "debug_fn"},
		{"clock 15 minutes ahead", "t=20260503T1215&s=500.00&fn=9289000100000001&i=2&fp=1&n=1", ""},
		{"of the future", "t=20260503T1216&s=500.00&fn=9289000100000001&i=3&fp=1&n=1", "future"},
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
	items, err := receipt.History(t.Context(), h.db, owner, 0)
	h.must(err)
	want := map[string]string{
		fmt.Sprintf("receipt/%d/rejected", first.Receipt): "receipt.rejected forged",
		fmt.Sprintf("receipt/%d/credited", items[0].ID):   "receipt.credited",
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
	stories, err := receipt.Stories(t.Context(), h.db, member)
	h.must(err)
	if len(stories) != 1 || !stories[0].Authentic || stories[0].Attempts[1].Class != "not_arrived" {
		t.Errorf("story: %+v", stories)
	}
	h.settle(10 * time.Minute)
	want := map[string]string{
		fmt.Sprintf("receipt/%d/delayed", r.Receipt):  receipt.EventDelayed,
		fmt.Sprintf("receipt/%d/credited", r.Receipt): receipt.EventCredited,
	}
	if diff := cmp.Diff(want, h.heard()); diff != "" || h.points(member) != 85_00 {
		t.Errorf("%d points; heard (-want +got):\n%s", h.points(member), diff)
	}
	if stories, err = receipt.Stories(t.Context(), h.db, member); err != nil || len(stories[0].Postings) != 2 {
		t.Errorf("postings: %+v, %v", stories[0].Postings, err)
	}
}

func TestUnregisteredWaitsForRegistration(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(false)
	h.submit(member, h.print(1284_50, -time.Minute, 0))
	h.settle(day)
	if diff := cmp.Diff([]string{"verified"}, h.states(member)); diff != "" || h.points(member) != 0 {
		t.Errorf("%d points, %s", h.points(member), diff)
	}
	for range 2 {
		h.tx(func(ctx context.Context, tx storage.Tx) error {
			if _, err := tx.Exec(ctx, "update member set registered_at = $2 where id = $1", member, h.now()); err != nil {
				return err
			}
			return receipt.WakeTx(ctx, tx, h.now(), member)
		})
		h.settle(time.Minute)
	}
	if got := h.points(member); got != 64_22 || len(h.heard()) != 1 {
		t.Errorf("%d points, heard %v", got, h.heard())
	}
	texts, err := locales.Load()
	h.must(err)
	items, err := receipt.History(t.Context(), h.db, member, 0)
	h.must(err)
	why, err := campaign.Why(t.Context(), h.db, member, items[0].ID, texts.Printer("en"))
	if err != nil || !strings.Contains(why, "64.22") {
		t.Errorf("why: %q, %v", why, err)
	}
	if why, err := campaign.Why(t.Context(), h.db, h.member(true), items[0].ID, texts.Printer("en")); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a stranger heard %q, %v", why, err)
	}
}

func TestBelowTheMinimumIsToldAndNotPosted(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	r := h.submit(member, h.print(299_99, -time.Minute, 0))
	h.settle(time.Minute)
	n := h.notices[fmt.Sprintf("receipt/%d/credited", r.Receipt)]
	if points, known := n.Args["points"].Int(); !known || points != 0 || h.points(member) != 0 {
		t.Errorf("notice %+v, %d points", n, h.points(member))
	}
}

func TestPersonDecidesWithoutProvider(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.service = h.serve(nil)
	member, other := h.member(true), h.member(true)
	approved := h.submit(member, h.print(1700_00, -time.Minute, 0))
	qr := h.print(900_00, -time.Minute, 0)
	refused := h.submit(member, strings.Replace(qr, "900.00", "9000.00", 1))
	if behind := h.submit(other, qr); behind.Outcome != receipt.Taken || !approved.Manual || !refused.Manual {
		t.Errorf("%+v, %+v, then %+v", approved, refused, behind)
	}
	staff, err := storage.Value[int64](t.Context(), h.db, "insert into staff (name, roles, created_at) values ('A', '{reviewer}', $1) returning id", noon)
	h.must(err)
	h.settle(3 * day)
	if got := h.points(member); got != 0 {
		t.Fatalf("%d points without anybody's verdict", got)
	}
	decide := func(d receipt.Decision) error {
		d.Staff = staff
		return h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error { return h.service.DecideTx(ctx, tx, h.now(), d) })
	}
	h.must(decide(receipt.Decision{Receipt: approved.Receipt, Approve: true, Note: "paper shown"}))
	h.must(decide(receipt.Decision{Receipt: refused.Receipt, Note: "the paper says 900"}))
	if err := decide(receipt.Decision{Receipt: refused.Receipt, Approve: true}); !errors.Is(err, receipt.ErrDecided) {
		t.Errorf("decided twice: %v", err)
	}
	h.settle(time.Minute)
	if diff := cmp.Diff([]string{"credited", "rejected staff"}, h.states(member)); diff != "" || h.points(member) != 85_00 {
		t.Errorf("%d points, %s", h.points(member), diff)
	}
	if diff := cmp.Diff([]string{"manual no_provider"}, h.states(other)); diff != "" {
		t.Errorf("who waited behind: %s", diff)
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
