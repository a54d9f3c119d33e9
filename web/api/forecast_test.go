package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"besedka/core/campaign"
	"besedka/core/staff"
	"besedka/storage"
)

// credited credits a receipt of a new member.
func (d *desk) credited(n int, at time.Time, sum int64) {
	d.t.Helper()
	d.must(d.db.InTx(d.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		member, err := storage.Value[int64](ctx, tx, "insert into member (created_at, registered_at) values ($1, $1) returning id", at)
		if err != nil {
			return err
		}
		id, err := storage.Value[int64](ctx, tx, `insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			values ('7380440800512345', $1, 1, 1, $2::timestamptz at time zone 'UTC', 'UTC', $2::timestamptz, $3, $4, 'credited', $2::timestamptz, $2::timestamptz) returning id`, n+1, at, sum, member)
		if err != nil {
			return err
		}
		_, err = d.receipts.Campaigns.EvaluateTx(ctx, tx, at, campaign.Purchase{Receipt: id, Member: member, At: at, Uploaded: at, Sum: sum})
		return err
	}))
}

// TestForecastHidesFew: six members on one day and two on another, 1000.00 each. The
// owner is told all; a marketer nothing by which the two could be told.
func TestForecastHidesFew(t *testing.T) {
	t.Parallel()
	d := open(t)
	for n := range 8 {
		d.credited(n, now.AddDate(0, 0, -3-n/6), 1000_00)
	}
	ask := func(role staff.Role, key, text string) map[string]any {
		t.Helper()
		body, err := json.Marshal(outlook{Campaign: "c", Text: text})
		d.must(err)
		status, answer := d.ask("POST", "/forecast", d.tokens[role], key, string(body))
		if status != http.StatusOK {
			t.Fatalf("%s: %d %v", role, status, answer)
		}
		return answer
	}
	draft := strings.Replace(cashback, "percent: 5", "percent: 7", 1)
	all := ask(staff.Owner, "all", draft)["forecast"].(map[string]any)
	side := func(f map[string]any, of string) string {
		return fmt.Sprint(f[of].(map[string]any)["own"].(map[string]any)["points"])
	}
	if side(all, "draft") != fmt.Sprint(map[string]any{"bonus": float64(8 * 70_00)}) || side(all, "active") != fmt.Sprint(map[string]any{"bonus": float64(8 * 50_00)}) || all["hidden"] != nil {
		t.Errorf("the owner is told %v", all)
	}
	if text := fmt.Sprint(all["changes"]); !strings.Contains(text, "most:") || !strings.Contains(text, "members:8") {
		t.Errorf("the owner is told of changes %s", text)
	}
	few := ask(staff.Marketer, "few", draft)["forecast"].(map[string]any)
	if side(few, "draft") != side(all, "draft") || few["hidden"] != true || strings.Contains(fmt.Sprint(few["changes"]), "most:") {
		t.Errorf("the marketer is told %v", few)
	}
	for _, day := range few["days"].([]any) {
		if day.(map[string]any)["few"] != true || day.(map[string]any)["receipts"] != 0.0 {
			t.Errorf("one day is the totals less the other, which is of two members: %v", day)
		}
	}
	if problems := fmt.Sprint(ask(staff.Marketer, "bad", strings.Replace(cashback, "percent", "procent", 1))); !strings.Contains(problems, `campaigns/c.yaml:5:10: L103`) || strings.Contains(problems, "forecast:") {
		t.Errorf("a draft with a mistake: %s", problems)
	}
	for i, body := range []string{`{"campaign": ""}`, `{"campaign": "c"}`, `{"campaign": "c", "from": "x"}`, `{"campaign": "c", "from": "2020-01-01"}`, `{"campaign": "c", "from": "2026-11-20", "to": "2026-11-10"}`} {
		if status, answer := d.ask("POST", "/forecast", d.tokens[staff.Owner], fmt.Sprint("bad-", i), body); status != http.StatusBadRequest {
			t.Errorf("%s: %d %v", body, status, answer)
		}
	}
}
