package runner_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/dialogs/actions"
	"besedka/dialogs/runner"
	"besedka/storage"
)

// asking asks for words again and again.
func asking(t *testing.T) *house {
	t.Helper()
	words := edited("flows/talk.yaml", script, `
flow: talk
start: { any: true }
steps:
  more:
    ask: "Что ещё?"
    expect: { type: text, max: 2000 }
    go: more
`)
	words["flows/lost.yaml"] = &fstest.MapFile{Data: []byte("flow: lost\nsteps: { say: { say: \"Не поняла.\", end: true } }\n")}
	words["programme.yaml"] = &fstest.MapFile{Data: []byte(strings.NewReplacer("fallback: talk", "fallback: lost", "stale: talk", "stale: lost").Replace(string(folder["programme.yaml"].Data)))}
	return openProgramme(t, words, actions.Set{})
}

// tell receives what peer does at now.
func (h *house) tell(ctx context.Context, now time.Time, ms ...conversation.Message) error {
	return h.door.Receive(ctx, now, conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: ms})
}

func text(peer, key string, now time.Time) conversation.Message {
	return conversation.Message{Key: key, Peer: peer, At: now, In: chat.Inbound{Text: key}}
}

// runAll runs what is ready, and lets nothing go.
func (h *house) runAll(now time.Time) error {
	for {
		group, _, err := h.Step(h.Context(), now)
		if err != nil {
			return err
		}
		alone, _, err := h.AloneStep(h.Context(), now)
		if err != nil || !group && !alone {
			return err
		}
	}
}

// buryDead waits until the server has noticed who died in a transaction: until then
// its locks stand, and turns leave alone what it has locked.
func (h *house) buryDead() error {
	for {
		alive, err := storage.Value[bool](h.Context(), h.db, `
			select exists (select from pg_stat_activity
				where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null and backend_type = 'client backend')`)
		if err != nil || !alive {
			return err
		}
	}
}

// heard are the inputs of a conversation's turns, in order.
func (h *house) heard(conversation int64) (inputs []string, err error) {
	type recorded struct {
		Sealed []byte `db:"sealed"`
		Key    []byte `db:"wrapped_key"`
	}
	rows, err := storage.Collect[recorded](h.Context(), h.db, `
		select t.sealed, s.wrapped_key from turn t join conversation c on c.id = t.conversation_id join subject s on s.id = c.subject_id
		where c.id = $1 order by t.turn_no`, conversation)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		key, err := h.Keys.Unwrap(r.Key)
		if err != nil {
			return nil, err
		}
		var rec runner.Record
		if err := key.OpenJSON("turn", r.Sealed, &rec); err != nil {
			return nil, err
		}
		inputs = append(inputs, rec.Input.Chat.Text+rec.Input.Chat.Tap)
	}
	return inputs, nil
}

func (h *house) latest() int64 { h.Helper(); return h.count(`select max(id) from conversation`) }

func TestOneThoughtInSeveralMessages(t *testing.T) {
	t.Parallel()
	h := asking(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(h.tell(t.Context(), noon, text("anna", "привет", noon)))
	must(h.runAll(noon))
	at := func(ms int) time.Time { return noon.Add(time.Duration(ms) * time.Millisecond) }
	must(h.tell(t.Context(), at(0), text("anna", "Кофе", at(0))))
	must(h.tell(t.Context(), at(1000), text("anna", "остыл,", at(1000)), text("anna", "увы", at(1000))))
	for ms, want := range map[int]int64{0: 1, 1200: 1, 2199: 1} { // the first one has waited for the others
		if _, next, err := h.door.TextStep(t.Context(), at(ms)); err != nil || !next.Equal(at(2200)) {
			t.Errorf("at %d ms: next at %s, %v; want %s", ms, next, err, at(2200))
		}
		if got := h.count(`select count(*) from inbox_open where state = 'held'`); got != want {
			t.Errorf("at %d ms: %d texts are held, want %d", ms, got, want)
		}
	}
	if worked, _, err := h.door.TextStep(t.Context(), at(2200)); !worked || err != nil {
		t.Errorf("nothing was let go: %v", err)
	}
	must(h.runAll(at(2200)))
	must(h.tell(t.Context(), at(2300), text("anna", "увы", at(1000)), text("anna", "остыл,", at(1000)))) // once more
	heard, err := h.heard(h.latest())
	must(err)
	if diff := cmp.Diff([]string{"привет", "Кофе\nостыл,\nувы"}, heard); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if got := h.count(`select count(*) from inbox_open`); got != 0 {
		t.Errorf("%d rows are not done", got)
	}
}

// TestWrittenDuringAnOutage: what comes at once was not written at once.
func TestWrittenDuringAnOutage(t *testing.T) {
	t.Parallel()
	h := asking(t)
	for _, ms := range [][]conversation.Message{
		{text("anna", "привет", noon)},
		{text("anna", "Кофе", noon.Add(time.Minute)), text("anna", "остыл", noon.Add(2*time.Minute))},
	} {
		if err := h.tell(t.Context(), noon.Add(time.Hour), ms...); err != nil {
			t.Fatal(err)
		}
		if err := h.runAll(noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	heard, err := h.heard(h.latest())
	if diff := cmp.Diff([]string{"привет", "Кофе", "остыл"}, heard); diff != "" || err != nil {
		t.Errorf("heard (-want +got), %v:\n%s", err, diff)
	}
}

// TestPiecesArriveSideBySide, each twice, in two processes.
func TestPiecesArriveSideBySide(t *testing.T) {
	t.Parallel()
	h := asking(t)
	doors := []*conversation.Service{h.door, newDoor(h.neighbour().db, h.Keys)}
	if err := h.tell(t.Context(), noon, text("anna", "привет", noon)); err != nil {
		t.Fatal(err)
	}
	if err := h.runAll(noon); err != nil {
		t.Fatal(err)
	}
	want := []string{"привет"}
	var senders sync.WaitGroup
	for i := range conversation.MaxPieces {
		word := fmt.Sprint("слово", i)
		want = append(want, word)
		for _, door := range doors {
			senders.Go(func() {
				a := conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{text("anna", word, noon)}}
				if err := door.Receive(t.Context(), noon, a); err != nil {
					t.Error(err)
				}
			})
		}
	}
	senders.Wait()
	h.settle(noon)
	heard, err := h.heard(h.latest())
	if err != nil || len(heard) != 2 {
		t.Fatalf("heard %q, %v; want two inputs", heard, err)
	}
	got := append(heard[:1:1], strings.Split(heard[1], "\n")...)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

// sending is one thing that is sent, and when.
type sending struct {
	conversation.Message
	at    time.Time
	plain bool
}

// TestNothingOfAThoughtIsLost: whatever the pauses, in two processes that receive,
// let go and run turns side by side, and die at it, with updates that come again:
// all is heard once, in order; what is heard as one was sent within the window; a
// tap or a command waits for nothing.
func TestNothingOfAThoughtIsLost(t *testing.T) {
	t.Parallel()
	h := asking(t)
	both := []*house{h, h.neighbour()}
	both[1].door = newDoor(both[1].db, h.Keys)
	people := 0
	rapid.Check(t, func(t *rapid.T) {
		people++
		peer := fmt.Sprintf("peer-%d", people)
		now := noon
		try := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		any := func() *house { return both[rapid.IntRange(0, 1).Draw(t, "process")] }
		sent := []sending{{text(peer, "привет", now), now, false}}
		try(any().tell(h.Context(), now, sent[0].Message))
		try(any().runAll(now))
		id := h.latest()
		for i := range rapid.IntRange(1, 8).Draw(t, "acts") {
			now = now.Add(time.Duration(rapid.SampledFrom([]int{0, 100, 700, 1199, 1200, 1201, 3000}).Draw(t, "pause")) * time.Millisecond)
			if rapid.Bool().Draw(t, "somebody looks") {
				_, _, err := any().door.TextStep(h.Context(), now)
				try(err)
			}
			var news []conversation.Message
			for range rapid.IntRange(1, 3).Draw(t, "at once") {
				s := sending{text(peer, fmt.Sprintf("слово%d-%d", i, len(sent)), now), now, true}
				switch rapid.IntRange(0, 7).Draw(t, "kind") {
				case 0:
					s.In, s.plain = chat.Inbound{Tap: s.Key}, false
				case 1:
					s.In.Text, s.plain = "/"+s.Key, false
				case 2:
					again := sent[rapid.IntRange(0, len(sent)-1).Draw(t, "again")]
					news = append(news, again.Message)
					continue
				}
				sent, news = append(sent, s), append(news, s.Message)
			}
			var meanwhile sync.WaitGroup
			if rapid.Bool().Draw(t, "turns meanwhile") {
				other := any()
				meanwhile.Go(func() { _, _, _ = other.Step(h.Context(), now) })
				meanwhile.Go(func() { _, _, _ = other.door.TextStep(h.Context(), now) })
			}
			ctx, die := context.WithCancel(h.Context())
			if rapid.IntRange(0, 3).Draw(t, "dies") == 0 {
				meanwhile.Go(die)
			}
			if any().tell(ctx, now, news...) != nil { // it comes again, to who is left
				try(any().tell(h.Context(), now, news...))
			}
			meanwhile.Wait()
			die()
			if rapid.IntRange(0, 2).Draw(t, "both get it") == 0 {
				meanwhile.Go(func() { _ = both[0].tell(h.Context(), now, news...) })
				try(both[1].tell(h.Context(), now, news...))
				meanwhile.Wait()
			}
			if last := sent[len(sent)-1]; !last.plain && slices.ContainsFunc(news, func(m conversation.Message) bool { return m.Key == last.Key }) {
				try(h.buryDead())
				try(any().runAll(now))
				if n, err := storage.Value[int64](h.Context(), h.db, `select count(*) from inbox_open where conversation_id = $1`, id); n != 0 || err != nil {
					t.Fatalf("%d rows wait, %v: a tap or a command waits for nothing", n, err)
				}
			}
		}
		now = now.Add(conversation.LongestHold)
		try(h.buryDead())
		_, _, err := any().door.TextStep(h.Context(), now)
		try(err)
		try(any().runAll(now))
		heard, err := h.heard(id)
		try(err)
		fits(t, sent, heard)
	})
}

// fits wants all that was sent in what was heard, and nothing together that was
// not sent so.
func fits(t *rapid.T, sent []sending, heard []string) {
	next := 0
	for _, input := range heard {
		pieces := strings.Split(input, "\n")
		first := next
		for i, piece := range pieces {
			switch {
			case next == len(sent) || piece != sent[next].In.Text+sent[next].In.Tap:
				t.Fatalf("heard %q in place %d of %d things sent", piece, next, len(sent))
			case len(pieces) > 1 && !sent[next].plain:
				t.Fatalf("%q is heard as a piece of %q", piece, input)
			case i > 0 && sent[next].at.Sub(sent[first].at) >= conversation.LongestHold:
				t.Fatalf("%q waited for too long", input)
			}
			next++
		}
		if len(pieces) > conversation.MaxPieces {
			t.Fatalf("%d pieces are heard as one", len(pieces))
		}
	}
	if next != len(sent) {
		t.Fatalf("%d of %d things sent were heard: %q", next, len(sent), heard)
	}
}
