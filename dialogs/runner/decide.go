package runner

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

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

	skip  bool // the row is done and nothing happens
	alone bool // the turn calls the core, or failed: it must run alone

	out      dialogs.Outcome
	lang     string
	session  []byte
	sealed   []byte // the record
	messages [][]byte
}

// Record is what a turn saw: enough to decide it again to the same effects.
type Record struct {
	Session dialogs.Session      `json:"session"`
	Input   dialogs.Input        `json:"input"`
	Env     dialogs.Env          `json:"env"`
	Results []dialogs.CallResult `json:"results,omitempty"`
}

// decideAll decides turns on all cores. A turn that fails here is set aside to
// run alone; only a release not loaded yet stops the group.
func (r *Runner) decideAll(rows []row, now time.Time) ([]turn, error) {
	turns := make([]turn, len(rows))
	workers, _ := errgroup.WithContext(context.Background())
	workers.SetLimit(runtime.GOMAXPROCS(0))
	chunk := max(1, len(rows)/runtime.GOMAXPROCS(0))
	for from := 0; from < len(rows); from += chunk {
		workers.Go(func() error {
			for i := from; i < min(from+chunk, len(rows)); i++ {
				if err := r.decide(&turns[i], &rows[i], now); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return turns, workers.Wait()
}

func (r *Runner) decide(t *turn, w *row, now time.Time) error {
	begun, err := r.begin(w, now)
	*t = begun
	if _, missing := err.(*missingRelease); missing {
		return err
	}
	if err != nil || t.skip {
		t.alone = err != nil
		return nil
	}
	out, err := t.script.Engine.Turn(t.record.Session, t.record.Input, t.record.Env)
	if err != nil || out.Call != nil || t.finish(out) != nil {
		t.alone = true
	}
	return nil
}

// begin opens what the claim loaded and finds the script to run.
func (r *Runner) begin(w *row, now time.Time) (turn, error) {
	t := turn{row: w}
	key, session, wake, err := w.open(r.Keys)
	if err != nil {
		return t, err
	}
	t.key = key
	t.record.Session, t.record.Input = session, input(wake)
	if wake.Timer != nil && wake.Timer.Turn != w.TurnNo || wake.Chat != nil && wake.Chat.Blocked {
		t.skip = true
		return t, nil
	}
	if t.script, err = r.Releases.script(w.Release, session); err != nil {
		return t, err
	}
	t.lang = language(w.Lang, wake.Chat, t.script.Programme.Languages)
	t.record.Env = dialogs.Env{Now: now, Turn: w.TurnNo + 1, Seed: seed(w.Conversation, w.TurnNo+1), Lang: t.lang, Channel: w.channel()}
	t.record.Env.Facts, err = r.facts(w, t.script.Programme, now)
	return t, err
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
// language.
func language(current string, in *chat.Inbound, spoken []string) string {
	if in == nil || in.Lang == "" {
		return current
	}
	hint, _, _ := strings.Cut(in.Lang, "-")
	for _, l := range spoken {
		if l == hint {
			return l
		}
	}
	return current
}

// finish seals what the turn decided.
func (t *turn) finish(out dialogs.Outcome) (err error) {
	t.out = out
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
