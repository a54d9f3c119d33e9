package member_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
)

// forgetting counts whom the other packages were told of.
func (h *house) forgetting() (f member.Forgetting, told *[]int64) {
	told = &[]int64{}
	return member.Forgetting{
		Members: h.Service, List: seal.ErasuresBeside(filepath.Join(h.TempDir(), "master.key")),
		Also: func(_ context.Context, _ storage.Tx, _ time.Time, id int64) error {
			*told = append(*told, id)
			return nil
		},
	}, told
}

func (h *house) ask(s member.Subject) {
	h.Helper()
	h.askAt(now, s)
}

func (h *house) askAt(at time.Time, s member.Subject) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error { return h.AskErasureTx(ctx, tx, at, s.ID) })
}

func (h *house) forgetStep(f member.Forgetting, at time.Time) (worked bool, next time.Time) {
	h.Helper()
	worked, next, err := f.Step(h.Context(), at)
	if err != nil {
		h.Fatal(err)
	}
	return worked, next
}

func (h *house) keys() int {
	return h.count(`select count(*) from subject where wrapped_key is not null`)
}

func TestForgettingGivesAnHourToThinkBetterOfIt(t *testing.T) {
	t.Parallel()
	h := open(t)
	f, told := h.forgetting()
	goes, stays := h.subject(chat.Telegram, "goes"), h.subject(chat.Telegram, "stays")
	h.verify(goes, number)
	h.verify(h.subject(chat.Webchat, "goes too"), number)
	h.ask(goes)
	h.ask(goes)
	h.ask(stays)
	due := now.Add(member.Grace)
	if worked, next := h.forgetStep(f, due.Add(-time.Second)); worked || !next.Equal(due) {
		t.Errorf("before the hour is over: worked %v, next %v, want %v", worked, next, due)
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		for _, want := range []member.Keeping{member.Kept, member.NotAsked} {
			if kept, err := h.KeepTx(ctx, tx, f.List, stays.Member); kept != want || err != nil {
				t.Errorf("kept %v, %v, want %v", kept, err, want)
			}
		}
		return nil
	})
	for worked := true; worked; {
		worked, _ = h.forgetStep(f, due)
	}
	if len(*told) != 1 || h.keys() != 1 || h.count(`select count(*) from phone`) != 0 {
		t.Errorf("told of %v, %d keys are left, want one erasure and one key", *told, h.keys())
	}
	if lines, err := f.List.All(); len(lines) != 2 || err != nil {
		t.Errorf("the list has %d keys, %v, want those of both chats", len(lines), err)
	}
}

// TestAskingAgainMovesTheHour: whoever was told «через час» at minute 59 has that
// hour, in whichever of two joined chats they asked first.
func TestAskingAgainMovesTheHour(t *testing.T) {
	t.Parallel()
	h := open(t)
	f, told := h.forgetting()
	first, again := h.subject(chat.Telegram, "1"), h.subject(chat.Webchat, "1")
	h.ask(first)
	h.verify(first, number)
	h.verify(again, number)
	later := now.Add(member.Grace - time.Minute)
	h.askAt(later, again)
	due := later.Add(member.Grace)
	if worked, next := h.forgetStep(f, now.Add(member.Grace)); worked || !next.Equal(due) {
		t.Errorf("when the first hour is over: worked %v, next %v, want %v", worked, next, due)
	}
	if worked, _ := h.forgetStep(f, due); !worked || len(*told) != 1 || h.keys() != 0 {
		t.Errorf("worked %v, told of %v, %d keys are left", worked, *told, h.keys())
	}
}

// TestChangeOfMindInFlight: «не удаляйте», or «удалить» once more, is being
// answered when the hour is over.
func TestChangeOfMindInFlight(t *testing.T) {
	t.Parallel()
	h := open(t)
	f, told := h.forgetting()
	answers := []func(ctx context.Context, tx storage.Tx, s member.Subject) error{
		func(ctx context.Context, tx storage.Tx, s member.Subject) error {
			_, err := h.KeepTx(ctx, tx, f.List, s.Member)
			return err
		},
		func(ctx context.Context, tx storage.Tx, s member.Subject) error {
			return h.AskErasureTx(ctx, tx, now.Add(member.Grace), s.ID)
		},
	}
	for i, answer := range answers {
		s := h.subject(chat.Telegram, fmt.Sprint(i))
		h.ask(s)
		forgot := make(chan error, 1)
		h.tx(func(ctx context.Context, tx storage.Tx) error {
			if _, err := tx.Exec(ctx, `select id from conversation where id = $1 for no key update`, s.Conversation); err != nil {
				return err
			}
			go func() {
				_, _, err := f.Step(ctx, now.Add(member.Grace))
				forgot <- err
			}()
			for waits := 0; waits == 0; { // Step waits for the turn, not the turn for Step
				waits = h.count(`select count(*) from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`)
			}
			return answer(ctx, tx, s)
		})
		if err := <-forgot; err != nil || len(*told) != 0 || h.keys() != i+1 {
			t.Errorf("%v, told of %v, %d keys; want nobody erased", err, *told, h.keys())
		}
	}
}

// TestForgettingThatFailsIsTriedAgain: killed between the list and the database,
// as far as anybody can tell.
func TestForgettingThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	f, told := h.forgetting()
	s := h.subject(chat.Telegram, "1")
	h.ask(s)
	ctx, kill := context.WithCancel(t.Context())
	killed := f
	killed.Also = func(context.Context, storage.Tx, time.Time, int64) error {
		kill()
		return ctx.Err()
	}
	if _, _, err := killed.Step(ctx, now.Add(member.Grace)); err == nil || h.keys() != 1 {
		t.Fatalf("%v, %d keys, want the database as it was", err, h.keys())
	}
	if lines, err := f.List.All(); len(lines) != 1 || err != nil {
		t.Fatalf("the list has %d keys, %v: it comes first", len(lines), err)
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		if kept, err := h.KeepTx(ctx, tx, f.List, s.Member); kept != member.TooLate || err != nil {
			t.Errorf("«не удаляйте» after that: %q, %v; no promise would hold", kept, err)
		}
		return nil
	})
	if n, err := f.Replay(t.Context(), now); n != 1 || err != nil || h.keys() != 0 || len(*told) != 1 {
		t.Errorf("the next start erases %d, %v, and tells the others of %v", n, err, *told)
	}
	if worked, _ := h.forgetStep(f, now.Add(member.Grace)); worked {
		t.Error("it is done again at the end of the hour")
	}
	if n, err := f.Replay(t.Context(), now); n != 0 || err != nil {
		t.Errorf("once more: %d, %v", n, err)
	}
}

// TestRestoredRequestsWait: a copy does not know who thought better of it since.
func TestRestoredRequestsWait(t *testing.T) {
	t.Parallel()
	h := open(t)
	f, told := h.forgetting()
	asked := h.subject(chat.Telegram, "1")
	h.ask(asked)
	restored := now.Add(24 * time.Hour)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		ids, err := member.RenewErasuresTx(ctx, tx, restored)
		if len(ids) != 1 || ids[0] != asked.Member {
			t.Errorf("put off: %v", ids)
		}
		return err
	})
	if worked, next := h.forgetStep(f, restored); worked || !next.Equal(restored.Add(member.Grace)) {
		t.Errorf("worked %v, next %v; told of %v", worked, next, *told)
	}
}
