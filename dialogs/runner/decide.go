package runner

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"besedka/core/chat"
	"besedka/core/seal"
	"besedka/dialogs"
)

// turn is one turn on its way from its claimed row to its writes.
type turn struct {
	row    *row
	key    seal.Key
	script *Script
	record Record
	facts  facts

	skip  bool // the row is done and nothing happens
	alone bool // the turn calls the core, or failed: it must run alone

	together bool // its first call may share a transaction, or it runs in one that is shared

	out      dialogs.Outcome
	lang     string
	mark     string // closes every message of a demonstration
	session  []byte
	sealed   []byte // the record
	messages [][]byte
}

// Record is what a turn saw: enough to decide it again to the same effects.
type Record struct {
	Session dialogs.Session      `json:"session"`
	Input   dialogs.Input        `json:"input"`
	Env     dialogs.Env          `json:"env"`
	Facts   dialogs.Facts        `json:"facts,omitempty"` // those the turn read
	Results []dialogs.CallResult `json:"results,omitempty"`
}

// decideAll decides turns on all cores. A turn that fails here, or whose
// release is not loaded, is set aside to run alone.
func (r *Runner) decideAll(rows []row, now time.Time) []turn {
	turns := make([]turn, len(rows))
	var workers sync.WaitGroup
	chunk := max(1, len(rows)/runtime.GOMAXPROCS(0))
	for from := 0; from < len(rows); from += chunk {
		workers.Go(func() {
			for i := from; i < min(from+chunk, len(rows)); i++ {
				turns[i].row = &rows[i]
				turns[i].alone = survive(func() error { return r.decide(&turns[i], now) }) != nil
			}
		})
	}
	workers.Wait()
	return turns
}

// errCalls is why a turn that calls the core leaves its group.
var errCalls = errors.New("the turn calls the core")

func (r *Runner) decide(t *turn, now time.Time) error {
	if err := r.begin(t, now); err != nil || t.skip {
		return err
	}
	out, err := t.script.Engine.Turn(t.record.Session, t.record.Input, t.record.Env)
	if err != nil {
		return err
	}
	if out.Call != nil {
		t.together = r.Actions[out.Call.Name].Together
		return errCalls
	}
	return t.finish(out)
}

// job is the turn for whoever runs turns alone.
func (t *turn) job() job {
	return job{t.row.Inbox, t.row.Conversation, t.row, t.together}
}

// survive makes an error of a panic: a message that the house stumbles over must
// not take down everybody's process again and again. What it stumbled over is
// not named, as a text may be in it.
func survive(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %T at\n%s", p, debug.Stack())
		}
	}()
	return do()
}

// begin opens what the claim loaded and finds the script to run.
func (r *Runner) begin(t *turn, now time.Time) error {
	w := t.row
	key, session, wake, err := w.open(r.Keys)
	t.skip = errors.Is(err, seal.ErrErased) || // it arrived while its sender was being erased
		wake.Timer != nil && wake.Timer.Turn != w.TurnNo || wake.Chat != nil && wake.Chat.Blocked
	switch {
	case t.skip:
		return nil
	case err != nil:
		return err
	}
	t.key = key
	t.record.Session, t.record.Input = session, input(wake)
	if t.script, err = r.Releases.script(w.Release, session); err != nil {
		return err
	}
	t.lang = language(w.Lang, wake.Chat, t.script.Programme.Languages)
	t.mark = r.voice().mark(w.channel(), t.lang)
	t.facts = facts{Runner: r, row: w, programme: t.script.Programme, now: now}
	t.record.Env = dialogs.Env{
		Now: now, Turn: w.TurnNo + 1, Seed: seed(w.Conversation, w.TurnNo+1), Lang: t.lang, Channel: w.channel(), Facts: t.facts.look,
	}
	return nil
}

// seed makes chance repeatable: the same turn of the same conversation draws
// the same variants, in a replay too.
func seed(conversation, turn int64) int64 {
	h := fnv.New64a()
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(conversation))
	binary.BigEndian.PutUint64(b[8:], uint64(turn))
	h.Write(b[:])
	return int64(h.Sum64())
}

// language follows the messenger's hint when the programme speaks that
// language. A chat begins in the database's default, which a programme need not
// speak: then it is the programme's first.
func language(current string, in *chat.Inbound, spoken []string) string {
	if in != nil {
		if hint, _, _ := strings.Cut(in.Lang, "-"); slices.Contains(spoken, hint) {
			return hint
		}
	}
	if slices.Contains(spoken, current) {
		return current
	}
	return spoken[0]
}

// finish seals what the turn decided.
func (t *turn) finish(out dialogs.Outcome) (err error) {
	if t.facts.err != nil {
		return t.facts.err
	}
	t.out, t.record.Facts = out, t.facts.read
	if t.session, err = sealJSON(t.key, "session", out.Session); err != nil {
		return err
	}
	if t.sealed, err = sealJSON(t.key, "turn", t.record); err != nil {
		return err
	}
	caps := chat.CapsOf(t.row.channel())
	for _, e := range out.Effects {
		say, ok := e.(dialogs.Say)
		if !ok {
			continue
		}
		say.Message.Text += t.mark
		for _, wire := range chat.Degrade(say.Message, caps) {
			sealed, err := sealJSON(t.key, "outbox", wire)
			if err != nil {
				return err
			}
			t.messages = append(t.messages, sealed)
		}
	}
	return nil
}
