package storagetest_test

import (
	"testing"

	"besedka/storage"
	"besedka/storage/storagetest"
)

func TestDatabasesAreMigratedAndApart(t *testing.T) {
	t.Parallel()
	one, two := storagetest.DB(t), storagetest.DB(t)
	if _, err := one.Exec(t.Context(), "create table mark (n int)"); err != nil {
		t.Fatal(err)
	}
	for db, want := range map[*storage.DB]bool{one: true, two: false} {
		got, err := storage.Value[bool](t.Context(), db, "select to_regclass('mark') is not null and to_regclass('goose_db_version') is not null")
		if err != nil || got != want {
			t.Errorf("mark is there: %v, %v; want %v", got, err, want)
		}
	}
}

func TestTxIsRolledBack(t *testing.T) {
	t.Parallel()
	t.Run("write", func(t *testing.T) {
		if _, err := storagetest.Tx(t).Exec(t.Context(), "create table mark (n int)"); err != nil {
			t.Fatal(err)
		}
	})
	got, err := storage.Value[bool](t.Context(), storagetest.Tx(t), "select to_regclass('mark') is null and to_regclass('goose_db_version') is not null")
	if err != nil || !got {
		t.Errorf("rolled back and migrated: %v, %v", got, err)
	}
}
