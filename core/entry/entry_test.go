package entry_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/entry"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func place(t *testing.T, db *storage.DB, name string) (p entry.Place, err error) {
	t.Helper()
	err = db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		p, err = entry.PlaceTx(ctx, tx, noon, name)
		return err
	})
	return p, err
}

// subject makes a member with a chat in a channel.
func subject(t *testing.T, db *storage.DB, channel string) int64 {
	t.Helper()
	id, err := storage.Value[int64](t.Context(), db, `
		with born as (insert into member (created_at, registered_at) values ($1, $1) returning id)
		insert into subject (member_id, channel, sealed_peer, created_at) select id, $2, '', $1 from born returning id`, noon, channel)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestPlaceIsMadeOnce, by however many at once.
func TestPlaceIsMadeOnce(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	codes := make([]entry.Place, 12)
	var all sync.WaitGroup
	for i := range codes {
		all.Go(func() {
			var err error
			if codes[i], err = place(t, db, " Касса 3 "); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, c := range codes {
		if c != codes[0] || c.Name != "Касса 3" || len(c.Payload()) > 64 || strings.Trim(c.Payload(), "abcdefghijklmnopqrstuvwxyz234567_") != "" {
			t.Errorf("%+v and %+v, payload %s", c, codes[0], c.Payload())
		}
	}
	for _, bad := range []string{"", "  ", "a\nb", "a\x00", "\xff", strings.Repeat("я", entry.MaxName+1)} {
		if _, err := place(t, db, bad); !errors.Is(err, entry.ErrBadName) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if found, err := entry.Places(t.Context(), db); len(found) != 1 || err != nil {
		t.Errorf("%v, %v", found, err)
	}
}

// TestCounts: every entry counts, a member once, and what nobody made is nothing.
func TestCounts(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	till, err := place(t, db, "касса")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := place(t, db, "лифт"); err != nil {
		t.Fatal(err)
	}
	anna, boris, vera := subject(t, db, "telegram"), subject(t, db, "webchat"), subject(t, db, "telegram")
	var b storage.Batch
	entry.Queue(&b, noon, nil)
	entry.Queue(&b, noon, []entry.Came{
		{anna, till.Payload(), true},
		{boris, strings.ToUpper(till.Code), true},
		{anna, till.Payload(), false},
		{vera, till.Payload(), false},
		{vera, "at_aaaaaa", true},
		{vera, "at_", true},
		{vera, "at_' or 1=1", true},
		{vera, "link_" + till.Code, true},
	})
	if err := db.InTx(t.Context(), b.Send); err != nil {
		t.Fatal(err)
	}
	got, err := entry.Counts(t.Context(), db, noon.Add(-time.Hour))
	want := []entry.Count{
		{Place: "касса", Code: till.Code, Channel: "telegram", Entries: 3, Newcomers: 1, Registered: 1},
		{Place: "касса", Code: till.Code, Channel: "webchat", Entries: 1, Newcomers: 1, Registered: 1},
		{Place: "лифт", Code: got[len(got)-1].Code},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("(-want +got): %s %v", diff, err)
	}
	if got, err = entry.Counts(t.Context(), db, noon.Add(time.Hour)); len(got) != 2 || got[0].Entries != 0 || err != nil {
		t.Errorf("later: %+v, %v", got, err)
	}
}

// TestBy: what has not the shape of a place's payload never comes near the database.
func TestBy(t *testing.T) {
	t.Parallel()
	for payload, want := range map[string]bool{
		"at_abc234": true, "at_ABC234": true, "": false, "at_": false, "at_abc23": false, "at_abc2345": false, "at_abc\x0034": false, "at_abc234\n": false, "link_abc234": false,
	} {
		if got := entry.By(payload); got != want {
			t.Errorf("%q: %t, want %t", payload, got, want)
		}
	}
}
