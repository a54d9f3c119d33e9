package storagetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"besedka/storage"
)

// Plan is the plan that a connection of ours makes for a query, one for all
// arguments; args is their list in SQL.
func Plan(t testing.TB, db *storage.DB, sql, args string) (plan string) {
	t.Helper()
	err := db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
		plan, err = explain(ctx, tx, sql, args)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return plan
}

// ClaimsPlan is Plan on the connections that claim, which plan otherwise.
func ClaimsPlan(t testing.TB, db *storage.DB, sql, args string) (plan string) {
	t.Helper()
	var load storage.Batch
	load.Exec("select 1")
	err := db.InTwoTrips(t.Context(), &load, func(ctx context.Context, tx storage.Tx, _ *storage.Batch) (err error) {
		plan, err = explain(ctx, tx, sql, args)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return plan
}

func explain(ctx context.Context, tx storage.Tx, sql, args string) (string, error) {
	if _, err := tx.Exec(ctx, "prepare asked as "+sql); err != nil {
		return "", err
	}
	lines, err := storage.Collect[struct {
		Plan string `db:"QUERY PLAN"`
	}](ctx, tx, fmt.Sprintf("explain execute asked(%s)", args))
	if err != nil {
		return "", err
	}
	var plan strings.Builder
	for _, l := range lines {
		plan.WriteString(l.Plan + "\n")
	}
	_, err = tx.Exec(ctx, "deallocate asked")
	return plan.String(), err
}
