package member_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
)

func nothing(context.Context, storage.Tx) error { return nil }

func TestErasedStayErasedAfterARestore(t *testing.T) {
	t.Parallel()
	h := open(t)
	list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))
	gone, other := h.subject(chat.Telegram, "gone"), h.subject(chat.Telegram, "other")
	second := h.subject(chat.Webchat, "gone too")
	for i, s := range []member.Subject{gone, other} {
		h.verify(s, "+7916000000"+string(rune('0'+i)))
		h.answer(member.SealedAnswer(s.ID, s.Key, "name", "Аня"), member.PlainAnswer(s.ID, "city", "Тверь"))
	}
	h.verify(second, "+79160000000")
	// What a copy of the database taken now would bring back.
	type keys struct {
		ID    int64  `db:"id"`
		Index []byte `db:"peer_index"`
		Key   []byte `db:"wrapped_key"`
	}
	copied, err := storage.Collect[keys](t.Context(), h.db, `select id, peer_index, wrapped_key from subject order by id`)
	if err != nil {
		t.Fatal(err)
	}

	if err := h.Erase(t.Context(), list, second.Member, nothing); err != nil { // by the id of before the joining
		t.Fatal(err)
	}
	check := func(when string) {
		t.Helper()
		if n := h.count(`select count(*) from subject where wrapped_key is not null or peer_index is not null or sealed_peer <> ''`); n != 1 {
			t.Errorf("%s: %d subjects are left, want 1", when, n)
		}
		if id, err := h.FindByPhone(t.Context(), "+79160000000"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("%s: the phone finds member %d, %v", when, id, err)
		}
		if got := h.answersOf(gone.Member); len(got) != 0 {
			t.Errorf("%s: answers are left: %v", when, got)
		}
		if diff := cmp.Diff(map[string]string{"name": "Аня", "city": "Тверь"}, h.answersOf(other.Member)); diff != "" {
			t.Errorf("%s: the other member's answers (-want +got):\n%s", when, diff)
		}
	}
	check("erased")
	f, told := h.forgetting()
	f.List = list
	if n, err := f.Replay(t.Context(), now); n != 0 || err != nil {
		t.Errorf("replayed on the same database: %d, %v", n, err)
	}

	for _, k := range copied {
		if _, err := h.db.Exec(t.Context(), `update subject set peer_index = $2, wrapped_key = $3 where id = $1`, k.ID, k.Index, k.Key); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.db.Exec(t.Context(), `delete from setting where name = 'erasures'`); err != nil {
		t.Fatal(err)
	}
	h.ask(gone) // as the copy has it
	if n, err := f.Replay(t.Context(), now); n != 2 || err != nil {
		t.Errorf("replayed after the restore: %d, %v, want 2", n, err)
	}
	if len(*told) != 1 || (*told)[0] != gone.Member || h.count(`select count(*) from erasure`) != 0 {
		t.Errorf("the others were told of %v, want it done to its end", *told)
	}
	check("restored")
	if back := h.subject(chat.Telegram, "gone"); back.Member == gone.Member {
		t.Error("who comes back after erasure is the old member")
	}
}

// TestNobodyIsJoinedWithWhoIsErased: their points are nobody's, whatever staff were asked.
func TestNobodyIsJoinedWithWhoIsErased(t *testing.T) {
	t.Parallel()
	h := open(t)
	gone, other := h.subject(chat.Telegram, "gone"), h.subject(chat.Webchat, "other")
	h.verify(gone, number)
	h.claim(other, number)
	pairs := h.pairs()
	if len(pairs) != 1 {
		t.Fatalf("staff are asked about %+v, want one pair", pairs)
	}
	list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))
	if err := h.Erase(t.Context(), list, gone.Member, nothing); err != nil {
		t.Fatal(err)
	}
	if left := h.pairs(); len(left) != 0 {
		t.Errorf("staff are still asked about %+v", left)
	}
	var err error
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		_, err = h.SettleTx(ctx, tx, now, pairs[0].ID, 9, member.VerdictJoined)
		return nil
	})
	if !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("the pair is settled: %v", err)
	}
}

func TestErasureThatFailsChangesNothingButTheList(t *testing.T) {
	t.Parallel()
	h := open(t)
	list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))
	s := h.subject(chat.Telegram, "1")
	broken := errors.New("no audit, no erasure")
	err := h.Erase(t.Context(), list, s.Member, func(context.Context, storage.Tx) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("err = %v, want %v", err, broken)
	}
	f, _ := h.forgetting()
	f.List = list
	if n, err := f.Replay(t.Context(), now); n != 1 || err != nil {
		t.Errorf("the next start erases %d, %v, want 1", n, err)
	}
	if err := h.Erase(t.Context(), list, 999, nothing); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("nobody: %v, want ErrNotFound", err)
	}
}
