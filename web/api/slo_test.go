package api

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/slo"
	"besedka/core/staff"
)

// TestSLO: a registrar's receipt, decided by a person at once, is shown; one more
// waits.
func TestSLO(t *testing.T) {
	t.Parallel()
	d := open(t)
	show := func(query string) (int, map[string]any) {
		return d.ask("GET", "/slo"+query, d.tokens[staff.Organiser], "", "")
	}
	if status, empty := show(""); status != 200 || len(empty["days"].([]any)) != 0 || len(empty["breaches"].([]any)) != 0 {
		t.Fatalf("before any receipt: %d %v", status, empty)
	}
	for i := range 2 {
		qr := fmt.Sprintf("t=20261122T1400&s=1284.50&fn=7380440800512345&i=%d&fp=2719364810&n=1", i+1)
		d.ask("POST", "/receipts", d.tokens[staff.Registrar], qr, fmt.Sprintf(`{"member": %d, "qr": %q}`, d.member, qr))
	}
	if status, _ := d.ask("POST", "/receipts/1/decision", d.tokens[staff.Reviewer], "k", `{"approve": true, "reason": "paper shown"}`); status != 200 {
		t.Fatalf("decided: %d", status)
	}
	_, err := d.db.Exec(t.Context(), "update receipt set uploaded_at = $1 where id = 2", now.Add(-5*time.Hour))
	d.must(err)
	counting := slo.Service{DB: d.db, Zone: time.UTC, Log: slog.New(slog.DiscardHandler)}
	_, _, err = counting.Step(t.Context(), now)
	d.must(err)
	status, got := show("?days=1")
	want := map[string]any{
		"windowDays": 7.0,
		"targets": []any{
			map[string]any{"target": "30s", "seconds": 30.0, "wanted": 9600.0, "judged": 2.0, "met": 1.0, "share": 5000.0, "kept": false},
			map[string]any{"target": "4h", "seconds": 14400.0, "wanted": 9900.0, "judged": 2.0, "met": 1.0, "share": 5000.0, "kept": false},
			map[string]any{"target": "24h", "seconds": 86400.0, "wanted": 10000.0, "judged": 1.0, "met": 1.0, "share": 10000.0, "kept": true},
		},
		"undecided": map[string]any{"receipts": 1.0, "late": []any{1.0, 1.0, 0.0}},
		"days":      []any{map[string]any{"day": "2026-11-22", "channel": "desk", "decided": 1.0, "within": []any{1.0, 1.0, 1.0}}},
		"breaches": []any{
			map[string]any{"target": "4h", "began": "2026-11-22T15:04:00Z", "met": 1.0, "judged": 2.0},
			map[string]any{"target": "30s", "began": "2026-11-22T15:04:00Z", "met": 1.0, "judged": 2.0},
		},
	}
	if diff := cmp.Diff(want, got); status != 200 || diff != "" {
		t.Errorf("%d %s", status, diff)
	}
	if status, answer := show("?days=0"); status != 400 {
		t.Errorf("no days: %d %v", status, answer)
	}
}
