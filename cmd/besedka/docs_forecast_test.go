package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/campaign/forecast"
)

// TestForecastExample makes the document's forecast of its draft and its table, and shows
// what it says of a table with mistakes.
func TestForecastExample(t *testing.T) {
	t.Parallel()
	draft, receipts, shown := forecastExample(t)
	dir := t.TempDir()
	file, table, page := filepath.Join(dir, "cashback.yaml"), filepath.Join(dir, "receipts.csv"), filepath.Join(dir, "forecast.html")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(file, draft)
	write(table, receipts)
	plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ")
	if diff := cmp.Diff(shown[0], plain.Replace(besedka(t, "campaigns", "forecast", file, "--csv", table, "--html", page))); diff != "" {
		t.Errorf("the document (-) and the command (+) differ:\n%s", diff)
	}
	html, err := os.ReadFile(page)
	if err != nil || strings.Contains(string(html), "<script") || !strings.Contains(string(html), "<svg") || strings.Contains(string(html), "http") {
		t.Errorf("the page does not stand alone: %v\n%s", err, html)
	}
	var r forecast.Result
	if err := json.Unmarshal([]byte(besedka(t, "campaigns", "forecast", file, "--csv", table, "--json", "--from", "2026-05-02", "--to", "2026-05-03")), &r); err != nil || r.Receipts != 3 || r.Draft.Own.Points["bonus"] != (2500_00+800_00)*5/100 {
		t.Errorf("%v: of two days: %+v", err, r)
	}
	write(filepath.Join(dir, "bad.csv"), "member,purchased_at,total\n1,2026-05-01 10:15,1200\n2,01.05.2026,340.50\nИванов,2026-05-02 09:05,25 000\n")
	var out, problems bytes.Buffer
	if code := run(t.Context(), []string{"campaigns", "forecast", file, "--csv", filepath.Join(dir, "bad.csv")}, &out, &problems); code != 1 || out.String() != shown[1] {
		t.Errorf("exit %d: a table with mistakes: the document (-) and the command (+) differ:\n%s%s", code, cmp.Diff(shown[1], out.String()), problems.String())
	}
}

// forecastExample is what the document's section shows.
func forecastExample(t *testing.T) (draft, receipts string, shown []string) {
	t.Helper()
	there := false
	for _, b := range readDoc(t, "docs/campaigns.md") {
		if b.kind == "heading" {
			there = strings.Contains(b.text, "Прогноз")
		}
		switch {
		case !there:
		case b.kind == "yaml":
			draft = b.text
		case b.kind == "csv":
			receipts = b.text
		case b.kind == "text":
			shown = append(shown, b.text)
		}
	}
	if draft == "" || receipts == "" || len(shown) != 2 {
		t.Fatalf("the section shows %q, %q and %d outputs", draft, receipts, len(shown))
	}
	return draft, receipts, shown
}
