package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/campaign/rules"
	"besedka/core/ledger"
	"besedka/core/source"
	"besedka/core/tier"
	"besedka/core/tier/ladder"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/flows/programme"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestTierExamples checks every file of the document and plays its table.
func TestTierExamples(t *testing.T) {
	t.Parallel()
	var files []string
	var problems []*source.Problem
	for _, b := range readDoc(t, "docs/tiers.md") {
		switch {
		case b.kind == "yaml" && strings.HasPrefix(b.text, "by: "):
			if files = append(files, b.text); len(files) > 1 {
				problems = inTiers(t, b.text, "")
			}
		case b.kind == "yaml" && strings.HasPrefix(b.text, "# файл: "):
			if whole := inTiers(t, files[0], b.text); len(whole) > 0 {
				t.Errorf("the whole file: %s", worded(whole, "ru"))
			}
		case b.kind == "yaml":
			if _, wrong := rules.Parse("gold.yaml", []byte(b.text), tierTerms(t, files[1])); len(wrong) > 0 {
				t.Errorf("the campaign: %s", worded(wrong, "ru"))
			}
		case b.kind == "text":
			if diff := cmp.Diff(b.text, worded(problems, "ru")); diff != "" {
				t.Errorf("mistakes: the document (-) and the check (+) differ:\n%s", diff)
			}
			problems = nil
		}
	}
	playTiers(t, files[1], table(t, readDoc(t, "docs/tiers.md"), "| что случилось"))
}

// inTiers is what the check says of tiers in the shipped programme. Without a
// translation it speaks Russian alone.
func inTiers(t *testing.T, text, english string) []*source.Problem {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, programme.Files); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"tiers.yaml": text, "locales/en/tiers.yaml": english}
	if english == "" {
		settings, err := os.ReadFile(filepath.Join(dir, "programme.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		files["programme.yaml"] = strings.Replace(string(settings), "languages: [ru, en]", "languages: [ru]", 1)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, problems := flows.Load(os.DirFS(dir), actions.Vocabulary())
	var ours []*source.Problem
	for _, p := range problems {
		if p.File == "tiers.yaml" || english != "" && p.File == "locales/en/tiers.yaml" {
			ours = append(ours, p)
		}
	}
	return ours
}

func readTiers(t *testing.T, text string) *ladder.Ladder {
	t.Helper()
	l, problems := ladder.Parse("tiers.yaml", []byte(text), map[string]int{ledger.Bonus: 2})
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	return l
}

func tierTerms(t *testing.T, text string) rules.Terms {
	t.Helper()
	return rules.Terms{Zone: time.UTC, Tiers: readTiers(t, text).Names(), Currencies: map[string]int{ledger.Bonus: 2}, Checking: true}
}

// playTiers does to a member what the rows say and wants what they promise.
func playTiers(t *testing.T, file string, rows [][]string) {
	t.Helper()
	db, ctx, l := storagetest.DB(t), t.Context(), readTiers(t, file)
	for _, one := range l.Tiers {
		one.Title = ladder.Words{"": one.ID}
	}
	s := tier.New(tier.Config{DB: db, Ladder: func() *ladder.Ladder { return l }, Zone: func() *time.Location { return time.UTC }, Log: slog.New(slog.DiscardHandler)})
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	member, err := storage.Value[int64](ctx, db, "insert into member (created_at) values ($1) returning id", now)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if row[0] == "прошёл год" {
			now = now.AddDate(1, 0, 1)
		}
		err := db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
			if sum, given := strings.CutPrefix(row[0], "начислено "); given {
				if err := ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: fmt.Sprint(i), Member: member, Currency: ledger.Bonus, Amount: minorOf(t, sum), At: now}); err != nil {
					return err
				}
			}
			return s.LookTx(ctx, tx, now, member)
		})
		for worked := true; worked && err == nil; {
			worked, _, err = s.Step(ctx, now)
		}
		if err != nil {
			t.Fatal(err)
		}
		was, err := tier.At(ctx, db, member, now)
		if err != nil {
			t.Fatal(err)
		}
		has := tier.Of(was, l.Base())
		balance, err := ledger.BalanceOf(ctx, db, now, member, ledger.Bonus)
		if err != nil || has != row[2] || balance.Points != minorOf(t, row[1]) {
			t.Errorf("%s: %d points and %s, the document promises %s and %s (%v)", row[0], balance.Points, has, row[1], row[2], err)
		}
	}
}

func minorOf(t *testing.T, text string) int64 {
	t.Helper()
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return n.Mul(n, big.NewRat(100, 1)).Num().Int64()
}
