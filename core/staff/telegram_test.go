package staff_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"besedka/core/staff"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestTelegramCode: a code proves a number once, within its time, of who works here; the
// newest one counts, and so does the newest number.
func TestTelegramCode(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	s := staff.New(db)
	anna, _ := invite(t, s, staff.Operator)
	boris, _ := invite(t, s, staff.Operator)
	code := func(id int64) string {
		t.Helper()
		c, err := s.TelegramCode(t.Context(), now, 0, id)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	link := func(at time.Time, code string, user int64) error {
		return db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
			_, err := staff.LinkTelegramTx(ctx, tx, at, code, user)
			return err
		})
	}
	is := func(user int64, want int64) {
		t.Helper()
		p, err := staff.ByTelegram(t.Context(), db, user)
		if p.ID != want || want == 0 && !errors.Is(err, staff.ErrUnknownPerson) || want != 0 && err != nil {
			t.Errorf("number %d is of %d, %v, want %d", user, p.ID, err, want)
		}
	}
	old := code(anna.ID)
	first := code(anna.ID)
	for name, err := range map[string]error{
		"a code that was replaced": link(now, old, 7), "no code": link(now, "", 7), "one that is too old": link(now.Add(15*time.Minute), first, 7),
	} {
		if !errors.Is(err, staff.ErrUnknownCode) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := link(now, first, 7); err != nil {
		t.Fatal(err)
	}
	is(7, anna.ID)
	if err := link(now, first, 8); !errors.Is(err, staff.ErrUnknownCode) {
		t.Errorf("a used code: %v", err)
	}
	if err := link(now, code(anna.ID), 9); err != nil {
		t.Fatal(err)
	}
	is(7, 0)
	is(9, anna.ID)
	if err := link(now, code(boris.ID), 9); err != nil {
		t.Fatal(err)
	}
	is(9, boris.ID)
	late := code(boris.ID)
	if err := s.Disable(t.Context(), now, boris.ID); err != nil {
		t.Fatal(err)
	}
	is(9, 0)
	if err := link(now, late, 9); !errors.Is(err, staff.ErrUnknownCode) {
		t.Errorf("a code of who left: %v", err)
	}
	if _, err := s.TelegramCode(t.Context(), now, 0, boris.ID); !errors.Is(err, staff.ErrUnknownPerson) {
		t.Errorf("a code for who left: %v", err)
	}
	if n, err := storage.Value[int](t.Context(), db, `select count(*) from staff_telegram_code c where c::text like '%' || $1 || '%'`, late); n != 0 || err != nil {
		t.Errorf("the code is readable in the table, %v", err)
	}
}
