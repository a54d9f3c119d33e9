package storagetest

import (
	"testing"

	"besedka/storage"
)

// CutSession ends db's own session, as the death of its process would, and
// lets db notice.
func CutSession(t testing.TB, db *storage.DB) {
	t.Helper()
	number, err := db.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ended, err := storage.Value[bool](t.Context(), db, `select pg_terminate_backend(pid, 10000) from pg_locks
		where locktype = 'advisory' and objsubid = 1 and (classid::bigint << 32) | objid::bigint = $1`, number)
	if err != nil || !ended {
		t.Fatalf("end session %d: %v, %v", number, ended, err)
	}
	if _, err := db.Session(t.Context()); err == nil {
		t.Fatal("the session outlived its end")
	}
}
