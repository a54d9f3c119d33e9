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
	"besedka/core/conversation"
	"besedka/core/seal"
	"besedka/core/service"
	"besedka/dialogs"
)

// turn is one turn on its way from its claimed row to its writes.
type turn struct {
	row    *row
	key    seal.Key
	script *Script
	stepIn string // where the conversation stood, by the names it was left with
	record Record
	facts  facts

	skip  bool // the row is done and nothing happens
	alone bool // the turn calls what waits for others, or failed: it must run alone

	out      dialogs.Outcome
	lang     string
	mark     string // closes every message of a demonstration
	label    string // opens a list of answers
	priority int16  // of all that is said
	session  []byte
	sealed   []byte // the record
	requests []service.Call
	messages []message
}

// message is one wire message for the outbox.
type message struct {
	sealed []byte
	thread string
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
	onAllCores(turns, func(t *turn, i int) {
		t.row = &rows[i]
		_ = t.attempt(func() error { return r.decide(t, now) }) // who leaves so early takes nobody along
	})
	return turns
}

func onAllCores[T any](all []T, do func(one *T, i int)) {
	var workers sync.WaitGroup
	chunk := max(1, len(all)/runtime.GOMAXPROCS(0))
	for from := 0; from < len(all); from += chunk {
		workers.Go(func() {
			for i := from; i < min(from+chunk, len(all)); i++ {
				do(&all[i], i)
			}
		})
	}
	workers.Wait()
}

// decide decides a turn, or its beginning up to a call.
func (r *Runner) decide(t *turn, now time.Time) error {
	if err := r.begin(t, now); err != nil || t.skip {
		return err
	}
	out, err := t.script.Engine.Turn(t.record.Session, t.record.Input, t.record.Env)
	if err != nil {
		return err
	}
	return r.goOn(t, out)
}

// noteLoop tells the people of the house about a script that somebody goes in
// circles in.
func (r *Runner) noteLoop(t *turn, out dialogs.Outcome) {
	for _, e := range out.Effects {
		if h, ok := e.(dialogs.HandOff); ok && h.Loop {
			r.Log.Warn("the bot goes in circles and calls people", "conversation", t.row.Conversation, "turn", t.record.Env.Turn, "step", place(t.record.Session), "queue", h.Queue)
		}
	}
}

// errWaits is why a turn with a call that waits for others runs alone.
var errWaits = errors.New("the turn calls what has to run alone")

// goOn takes what the engine has decided: the whole turn, or one more call.
func (r *Runner) goOn(t *turn, out dialogs.Outcome) error {
	t.out = out
	switch {
	case out.Call == nil:
		r.noteLoop(t, out)
		return t.finish(out)
	case r.Actions[out.Call.Name].Queue == nil:
		return errWaits
	}
	return nil
}

// job is the turn for whoever runs turns alone.
func (t *turn) job() job {
	return job{t.row.Inbox, t.row.Conversation, t.row}
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
		wake.Timer != nil && wake.Timer.Due != 0 && session.Armed > wake.Timer.Due || // a later look was asked for since
		wake.Chat != nil && wake.Chat.Blocked ||
		wake.Event != nil && wake.Event.Name == conversation.GivenBack && wake.Event.Fence != w.Fence || // somebody took it since
		wake.Event != nil && wake.Event.Seen != nil && w.Heard > *wake.Event.Seen // the person was heard since
	switch {
	case t.skip:
		return nil
	case err != nil:
		return err
	}
	t.key = key
	t.record.Input, t.stepIn = input(wake), place(session)
	if wake.Event != nil && wake.Event.Low {
		t.priority = conversation.Low
	}
	if t.script, t.record.Session, err = r.Releases.scriptOf(w.Release, session, now); err != nil {
		return err
	}
	if w.QueuedAt != nil && t.record.Session.Held == 0 { // they came without being called
		t.record.Session = t.script.Engine.Hold(t.record.Session, *w.QueuedAt)
	}
	if in := wake.Chat; in != nil {
		t.record.Session.Vouched = in.Phone // an event has none, and may ask the same question again
	}
	t.lang = language(w.Lang, wake.Chat, t.script.Programme.Languages)
	t.mark, t.label = r.voice().Mark(w.channel(), t.lang), r.Texts.Printer(t.lang).Text("chat.list", nil)
	t.facts = facts{Runner: r, row: w, programme: t.script.Programme, now: now, vouched: t.record.Session.Vouched}
	t.record.Env = dialogs.Env{
		Now: now, Turn: w.TurnNo + 1, Seed: seed(w.Conversation, w.TurnNo+1), Who: w.Member, Lang: t.lang, Channel: w.channel(), Refused: w.Refused, Facts: t.facts.look,
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
	t.record.Facts = t.facts.read
	if t.session, err = t.key.SealJSON("session", out.Session); err != nil {
		return err
	}
	if t.sealed, err = t.key.SealJSON("turn", t.record); err != nil {
		return err
	}
	caps := chat.CapsOf(t.row.channel())
	var wires []chat.Wire
	for _, e := range out.Effects {
		if r, ok := e.(dialogs.Request); ok {
			if err := t.request(r); err != nil {
				return err
			}
		}
		if say, ok := e.(dialogs.Say); ok {
			say.Message.Text += t.mark
			say.Message.Label = t.label
			t.overNotice(&say.Message, len(wires) == 0)
			wires = append(wires, chat.Degrade(say.Message, caps)...)
		}
	}
	for _, wire := range chat.Join(wires, caps) {
		sealed, err := t.key.SealJSON("outbox", wire)
		if err != nil {
			return err
		}
		t.messages = append(t.messages, message{sealed, wire.Thread})
	}
	return nil
}

// overNotice lets the first words about a photo take the place of «смотрю фото»,
// which delivery looks for: the engine knows nothing of it.
func (t *turn) overNotice(m *chat.Message, first bool) {
	if in := t.record.Input.Chat; in != nil && in.Photo != nil && first {
		m.Over = conversation.PhotoThread(t.row.Inbox)
	}
}
