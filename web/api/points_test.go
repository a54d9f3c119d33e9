package api

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"besedka/core/ledger"
	"besedka/core/staff"
	"besedka/storage"
)

// giveTo puts points on the member's account as an award would.
func (d *desk) giveTo(member, amount int64, expires time.Time) {
	d.t.Helper()
	d.must(d.db.InTx(d.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return ledger.AccrueTx(ctx, tx, ledger.Accrual{
			Key: fmt.Sprintf("given/%d/%d", member, amount), Member: member, Currency: ledger.Bonus, Amount: amount, ExpiresAt: expires, Reason: "test", At: now,
		})
	}))
}

func (d *desk) points(answer map[string]any) (available, held any) {
	d.t.Helper()
	b := answer["balances"].([]any)[0].(map[string]any)
	return b["points"], b["held"]
}

// Loyalty model A36: the same request five times is one redemption and one answer;
// another body under the key is refused with 409.
func TestRedemption(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.giveTo(d.member, 100_00, now.AddDate(0, 1, 0))
	post := func(path, key, body string) (int, map[string]any) {
		return d.ask("POST", path, d.tokens[staff.Registrar], key, body)
	}
	ask := fmt.Sprintf(`{"member": %d, "amount": 3000, "reason": "coffee"}`, d.member)
	var id any
	for i := range 5 {
		status, answer := post("/redemptions", "one", ask)
		if available, held := d.points(answer); status != 200 || answer["state"] != "open" || available != 7000.0 || held != 3000.0 {
			t.Fatalf("%d: %d %v", i, status, answer)
		}
		if i > 0 && answer["id"] != id {
			t.Errorf("%d: another redemption %v", i, answer)
		}
		id = answer["id"]
	}
	for _, tt := range []struct {
		path, key, body string
		status          int
		kind            string // of the problem, or the state
		points          any
	}{
		{"/redemptions", "one", fmt.Sprintf(`{"member": %d, "amount": 1}`, d.member), 409, "urn:besedka:problem:key_reused", nil},
		{"/redemptions", "much", fmt.Sprintf(`{"member": %d, "amount": 7001}`, d.member), 409, "urn:besedka:problem:insufficient", nil},
		{"/redemptions", "star", fmt.Sprintf(`{"member": %d, "amount": 1, "currency": "star"}`, d.member), 400, "urn:besedka:problem:invalid", nil},
		{"/redemptions", "nobody", `{"member": 99999, "amount": 1}`, 404, "urn:besedka:problem:not_found", nil},
		{fmt.Sprintf("/redemptions/%v/refund", id), "r0", "", 409, "urn:besedka:problem:ended", nil},
		{fmt.Sprintf("/redemptions/%v/commit", id), "c", "", 200, "committed", 7000.0},
		{fmt.Sprintf("/redemptions/%v/commit", id), "c again", "", 200, "committed", 7000.0},
		{fmt.Sprintf("/redemptions/%v/cancel", id), "x", "", 409, "urn:besedka:problem:ended", nil},
		{fmt.Sprintf("/redemptions/%v/refund", id), "r", "", 200, "refunded", 10000.0},
		{"/redemptions/99999/commit", "none", "", 404, "urn:besedka:problem:not_found", nil},
	} {
		status, answer := post(tt.path, tt.key, tt.body)
		if status != tt.status || answer["type"] != tt.kind && answer["state"] != tt.kind {
			t.Errorf("%s %s: %d %v", tt.path, tt.key, status, answer)
			continue
		}
		if tt.points != nil {
			if available, _ := d.points(answer); available != tt.points {
				t.Errorf("%s: %v", tt.path, answer)
			}
		}
	}
	if status, answer := d.ask("GET", fmt.Sprintf("/redemptions/%v", id), d.tokens[staff.Registrar], "", ""); status != 200 || answer["state"] != "refunded" {
		t.Errorf("%d %v", status, answer)
	}
	d.statement(t, [][2]any{{"refund", 10000.0}, {"redeem", 7000.0}, {"accrue", 10000.0}})
}

// statement wants the kinds and the running balances, newest first.
func (d *desk) statement(t *testing.T, want [][2]any) {
	t.Helper()
	_, answer := d.ask("GET", fmt.Sprintf("/members/%d/statement", d.member), d.tokens[staff.Auditor], "", "")
	entries, _ := answer["entries"].([]any)
	if len(entries) != len(want) {
		t.Fatalf("statement %v", answer)
	}
	for i, e := range entries {
		if e := e.(map[string]any); e["kind"] != want[i][0] || e["balance"] != want[i][1] {
			t.Errorf("entry %d: %v, want %v", i, e, want[i])
		}
	}
}

// A hold of somebody else, of a prize, is not a registrar's to end.
func TestOtherHoldsAreNotRedemptions(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.giveTo(d.member, 100_00, time.Time{})
	d.must(d.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return ledger.HoldTx(ctx, tx, ledger.Hold{Key: "prize/1", Member: d.member, Currency: ledger.Bonus, Amount: 1, At: now})
	}))
	if status, answer := d.ask("POST", "/redemptions/1/cancel", d.tokens[staff.Registrar], "k", ""); status != 404 {
		t.Errorf("%d %v", status, answer)
	}
}

// Loyalty model A39, the ledger's part: each line gives once, the same file again
// gives nothing; a file with a mistake gives nothing at all.
func TestTopUps(t *testing.T) {
	t.Parallel()
	d := open(t)
	file := fmt.Sprintf(`{"name": "m.csv", "csv": "member;amount;reason\n%d;50,00;ten years\n%d;50;and one more"}`, d.member, d.member)
	wrong := fmt.Sprintf(`{"name": "m.csv", "csv": "member,amount\n%d,50.00\n99999,50\nx,0"}`, d.member)
	dry := fmt.Sprintf(`{"csv": "member,amount\n%d,7", "dryRun": true}`, d.member)
	for _, tt := range []struct {
		key, body string
		new       float64
		problems  int
	}{
		{"dry", dry, 0, 0},
		{"wrong", wrong, 0, 2},
		{"first", file, 2, 0},
		{"again", file, 0, 0},
	} {
		status, answer := d.ask("POST", "/topups", d.tokens[staff.Marketer], tt.key, tt.body)
		if problems, _ := answer["problems"].([]any); status != 200 || answer["new"] != tt.new || len(problems) != tt.problems {
			t.Errorf("%s: %d %v", tt.key, status, answer)
		}
	}
	status, answer := d.ask("POST", fmt.Sprintf("/members/%d/topups", d.member), d.tokens[staff.Marketer], "one", `{"amount": 5000, "reason": "sorry"}`)
	if available, _ := d.points(answer); status != 200 || available != 15000.0 {
		t.Errorf("%d %v", status, answer)
	}
	d.statement(t, [][2]any{{"accrue", 15000.0}, {"accrue", 10000.0}, {"accrue", 5000.0}})
}

// What is given at once has bounds: sums beyond int64 would keep the member's next
// receipt from being credited, and a long file every other act of staff waiting.
func TestTopUpsHaveBounds(t *testing.T) {
	t.Parallel()
	d := open(t)
	marketer := d.tokens[staff.Marketer]
	long := strings.Repeat(fmt.Sprintf(`%d,1\n`, d.member), maxTopUpLines)
	for _, tt := range []struct {
		path, body string
		status     int
	}{
		{fmt.Sprintf("/members/%d/topups", d.member), `{"amount": 9223372036854775807, "reason": "sorry"}`, 400},
		{fmt.Sprintf("/members/%d/topups", d.member), `{"amount": 1000000000000, "reason": "sorry"}`, 200},
		{"/topups", fmt.Sprintf(`{"csv": "member,amount\n%s%d,1"}`, long, d.member), 400},
		{"/topups", fmt.Sprintf(`{"csv": "member,amount\n%s", "dryRun": true}`, long), 200},
	} {
		if status, answer := d.ask("POST", tt.path, marketer, "bounds"+fmt.Sprint(tt.status)+tt.path, tt.body); status != tt.status {
			t.Errorf("%.60s: %d %v, want %d", tt.body, status, answer, tt.status)
		}
	}
	d.giveTo(d.member, 100_00, now.AddDate(0, 1, 0)) // the next points find room
}

// Whoever is suspended spends nothing at the desk either, until a person lifts it.
func TestSuspendedSpendNothing(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.giveTo(d.member, 100_00, now.AddDate(0, 1, 0))
	reviewer, path := d.tokens[staff.Reviewer], fmt.Sprintf("/members/%d/suspension", d.member)
	spend := func(key string) int {
		status, _ := d.ask("POST", "/redemptions", d.tokens[staff.Registrar], key, fmt.Sprintf(`{"member": %d, "amount": 100}`, d.member))
		return status
	}
	if status, answer := d.ask("POST", path, reviewer, "suspend", `{"cause": "collected"}`); status != 200 {
		t.Fatalf("suspend: %d %v", status, answer)
	}
	if status := spend("one"); status != 409 {
		t.Errorf("suspended: %d", status)
	}
	if status, answer := d.ask("POST", path+"/lift", reviewer, "lift", `{"note": "we talked"}`); status != 200 {
		t.Fatalf("lift: %d %v", status, answer)
	}
	if status := spend("two"); status != 200 {
		t.Errorf("lifted: %d", status)
	}
}

// A key that comes again when its answer is forgotten is no other request: what it
// names was done, and is not told to be what is asked now.
func TestKeysOutliveTheirAnswers(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.rich(100_00)
	d.ask("POST", "/prizes/bag/stock", d.tokens[staff.Marketer], "stock", `{"change": 2, "reason": "delivery 17"}`)
	d.ask("POST", "/prizes/box/stock", d.tokens[staff.Marketer], "stock2", `{"change": 2, "reason": "delivery 17"}`)
	d.giveTo(d.member, 900_00, now.AddDate(0, 1, 0))
	topups := fmt.Sprintf("/members/%d/topups", d.member)
	for _, tt := range []struct {
		path, body string
		by         staff.Role
		status     int
	}{
		{"/redemptions", `{"member": %d, "amount": 100}`, staff.Registrar, 200},
		{"/redemptions", `{"member": %d, "amount": 100}`, staff.Registrar, 200}, // the same is the same for ever
		{"/redemptions", `{"member": %d, "amount": 300}`, staff.Registrar, 409},
		{"/orders", `{"member": %d, "prize": "bag"}`, staff.Registrar, 200},
		{"/orders", `{"member": %d, "prize": "bag"}`, staff.Registrar, 200},
		{"/orders", `{"member": %d, "prize": "box"}`, staff.Registrar, 409},
		{topups, `{"amount": %d, "reason": "sorry"}`, staff.Marketer, 200},
		{topups, `{"amount": 7%d, "reason": "sorry"}`, staff.Marketer, 409},
	} {
		status, answer := d.ask("POST", tt.path, d.tokens[tt.by], "order-1042", fmt.Sprintf(tt.body, d.member))
		if status != tt.status {
			t.Errorf("%s %s: %d %v, want %d", tt.path, tt.body, status, answer, tt.status)
		}
		_, err := d.db.Exec(t.Context(), "delete from idempotency")
		d.must(err)
	}
}
