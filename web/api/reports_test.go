package api

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/report"
	"besedka/core/staff"
	"besedka/storage"
)

// counted is the programme that reports of these tests go by.
var counted = report.Programme{
	Zone:    time.UTC,
	Choices: []report.Choice{{Field: "gender", Options: []string{"f", "m"}}},
	Funnels: []report.Flow{{Name: "lost", Stages: []string{"слово", "дело"}}},
}

// TestTodayHidesTheFew: the answer and the file hide the same, and the file says who
// took it. A cell of four shows as <5.
func TestTodayHidesTheFew(t *testing.T) {
	t.Parallel()
	d := open(t)
	_, err := d.db.Exec(t.Context(), `
insert into member (created_at, registered_at, answers)
select $1, $1, jsonb_build_object('gender', jsonb_build_object('plain', case when n <= 10 then 'f' else 'm' end)) from generate_series(1, 14) n`, now)
	d.must(err)
	_, err = d.db.Exec(t.Context(), `insert into funnel (flow, stage, member_id, at) select 'lost', 'слово', id, $1 from member where registered_at = $1`, now)
	d.must(err)
	status, got := d.ask("GET", "/reports/today", d.tokens[staff.Organiser], "", "")
	people := func(from, to float64, shown string) any {
		return map[string]any{"from": from, "to": to, "shown": shown}
	}
	want := map[string]any{
		"registered": people(14, 14, "14"),
		"splits": []any{map[string]any{"by": "gender", "withheld": false, "groups": []any{
			map[string]any{"group": "f", "members": people(10, 13, "10–13")},
			map[string]any{"group": "m", "members": people(1, 4, "<5")},
			map[string]any{"group": "", "members": people(0, 0, "0")},
		}}},
	}
	if diff := cmp.Diff(want, got["members"]); diff != "" || status != http.StatusOK {
		t.Errorf("%d %s", status, diff)
	}
	status, text := d.fetch("/reports/today.csv", staff.Organiser)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	d.must(err)
	for _, want := range []string{
		"about,,,exported_by,staff/2", "about,,,exported_at,2026-11-22T15:04:00Z", "about,,,day,2026-11-22", "about,,,definitions,1",
		"members,,,registered,14", "members,gender,f,registered,10–13", "members,gender,m,registered,<5", "funnel,lost,слово,here,14", "campaigns,c,,state,active",
	} {
		if !strings.Contains(text, want+"\n") || status != http.StatusOK || len(rows[0]) != 5 {
			t.Errorf("%d, without %s: %s", status, want, text)
		}
	}
	if status, text := d.fetch("/reports/today.csv?excel=1", staff.Auditor); !strings.HasPrefix(text, "\ufeffsection;of;") || status != http.StatusOK {
		t.Errorf("for Excel: %d %q", status, text)
	}
	if status, text := d.fetch("/reports/today.csv", staff.Operator); status != http.StatusForbidden {
		t.Errorf("an operator: %d %s", status, text)
	}
	if acts, err := storage.Value[int64](t.Context(), d.db, "select count(*) from audit where act = 'reports.export'"); err != nil || acts != 2 {
		t.Errorf("%d exports in the audit log, %v", acts, err)
	}
}

// TestOrganiserOnlyPauses: what cannot be taken back is not the organiser's.
func TestOrganiserOnlyPauses(t *testing.T) {
	t.Parallel()
	d := open(t)
	move := func(key, campaign, to string) int {
		status, _ := d.ask("POST", "/campaigns/"+campaign+"/state", d.tokens[staff.Organiser], key, `{"state": "`+to+`", "reason": "так надо"}`)
		return status
	}
	got := []int{
		move("a", "c", "paused"), move("b", "c", "active"), move("c", "c", "archived"), move("d", "new", "draft"), move("e", "new", "active"),
	}
	if diff := cmp.Diff([]int{200, 200, 403, 403, 404}, got); diff != "" {
		t.Error(diff)
	}
	if acts, err := storage.Value[int64](t.Context(), d.db, "select count(*) from audit where act = 'campaigns.state'"); err != nil || acts != 2 {
		t.Errorf("%d acts in the log, %v", acts, err)
	}
}
