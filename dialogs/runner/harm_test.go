package runner_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"besedka/core/member"
	"besedka/core/release"
	"besedka/core/seal"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/dialogs/runner"
	"besedka/storage"
)

func TestPanicTakesDownNothingButItsTurn(t *testing.T) {
	t.Parallel()
	h := open(t, func(context.Context, storage.Tx, actions.Call) (dialogs.CallResult, error) {
		panic("a mistake of ours")
	})
	h.hear("anna", "привет", "Да", "Анна", "Казань", "ещё")
	for now := noon; now.Before(noon.Add(time.Hour)); now = now.Add(time.Minute) {
		h.settle(now)
	}
	if got := h.count(`select count(*) from inbox_open where state = 'parked'`); got == 0 {
		t.Error("nothing was put aside for a person to look at")
	}
	if got := h.count(`select count(*) from inbox_open where state in ('ready', 'solo')`); got != 0 {
		t.Errorf("%d rows wait for ever", got)
	}
}

// TestShoppersOfMoreReleasesThanAreKept wake all at once, after a restart.
func TestShoppersOfMoreReleasesThanAreKept(t *testing.T) {
	t.Parallel()
	h := open(t, done)
	const releases = 40
	published := release.New(h.db)
	for i := range releases {
		edited := fstest.MapFS{}
		for name, file := range folder {
			edited[name] = file
		}
		edited["flows/talk.yaml"] = &fstest.MapFile{Data: []byte(strings.NewReplacer("А город?", fmt.Sprintf("А город %d?", i), "max: 20", fmt.Sprintf("max: %d", 20+i)).Replace(script))}
		h.publish(published, edited)
		h.hear(fmt.Sprintf("peer-%d", i), "привет", "Да")
		h.settle(noon)
	}
	h.Releases = runner.NewReleases(published, actions.Vocabulary())
	current, err := published.Current(t.Context())
	if err == nil {
		err = h.Releases.Use(t.Context(), current.Release, current.At)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i := range releases {
		h.hear(fmt.Sprintf("peer-%d", i), "Анна")
	}
	for rounds := 0; h.round(noon); rounds++ {
		if rounds > 10*releases {
			t.Fatalf("after %d rounds %d rows wait", rounds, h.count(`select count(*) from inbox_open`))
		}
	}
	for peer, said := range h.said() {
		if want := fmt.Sprintf("А город %s?", strings.TrimPrefix(peer, "peer-")); said[len(said)-1] != want {
			t.Errorf("%s heard %q, want %q", peer, said[len(said)-1], want)
		}
	}
}

// TestMessageOfTheErasedIsNobodys: it arrived while they were being erased.
func TestMessageOfTheErasedIsNobodys(t *testing.T) {
	t.Parallel()
	h := open(t, done)
	h.hear("anna", "привет")
	if _, err := h.db.Exec(t.Context(), `update subject set wrapped_key = null`); err != nil {
		t.Fatal(err)
	}
	h.settle(noon)
	if got := h.count(`select count(*) from inbox_open`); got != 0 {
		t.Errorf("%d rows are not done, want 0", got)
	}
}

// TestErasureWaitsForTheTurn that its member is in the middle of, and leaves
// nothing of what that turn kept.
func TestErasureWaitsForTheTurn(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	h := open(t, func(ctx context.Context, tx storage.Tx, c actions.Call) (dialogs.CallResult, error) {
		close(entered)
		<-leave
		return done(ctx, tx, c)
	})
	h.hear("anna", "привет", "Да", "Анна", "Казань")
	var both sync.WaitGroup
	both.Go(func() { h.settle(noon) })
	<-entered
	both.Go(func() {
		list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))
		err := member.New(h.db, nil, nil).Erase(t.Context(), list, 1, func(context.Context, storage.Tx) error { return nil })
		if err != nil {
			t.Error(err)
		}
	})
	for h.count(`select count(*) from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`) == 0 {
	}
	close(leave)
	both.Wait()
	h.hear("anna", "Вы тут?") // by who is a stranger now
	h.settle(noon)
	for what, query := range map[string]string{
		"keys":     `select count(*) from subject where member_id = 1 and wrapped_key is not null`,
		"answers":  `select count(*) from member where id = 1 and answers <> '{}'`,
		"sessions": `select count(*) from conversation where subject_id = 1 and session is not null`,
		"messages": `select count(*) from outbox_standing where conversation_id = 1 and state = 'pending'`,
		"rows":     `select count(*) from inbox_open where state <> 'parked'`,
	} {
		if n := h.count(query); n != 0 {
			t.Errorf("%d %s of the erased are left", n, what)
		}
	}
	if n := h.count(`select count(*) from turn where conversation_id = 1`); n != 4 {
		t.Errorf("%d turns, want the four of before: the last one was not cut short", n)
	}
	if n := h.count(`select count(*) from turn where conversation_id = 2`); n != 1 {
		t.Errorf("%d turns of the stranger, want 1", n)
	}
}

// TestFailingCallHarmsNobodyInItsGroup: of many who register at once one cannot.
func TestFailingCallHarmsNobodyInItsGroup(t *testing.T) {
	t.Parallel()
	const chats = 19
	h := open(t, func(ctx context.Context, tx storage.Tx, c actions.Call) (dialogs.CallResult, error) {
		key := fmt.Sprintf("registered/%d", c.Who.Member)
		if _, err := tx.Exec(ctx, `insert into setting (name, value) values ($1, '')`, key); err != nil {
			return dialogs.CallResult{}, err // ran twice
		}
		if c.Who.Member == 3 {
			return dialogs.CallResult{}, errors.New("the core is broken")
		}
		return done(ctx, tx, c)
	})
	for i := range chats {
		h.hear(fmt.Sprintf("peer-%d", i), "привет", "Да", "Анна", "Казань")
	}
	for now := noon; now.Before(noon.Add(time.Hour)); now = now.Add(time.Minute) {
		h.settle(now)
	}
	if got := h.count(`select count(*) from setting where name like 'registered/%'`); got != chats-1 {
		t.Errorf("%d calls took effect, want %d", got, chats-1)
	}
	if got := h.count(`select count(*) from inbox_open where state = 'parked'`); got != 1 {
		t.Errorf("%d turns were put aside, want 1", got)
	}
	if got := h.count(`select count(*) from turn`); got != 4*chats-1 {
		t.Errorf("%d turns, want %d", got, 4*chats-1)
	}
}

// TestShopperIsToldOfAParkedTurn however the server dies between the two.
func TestShopperIsToldOfAParkedTurn(t *testing.T) {
	t.Parallel()
	h := open(t, func(context.Context, storage.Tx, actions.Call) (dialogs.CallResult, error) {
		return dialogs.CallResult{Outcome: "nonsense"}, nil
	})
	h.hear("anna", "привет", "Да", "Анна")
	h.settle(noon)
	if _, err := h.db.Exec(t.Context(), `alter table outbox add constraint dead check (key is null) not valid`); err != nil {
		t.Fatal(err)
	}
	h.hear("anna", "Казань")
	h.letGo(noon)
	if _, _, err := h.Step(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.AloneStep(t.Context(), noon); err == nil {
		t.Fatal("an apology that could not be written went unnoticed")
	}
	if _, err := h.db.Exec(t.Context(), `alter table outbox drop constraint dead`); err != nil {
		t.Fatal(err)
	}
	h.settle(noon) // at once: what the script has no way for it has never
	if got := h.count(`select count(*) from inbox_open where state = 'parked'`); got != 1 {
		t.Errorf("%d turns were put aside, want 1", got)
	}
	if said := h.said()["anna"]; len(said) != 4 || !strings.Contains(said[3], "сломалось") {
		t.Errorf("anna was not told that we failed: %q", said)
	}
}

// TestTurnThatLeavesItsGroupIsNoTrouble: it goes on to a call that runs alone,
// nothing of the shared transaction stands, and nobody is warned.
func TestTurnThatLeavesItsGroupIsNoTrouble(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := openProgramme(t, edited("flows/talk.yaml", "go: { done: thanks }", "go: { done: link }\n  link:\n    call: link.issue\n    go: { ok: thanks, limit: thanks }"), actions.Set{
		"profile.register": actions.Shared(done),
		"link.issue": {Do: func(context.Context, storage.Tx, actions.Call) (dialogs.CallResult, error) {
			return dialogs.CallResult{Outcome: "limit"}, nil
		}},
	})
	h.Runner.Log = slog.New(slog.NewTextHandler(&log, nil))
	for _, peer := range []string{"anna", "boris"} {
		h.hear(peer, "привет", "Да", "Анна", "Казань")
	}
	h.settle(noon)
	if got := h.count(`select count(*) from turn`); got != 8 {
		t.Errorf("%d turns, want 8", got)
	}
	if log.Len() > 0 {
		t.Errorf("somebody is warned:\n%s", &log)
	}
}
