package receipt_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"besedka/core/fiscal"
	"besedka/core/receipt"
	"besedka/core/verify/emulator"
	"besedka/storage"
)

// restate changes what the tax service thinks of a receipt.
func (h *house) restate(qr string, v emulator.Verdict) {
	h.t.Helper()
	q, err := fiscal.Parse(qr)
	h.must(err)
	_, err = h.tax.AddReceipt(fmt.Appendf(nil, `{"code":3,"operationType":1,"fiscalDriveNumber":%q,"fiscalDocumentNumber":%d,"fiscalSign":%d,
		"dateTime":%q,"totalSum":%d,"items":[{"name":"Кефир","price":%d,"quantity":1,"sum":%d}]}`,
		q.FN, q.FD, q.FP, q.Time.Seconds(), q.Sum, q.Sum, q.Sum), 0, v)
	h.must(err)
}

// large submits a receipt whose award is looked at again, and has it credited.
func (h *house) large(member int64, at time.Duration) (id int64, qr string) {
	h.t.Helper()
	qr = h.print(10_000_00, h.now().Sub(noon)+at, 0)
	id = h.submit(member, qr).Receipt
	h.settle(time.Minute)
	if diff := cmp.Diff([]string{"credited"}, h.states(member)); diff != "" || h.points(member) != 500_00 {
		h.t.Fatalf("%d points, %s", h.points(member), diff)
	}
	return id, qr
}

// audits is how the audit of a receipt stands: its round, or how it ended; "" when it
// has none.
func (h *house) audits(id int64) string {
	h.t.Helper()
	stands, err := storage.Value[string](h.t.Context(), h.db,
		"select coalesce((select coalesce(outcome, round::text) from receipt_audit where receipt_id = $1), '')", id)
	h.must(err)
	return stands
}

// tasks are the open tasks of people about a receipt.
func (h *house) tasks(id int64) []string {
	h.t.Helper()
	tasks, err := storage.Value[[]string](h.t.Context(), h.db,
		"select coalesce(array_agg(kind || ' ' || about || ' ' || reason), '{}') from review_task where receipt_id = $1 and decided_at is null", id)
	h.must(err)
	return tasks
}

// alive has the tax service find some other receipt.
func (h *house) alive() {
	h.t.Helper()
	h.submit(h.member(true), h.print(400_00, h.now().Sub(noon)-time.Minute, 0))
	h.settle(time.Minute)
}

func TestAuditOfAReceiptThatStands(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	id, qr := h.large(member, -time.Minute)
	small := h.submit(h.member(true), h.print(400_00, -time.Minute, 0)).Receipt
	for _, step := range []struct {
		wait  time.Duration
		sends int
		want  string
	}{{2*day + 23*time.Hour, 1, "1"}, {2 * time.Hour, 2, "2"}, {10 * day, 2, "2"}, {2 * day, 3, "kept"}, {30 * day, 3, "kept"}} {
		if h.settle(step.wait); h.sends()[qr] != step.sends || h.audits(id) != step.want {
			t.Errorf("at %v: %d sends, %q, want %d and %q", h.now(), h.sends()[qr], h.audits(id), step.sends, step.want)
		}
	}
	if got := h.audits(small); got != "" {
		t.Errorf("a small award is audited: %q", got)
	}
	if h.points(member) != 500_00 || len(h.heard()) != 2 {
		t.Errorf("%d points, heard %v", h.points(member), h.heard())
	}
}

// TestAnnulledReceiptIsRevoked: gone on two days on which others are found.
func TestAnnulledReceiptIsRevoked(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	id, qr := h.large(member, -time.Minute)
	h.restate(qr, emulator.Annulled)
	h.settle(3*day + time.Hour)
	if diff := cmp.Diff([]string{"credited"}, h.states(member)); diff != "" || h.points(member) != 500_00 {
		t.Errorf("missed once: %d points, %s", h.points(member), diff)
	}
	h.alive()
	h.settle(day)
	if diff := cmp.Diff([]string{"revoked annulled"}, h.states(member)); diff != "" || h.points(member) != 0 || h.audits(id) != "annulled" {
		t.Errorf("missed twice: %d points, %q, %s", h.points(member), h.audits(id), diff)
	}
	if got := h.heard()[fmt.Sprintf("receipt/%d/revoked", id)]; got != "receipt.revoked annulled" {
		t.Errorf("heard %q", got)
	}
	if r := h.submit(member, qr); r.Outcome != receipt.Duplicate {
		t.Errorf("sent once more: %+v", r)
	}
	if n := h.sends()[qr]; n != 3 {
		t.Errorf("%d sends", n)
	}
}

// When nothing else is found either, the search may be what is gone.
func TestSilenceAboutEverythingAnnulsNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	id, _ := h.large(member, -time.Minute)
	h.settle(2 * day)
	h.must(h.tax.SetFault(emulator.NotFound, 10*day))
	h.settle(5 * day)
	if diff := cmp.Diff([]string{"credited"}, h.states(member)); diff != "" || h.points(member) != 500_00 || h.audits(id) != "person" {
		t.Errorf("%d points, %q, %s", h.points(member), h.audits(id), diff)
	}
	if diff := cmp.Diff([]string{fmt.Sprintf("fraud audit/%d annulled", id)}, h.tasks(id)); diff != "" {
		t.Error(diff)
	}
}

// TestAuditTroubles: what comes back within the day was never gone, and without an
// answer nothing is known.
func TestAuditTroubles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault emulator.Fault
		lasts time.Duration
	}{
		{emulator.NotFound, 6 * time.Hour},
		{emulator.Down, 2 * day},
		{emulator.Hang, 6 * time.Hour},
		{emulator.Daily, 6 * time.Hour},
		{emulator.Rate, 6 * time.Hour},
		{emulator.Slow, 6 * time.Hour},
		{emulator.Garbage, 6 * time.Hour},
		{emulator.Auth, 6 * time.Hour},
	} {
		t.Run(string(tt.fault), func(t *testing.T) {
			t.Parallel()
			h := open(t)
			member := h.member(true)
			id, _ := h.large(member, -time.Minute)
			h.settle(3*day - time.Hour)
			h.must(h.tax.SetFault(tt.fault, tt.lasts))
			h.settle(20 * day)
			if h.points(member) != 500_00 || h.audits(id) != "kept" || len(h.tasks(id)) != 0 {
				t.Errorf("%d points, %q, %v", h.points(member), h.audits(id), h.tasks(id))
			}
		})
	}
}

// TestForgedAtAnAuditGoesToAPerson: it contradicts the first answer, and may not be
// asked for again.
func TestForgedAtAnAuditGoesToAPerson(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	id, qr := h.large(member, -time.Minute)
	h.restate(qr, emulator.Forged)
	h.settle(30 * day)
	if h.points(member) != 500_00 || h.audits(id) != "person" || h.sends()[qr] != 2 {
		t.Errorf("%d points, %q after %d sends", h.points(member), h.audits(id), h.sends()[qr])
	}
	if diff := cmp.Diff([]string{fmt.Sprintf("fraud audit/%d annulled", id)}, h.tasks(id)); diff != "" {
		t.Error(diff)
	}
}

// TestOldReceiptIsNotAnnulled: the tax service forgets.
func TestOldReceiptIsNotAnnulled(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	id, qr := h.large(member, -28*day)
	h.restate(qr, emulator.Annulled)
	h.settle(30 * day)
	if h.points(member) != 500_00 || h.audits(id) != "untold" || len(h.tasks(id)) != 0 {
		t.Errorf("%d points, %q, %v", h.points(member), h.audits(id), h.tasks(id))
	}
}

func TestRevokedReceiptIsNotAskedForAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	id, qr := h.large(member, -time.Minute)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		_, err := h.service.RevokeTx(ctx, tx, h.now(), receipt.Revocation{Receipt: id, Reason: receipt.Fraud})
		return err
	})
	h.settle(20 * day)
	if h.sends()[qr] != 1 || h.audits(id) != "untold" {
		t.Errorf("%d sends, %q", h.sends()[qr], h.audits(id))
	}
}

// Several processes come to the audit that decides at once.
func TestAuditIsDecidedOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	id, qr := h.large(member, -time.Minute)
	h.restate(qr, emulator.Annulled)
	h.settle(3*day + time.Hour)
	h.alive()
	h.set(h.now().Add(day))
	for range 5 {
		var g errgroup.Group
		for range 4 {
			g.Go(func() error { _, _, err := h.service.AuditStep(t.Context(), h.now()); return err })
		}
		h.must(g.Wait())
		h.set(h.now().Add(time.Second))
	}
	if diff := cmp.Diff([]string{"revoked annulled"}, h.states(member)); diff != "" || h.points(member) != 0 || h.sends()[qr] != 3 {
		t.Errorf("%d points after %d sends, %q, %s", h.points(member), h.sends()[qr], h.audits(id), diff)
	}
}
