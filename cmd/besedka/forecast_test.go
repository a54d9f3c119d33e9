package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"besedka/core/campaign"
	"besedka/core/campaign/forecast"
	"besedka/flows/programme"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestForecastByHistory: over what was credited here a file is held against the version
// in force, a stored draft against nothing; and nothing is written.
func TestForecastByHistory(t *testing.T) {
	t.Parallel()
	dir, dsn := t.TempDir(), storagetest.DSN(t)
	bought := creditedHere(t, dsn, 4, 1000_00)
	file := filepath.Join(dir, "cashback.yaml")
	text := "campaign: cashback\nname: x\nperiod: {from: 2030-01-01}\nreward: {percent: 7, ttl: P6M}\nlimits: [{what: accrual, max: 150, of: campaign}]\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	place := []string{"--data", dir, "--database-url", dsn, "--json", "--from", bought.Format(time.DateOnly), "--to", bought.AddDate(0, 0, 2).Format(time.DateOnly)}
	ask := func(what string) (r forecast.Result) {
		t.Helper()
		if err := json.Unmarshal([]byte(besedka(t, append([]string{"campaigns", "forecast", what}, place...)...)), &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	// Nobody knows what is in the receipts: 3 % of them in force. The draft's budget is
	// gone with the third: 70.00 + 70.00 + 10.00.
	r := ask(file)
	if r.Receipts != 3 || r.Active == nil || r.Active.Own.Points["bonus"] != 3*30_00 || r.Draft.Own.Points["bonus"] != 150_00 {
		t.Errorf("%+v", r)
	}
	if l := r.Draft.Limits[0]; len(l.Ends) != 1 || !l.Ends[0].At.Equal(bought.AddDate(0, 0, 2)) {
		t.Errorf("the budget ends %+v", l)
	}
	if r := ask("stored"); r.Active != nil || r.Draft.Own.Points["bonus"] != 3*10_00 || r.Draft.All.Points["bonus"] != 3*40_00 {
		t.Errorf("a stored draft beside the others: %+v", r)
	}
	var out, problems bytes.Buffer
	if code := run(t.Context(), append([]string{"campaigns", "forecast", "nothing"}, place...), &out, &problems); code != 1 || !strings.Contains(problems.String(), campaign.ErrNoDraft.Error()) {
		t.Errorf("of what there is not: exit %d, %s", code, problems.String())
	}
}

// creditedHere is the shipped programme in force with a stored draft, and receipts of one
// member, one a day from the day returned on, as they are really credited.
func creditedHere(t *testing.T, dsn string, receipts int, sum int64) time.Time {
	t.Helper()
	db, err := storage.Open(t.Context(), dsn, 4)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	first := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	p := newPublisher(db, func() time.Time { return first.AddDate(0, 0, -1) }, slog.New(slog.DiscardHandler))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	folder := t.TempDir()
	must(os.CopyFS(folder, programme.Files))
	must(os.WriteFile(filepath.Join(folder, "campaigns", "stored.yaml"), []byte("campaign: stored\nname: x\nperiod: {from: 2026-01-01}\nreward: {percent: 1, ttl: P6M}\n"), 0o600))
	must(db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := p.campaigns.SetStateTx(ctx, tx, first, "stored", campaign.Draft)
		return err
	}))
	must(p.publish(t.Context(), os.DirFS(folder)))
	must(db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		member, err := storage.Value[int64](ctx, tx, "insert into member (created_at, registered_at) values ($1, $1) returning id", first)
		if err != nil {
			return err
		}
		for n := range receipts {
			at := first.AddDate(0, 0, n)
			id, err := storage.Value[int64](ctx, tx, `insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
				values ('7380440800512345', $1, 1, 1, $2::timestamptz at time zone 'UTC', 'UTC', $2::timestamptz, $3, $4, 'credited', $2::timestamptz, $2::timestamptz) returning id`, n+1, at, sum, member)
			if err != nil {
				return err
			}
			if _, err := p.campaigns.EvaluateTx(ctx, tx, at, campaign.Purchase{Receipt: id, Member: member, At: at, Uploaded: at, Sum: sum}); err != nil {
				return err
			}
		}
		return nil
	}))
	return first
}
