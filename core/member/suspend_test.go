package member_test

import (
	"context"
	"testing"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/core/review"
	"besedka/storage"
)

// A suspended member who turns out to be another one leaves that one suspended, and
// one lift is enough.
func TestSuspensionIsJoined(t *testing.T) {
	t.Parallel()
	h := open(t)
	db, s := h.db, h.Service
	staff, err := storage.Value[int64](t.Context(), db, "insert into staff (name, roles, created_at) values ('A', '{reviewer}', $1) returning id", now)
	if err != nil {
		t.Fatal(err)
	}
	var stays int64
	err = db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		two, err := s.SubjectsTx(ctx, tx, now, chat.Telegram, []string{"one", "two"})
		if err != nil {
			return err
		}
		p := member.Suspension{Member: max(two[0].Member, two[1].Member), Staff: staff, Cause: review.Collected}
		if err := s.SuspendTx(ctx, tx, now, p); err != nil {
			return err
		}
		stays, err = s.MergeTx(ctx, tx, now, two[0].Member, two[1].Member, "test")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if m, err := s.Get(t.Context(), stays); err != nil || m.SuspendedAt == nil {
		t.Errorf("joined: %+v, %v", m, err)
	}
	err = db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return s.LiftTx(ctx, tx, now, member.Suspension{Member: stays, Staff: staff, Note: "n"})
	})
	if err != nil {
		t.Fatal(err)
	}
	open, err := storage.Value[int](t.Context(), db, "select count(*) from suspension where lifted_at is null")
	if m, _ := s.Get(t.Context(), stays); err != nil || open != 0 || m.SuspendedAt != nil {
		t.Errorf("lifted: %+v, %d suspensions are open, %v", m, open, err)
	}
}
