package member_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var now = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

// house is a member service on a database of its own.
type house struct {
	testing.TB
	db *storage.DB
	*member.Service
	mu    sync.Mutex
	joins [][2]int64 // what the hook was told
}

func open(t testing.TB) *house {
	t.Helper()
	h := &house{TB: t, db: storagetest.DB(t)}
	h.Service = member.New(h.db, keyring(t, 1), func(_ context.Context, _ storage.Tx, _ time.Time, from, into int64) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.joins = append(h.joins, [2]int64{from, into})
		return nil
	})
	return h
}

func keyring(t testing.TB, fill byte) *seal.Keyring {
	t.Helper()
	k, err := seal.New(bytes.Repeat([]byte{fill}, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (h *house) tx(do func(ctx context.Context, tx storage.Tx) error) {
	h.Helper()
	if err := h.db.InTx(h.Context(), do); err != nil {
		h.Error(err) // not Fatal: some call it from goroutines of their own
	}
}

func (h *house) subjects(channel chat.Channel, peers ...string) (found []member.Subject) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		found, err = h.SubjectsTx(ctx, tx, now, channel, peers)
		return err
	})
	return found
}

func (h *house) subject(channel chat.Channel, peer string) member.Subject {
	h.Helper()
	return h.subjects(channel, peer)[0]
}

func (h *house) count(query string, args ...any) int {
	h.Helper()
	n, err := storage.Value[int](h.Context(), h.db, query, args...)
	if err != nil {
		h.Fatal(err)
	}
	return n
}

func ids(subjects []member.Subject) (ids []int64) {
	for _, s := range subjects {
		ids = append(ids, s.ID)
	}
	return ids
}

func TestSubjectsTxKnowsAPeerAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	first := h.subjects(chat.Telegram, "7", "8", "7")
	if first[0].ID != first[2].ID || first[0].ID == first[1].ID {
		t.Errorf("subjects of peers 7, 8, 7 = %v", ids(first))
	}
	if first[0].Member == first[1].Member {
		t.Error("two peers became one member")
	}
	again := h.subjects(chat.Telegram, "9", "8", "7")
	if want := []int64{first[1].ID, first[0].ID}; !cmp.Equal(ids(again[1:]), want) {
		t.Errorf("subjects of peers 8, 7 = %v, want %v", ids(again[1:]), want)
	}
	if web := h.subject(chat.Webchat, "7"); web.ID == first[0].ID {
		t.Error("peer 7 of another channel is the same subject")
	}
	if found, err := h.Find(t.Context(), chat.Telegram, "8"); found.ID != first[1].ID || err != nil {
		t.Errorf("Find(8) = %d, %v, want %d", found.ID, err, first[1].ID)
	}
	if found, err := h.Find(t.Context(), chat.Webchat, "8"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("Find made subject %d, %v", found.ID, err)
	}
	sealed := first[0].Key.Seal("inbox", []byte("привет"))
	if plain, err := again[2].Key.Open("inbox", sealed); err != nil || string(plain) != "привет" {
		t.Errorf("the key of a subject met again opens %q, %v", plain, err)
	}
}

func TestSubjectsTxStoresNoPeerInTheClear(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.subject(chat.Telegram, "1234567890123")
	rows, err := storage.Value[string](t.Context(), h.db, `select string_agg(s::text, ' ') || ' ' || string_agg(encode(sealed_peer || peer_index, 'escape'), '') from subject s`)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains([]byte(rows), []byte("1234567890123")) {
		t.Errorf("the peer's id is readable in the table: %s", rows)
	}
}

func TestSubjectsTxInParallelMakesEachPeerOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	const processes, peers = 6, 40
	found := make([]map[string]int64, processes)
	var wg sync.WaitGroup
	for p := range processes {
		wg.Go(func() {
			names := make([]string, peers)
			for i := range names {
				names[i] = fmt.Sprint((i*7 + p*13) % peers) // each process in an order of its own
			}
			found[p] = map[string]int64{}
			for i, s := range h.subjects(chat.Telegram, names...) {
				found[p][names[i]] = s.ID
			}
		})
	}
	wg.Wait()
	for p := range found {
		if diff := cmp.Diff(found[0], found[p]); diff != "" {
			t.Errorf("process %d found other subjects (-first +this):\n%s", p, diff)
		}
	}
	for _, table := range []string{"member", "subject", "conversation", "lane"} {
		if got := h.count("select count(*) from " + table); got != peers {
			t.Errorf("%d rows in %s, want %d", got, table, peers)
		}
	}
}

func TestCheckMasterRefusesAnotherKey(t *testing.T) {
	t.Parallel()
	h := open(t)
	for range 2 {
		if err := h.CheckMaster(t.Context()); err != nil {
			t.Fatalf("the database's own key: %v", err)
		}
	}
	err := member.New(h.db, keyring(t, 2), nil).CheckMaster(t.Context())
	if !errors.Is(err, member.ErrOtherMaster) {
		t.Errorf("another key: err = %v, want ErrOtherMaster", err)
	}
}
