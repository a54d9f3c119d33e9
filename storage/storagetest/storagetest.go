package storagetest

import (
	"context"
	"testing"

	"besedka/storage"
)

// DB is a fresh, migrated database for this test alone.
func DB(t testing.TB) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), DSN(t), 0)
	if err != nil {
		t.Fatalf("open test database: %v", err)
	}
	t.Cleanup(db.Close)
	return db
}

// DSN is the address of a fresh, migrated database for this test alone.
func DSN(t testing.TB) string {
	t.Helper()
	s := join(t)
	return s.database(t, s.template)
}

// EmptyDSN is the address of a fresh database without any table.
func EmptyDSN(t testing.TB) string {
	t.Helper()
	return join(t).database(t, "template1")
}

// Tx is a transaction that is rolled back when the test ends. Tests of one
// package share the database behind it: two that insert the same unique key
// wait for each other, so give them keys of their own or use DB.
func Tx(t testing.TB) storage.Tx {
	t.Helper()
	tx, err := join(t).common.Begin(t.Context())
	if err != nil {
		t.Fatalf("begin test transaction: %v", err)
	}
	ctx := context.WithoutCancel(t.Context()) // cleanups run after its end
	t.Cleanup(func() {
		if err := tx.Rollback(ctx); err != nil {
			t.Errorf("roll test transaction back: %v", err)
		}
	})
	return tx
}
