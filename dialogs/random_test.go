package dialogs_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/flows/programme"
)

// maxSession is what a session may take in the database, before sealing.
const maxSession = 1024

// Whatever people and the core do, the shipped programme never breaks a
// session, keeps it small, and repeats a repeated turn.
func TestAnythingMayHappen(t *testing.T) {
	t.Parallel()
	p := load(t, programme.Files)
	engine, v := dialogs.New(p), actions.Vocabulary()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{t: t, p: p, v: v, engine: engine, facts: dialogs.Facts{}, lang: rapid.SampledFrom(p.Languages).Draw(t, "lang"), sayings: sayings}
		for range rapid.IntRange(1, 40).Draw(t, "turns") {
			w.turn()
		}
	})
}

// world does random things to one conversation.
type world struct {
	t       *rapid.T
	p       *flows.Programme
	v       flows.Vocabulary
	engine  *dialogs.Engine
	lang    string
	facts   dialogs.Facts
	session dialogs.Session
	turns   int64
	tokens  []string
	sayings []string
	says    bool           // mostly words, of sayings
	cleared []string       // by the last turn: answers taken back
	notes   []dialogs.Note // of the last turn
}

func (w *world) turn() {
	w.turns++
	w.change()
	env := dialogs.Env{Now: now.Add(time.Duration(w.turns) * time.Hour), Turn: w.turns, Seed: rapid.Int64().Draw(w.t, "seed"), Lang: w.lang, Channel: chat.Webchat, Facts: w.facts.Look, Explain: true}
	in := w.input()
	before, _ := json.Marshal(w.session)
	out, results := w.run(in, env, nil)
	if again, _ := w.run(in, env, results); !cmp.Equal(encode(w.t, out.Effects), encode(w.t, again.Effects)) || !cmp.Equal(encode(w.t, out.Session), encode(w.t, again.Session)) {
		w.t.Fatalf("the turn does not repeat:\n%s", cmp.Diff(encode(w.t, out.Effects), encode(w.t, again.Effects)))
	}
	if after, _ := json.Marshal(w.session); string(before) != string(after) {
		w.t.Fatalf("the turn changed the session it was given:\n%s\n%s", before, after)
	}
	w.look(out)
	text := encode(w.t, out.Session)
	if len(text) > maxSession {
		w.t.Fatalf("a session of %d bytes: %s", len(text), text)
	}
	w.session = dialogs.Session{}
	if err := json.Unmarshal([]byte(text), &w.session); err != nil {
		w.t.Fatal(err)
	}
}

func encode(t *rapid.T, v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// run plays a turn to its end, with given results of calls or random ones.
func (w *world) run(in dialogs.Input, env dialogs.Env, given []dialogs.CallResult) (dialogs.Outcome, []dialogs.CallResult) {
	out, err := w.engine.Turn(w.session, in, env)
	var results []dialogs.CallResult
	for err == nil && out.Call != nil {
		var r dialogs.CallResult
		if len(results) < len(given) {
			r = given[len(results)]
		} else {
			call := w.v.Calls[out.Call.Name]
			r = dialogs.CallResult{Outcome: rapid.SampledFrom(call.Outcomes).Draw(w.t, "outcome"), Values: w.values(call.Values)}
		}
		results = append(results, r)
		out, err = w.engine.Resume(out, r, in, env)
	}
	if err != nil {
		w.t.Fatalf("the session broke: %v", err)
	}
	return out, results
}

// look checks what was decided and remembers what may be tapped later.
func (w *world) look(out dialogs.Outcome) {
	messages := 0
	w.cleared, w.notes = nil, out.Notes
	for _, e := range out.Effects {
		switch e := e.(type) {
		case dialogs.Say:
			messages++
			if e.Message.Text == "" || e.Slot == "" {
				w.t.Errorf("an empty message: %+v", e)
			}
			w.buttons(e.Message.Buttons)
		case dialogs.Save:
			if w.facts["profile."+e.Field] = e.Value; !e.Value.Known() {
				delete(w.facts, "profile."+e.Field)
				w.cleared = append(w.cleared, "profile."+e.Field)
			}
		case dialogs.Agree:
			w.facts["consent."+e.Kind] = expr.BoolOf(e.Granted)
		case dialogs.Remind:
			if e.At.Unix() != out.Session.Armed {
				w.t.Errorf("it asks to be woken at %v and notes %d", e.At, out.Session.Armed)
			}
		}
	}
	if messages > dialogs.MaxMessages {
		w.t.Errorf("%d messages in one turn", messages)
	}
}

func (w *world) buttons(buttons []chat.Button) {
	for _, b := range buttons {
		if b.Title == "" || len(b.Token) > chat.TokenBytes {
			w.t.Errorf("button %+v", b)
		}
		if b.Token != "" {
			w.tokens = append(w.tokens, b.Token)
		}
	}
}

// change lets a fact change between turns.
func (w *world) change() {
	name := rapid.SampledFrom([]string{"registered", "demo", "checking", "receipts", "balance", "last_receipt", "expires_next", "expires_points", "link.consent", "link.rules"}).Draw(w.t, "fact")
	kind := w.v.Facts[name]
	if kind == 0 {
		kind = expr.Text
	}
	w.facts[name] = w.value(kind)
	w.facts["today"], w.facts["channel"] = expr.DateOf(now), expr.TextOf("webchat")
}

func (w *world) values(kinds map[string]expr.Kind) map[string]expr.Value {
	values := map[string]expr.Value{}
	for _, name := range rapid.Permutation(keys(kinds)).Draw(w.t, "names") {
		values[name] = w.value(kinds[name])
	}
	return values
}

func (w *world) value(kind expr.Kind) expr.Value {
	switch kind {
	case expr.Bool:
		return expr.BoolOf(rapid.Bool().Draw(w.t, "bool"))
	case expr.Count:
		return expr.CountOf(rapid.Int64Range(0, 1e6).Draw(w.t, "count"))
	case expr.Money:
		return expr.MoneyOf(rapid.Int64Range(0, 1e9).Draw(w.t, "money"))
	case expr.Points:
		return expr.PointsOf(rapid.Int64Range(0, 1e9).Draw(w.t, "points"))
	case expr.Date:
		return expr.DateOf(now.AddDate(0, 0, rapid.IntRange(-400, 400).Draw(w.t, "days")))
	}
	return expr.TextOf(rapid.SampledFrom([]string{"telegram", "webchat", "forged", "no_code", "https://example.org/#очень-длинный-адрес-страницы"}).Draw(w.t, "text"))
}

var sayings = []string{
	"/start", "/help", "/nosuch", "баланс", "Анна", "12.05.1990", "31.02.1990", "Казань", "1", "2", "есть", "пропустить", "потом", "зачем", "код",
	"связать", "согласие даю", "не сейчас", "да это тоже я", "отмена", "+7 900 123-45-67", "😀", "", "   ", "\x00", "t=20261201T1000&s=1.00&fn=1&i=1&fp=1&n=1", "анкета", "меню",
}

func (w *world) input() dialogs.Input {
	in := func(c chat.Inbound) dialogs.Input { return dialogs.Input{Chat: &c} }
	kinds := rapid.IntRange(0, 9)
	if w.says {
		kinds = rapid.IntRange(0, 40)
	}
	switch kinds.Draw(w.t, "kind") {
	case 0:
		return in(chat.Inbound{Photo: &chat.Photo{Blob: "1", Trouble: "no_code"}, Text: rapid.String().Draw(w.t, "caption")})
	case 1:
		return in(chat.Inbound{Text: rapid.String().Draw(w.t, "text")})
	case 2:
		return in(chat.Inbound{Tap: rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"a.why.receipt.1", "a.why.receipt.x", "a.balance", "a.balance.x.y", "t1.agree"})).Draw(w.t, "forged tap")})
	case 3:
		return in(chat.Inbound{Contact: &chat.Contact{Phone: "+79001234567", Own: rapid.Bool().Draw(w.t, "own")}})
	case 4:
		return in(chat.Inbound{Start: rapid.SampledFrom([]string{"link_abc", "promo", "link_", "\x00"}).Draw(w.t, "payload")})
	case 5:
		name := rapid.SampledFrom(keys(w.v.Events)).Draw(w.t, "event")
		return dialogs.Input{Event: &dialogs.Event{Name: name, Args: w.values(w.v.Events[name])}}
	case 6:
		return dialogs.Input{Timer: true}
	case 7, 8:
		if len(w.tokens) > 0 {
			return in(chat.Inbound{Tap: rapid.SampledFrom(w.tokens).Draw(w.t, "tap")})
		}
	}
	return in(chat.Inbound{Text: rapid.SampledFrom(w.sayings).Draw(w.t, "saying")})
}
