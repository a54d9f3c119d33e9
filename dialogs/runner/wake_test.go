package runner_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/storage"
)

// lock keeps everybody out of a table from now on, but for those who are in it
// already, until the result is called.
func (h *house) lock(table string) (free func() error) {
	h.Helper()
	asked, end := make(chan error, 1), make(chan struct{})
	go func() {
		asked <- h.db.InTx(h.Context(), func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Exec(ctx, `lock table `+table+` in access exclusive mode`)
			<-end
			return err
		})
	}()
	h.wait(table, `mode = 'AccessExclusiveLock'`)
	return func() error {
		close(end)
		return <-asked
	}
}

// wait waits until somebody has a lock of a table, or stands before it.
func (h *house) wait(table, how string) {
	h.Helper()
	for h.count(`select count(*) from pg_locks where relation = '`+table+`'::regclass and `+how) == 0 {
		time.Sleep(time.Millisecond)
	}
}

const stands = `mode <> 'AccessExclusiveLock' and not granted`

// step runs a group beside the test; the result waits for it and says whether
// there may be more.
func (h *house) step() (worked func() bool) {
	type result struct {
		worked bool
		err    error
	}
	ran := make(chan result, 1)
	go func() {
		worked, _, err := h.Step(h.Context(), noon)
		ran <- result{worked, err}
	}()
	return func() bool {
		h.Helper()
		r := <-ran
		if r.err != nil {
			h.Fatal(r.err)
		}
		return r.worked
	}
}

// TestMessageDuringATurnWakesSomebody: a claim leaves alone a chat whose turn
// another worker runs, and that worker is done before the claim is. One of the
// two must look again.
func TestMessageDuringATurnWakesSomebody(t *testing.T) {
	t.Parallel()
	h := open(t, done)
	h.hear("anna", "привет")
	apply := h.lock("turn")
	first := h.step()
	h.wait("turn", stands)
	h.hear("anna", "Да")
	claim := h.lock("account")
	second := h.step()
	h.wait("account", stands)
	if err := apply(); err != nil {
		t.Fatal(err)
	}
	again := first()
	if err := claim(); err != nil {
		t.Fatal(err)
	}
	if !second() && !again {
		t.Errorf("%d rows wait and nobody looks again", h.count(`select count(*) from inbox_open`))
	}
}

// TestTurnDoneElsewhereFreesItsChat: a turn waits in one process's hand to be run
// alone when another process runs it. What the same person writes next is left alone
// for its sake, until the hand is looked through.
func TestTurnDoneElsewhereFreesItsChat(t *testing.T) {
	t.Parallel()
	failed := false
	h := open(t, func(ctx context.Context, tx storage.Tx, c actions.Call) (dialogs.CallResult, error) {
		if !failed {
			failed = true
			return dialogs.CallResult{}, errors.New("not in a group")
		}
		return done(ctx, tx, c)
	})
	h.hear("anna", "привет", "Да", "Анна")
	h.settle(noon)
	h.hear("anna", "Казань")
	h.letGo(noon)
	if h.step()(); !failed {
		t.Fatal("no turn has left its group")
	}
	h.neighbour().settle(noon)
	h.hear("anna", "что дальше?")
	h.settle(noon)
	if n := h.count(`select count(*) from inbox_open`); n != 0 {
		t.Errorf("%d rows wait and nobody looks again", n)
	}
}
