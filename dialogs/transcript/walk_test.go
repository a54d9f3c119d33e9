package transcript

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/flows/programme"
)

// TestWalkerReachesEverything: walkers answer what is asked, in every way they
// know of, and change what is known of the member; between them they enter every
// step of the shipped programme, take every branch and hear every wording, and
// each turn on the way ends or waits.
func TestWalkerReachesEverything(t *testing.T) {
	t.Parallel()
	p, problems := flows.Load(programme.Files, actions.Vocabulary())
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	all, texts, engine := reached{}, apart(t), dialogs.New(p)
	for _, q := range p.Surveys()["breakfast"].Questions {
		texts[flows.FromName] = append(texts[flows.FromName], q.ID)
	}
	for seed := uint64(0); seed < 60_000 && (seed%400 != 0 || misses(all.cover(p))); seed++ {
		w := &walker{t: t, p: p, v: actions.Vocabulary(), engine: engine, chance: rand.New(rand.NewPCG(seed, 7)), now: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC), facts: dialogs.Facts{}, texts: texts}
		w.walk(40, all)
	}
	for _, c := range all.cover(p) {
		for _, m := range c.Missed {
			t.Errorf("%s: nobody comes to the %s %s", m.Pos, m.Part, m.Name)
		}
	}
}

func misses(list []Cover) bool {
	return slices.ContainsFunc(list, func(c Cover) bool { return len(c.Missed) > 0 })
}

// walker is one conversation that goes wherever it may.
type walker struct {
	t      *testing.T
	p      *flows.Programme
	v      flows.Vocabulary
	engine *dialogs.Engine
	chance *rand.Rand
	now    time.Time
	facts  dialogs.Facts
	texts  map[string][]string

	session dialogs.Session
	taps    []string
}

func (w *walker) walk(turns int64, all reached) {
	for _, name := range names(w.p.Facts(w.v)) {
		w.learn(name)
	}
	for n := range turns {
		w.learn(one(w, names(w.p.Facts(w.v))))
		w.now = w.now.Add(one(w, []time.Duration{time.Minute, time.Hour, 25 * time.Hour, 8 * 24 * time.Hour}))
		w.facts["today"] = expr.DateOf(w.now)
		for _, link := range flows.Links() {
			w.facts[link] = expr.TextOf("https://example.org/" + link)
		}
		env := dialogs.Env{Now: w.now, Turn: n + 1, Seed: w.chance.Int64(), Who: w.chance.Int64(), Lang: w.p.Base(), Channel: chat.Telegram, Facts: w.facts.Look, Explain: true}
		in := w.input()
		out, err := w.engine.Turn(w.session, in, env)
		for err == nil && out.Call != nil {
			out, err = w.engine.Resume(out, w.result(out.Call.Name), in, env)
		}
		if err != nil {
			w.t.Fatalf("at %s/%s: %v", w.session.Flow, w.session.Step, err)
		}
		all.add(out.Notes)
		w.session = out.Session
		w.taps = append(w.taps, tokens(out.Effects)...)
	}
}

func tokens(effects []dialogs.Effect) (found []string) {
	for _, e := range effects {
		if say, ok := e.(dialogs.Say); ok {
			for _, b := range say.Message.Buttons {
				found = append(found, b.Token)
			}
		}
	}
	return slices.DeleteFunc(found, func(token string) bool { return token == "" })
}

func one[T any](w *walker, of []T) T { return of[w.chance.IntN(len(of))] }

// learn changes a fact, or forgets it.
func (w *walker) learn(name string) {
	field, _ := w.p.Profile.Field(strings.TrimPrefix(name, flows.ProfilePrefix))
	switch {
	case w.chance.IntN(3) == 0:
		delete(w.facts, name)
	case len(field.Options) > 0:
		w.facts[name] = expr.TextOf(one(w, field.Options).Name)
	default:
		w.facts[name] = w.value(name, w.p.Facts(w.v)[name])
	}
}

func (w *walker) value(name string, kind expr.Kind) expr.Value {
	switch kind {
	case expr.Bool:
		return expr.BoolOf(w.chance.IntN(2) == 0)
	case expr.Count:
		return expr.CountOf(one(w, []int64{0, 1, 2, 5}))
	case expr.Money:
		return expr.MoneyOf(w.chance.Int64N(3) * 50000)
	case expr.Points:
		return expr.PointsOf(w.chance.Int64N(3) * 6422)
	case expr.Date:
		return expr.DateOf(w.now.AddDate(0, 0, one(w, []int{-400, -40, -1, 3, 20, 200})))
	}
	return expr.TextOf(one(w, append(slices.Clone(w.texts[name]), "", "другое")))
}

// compared finds what scripts compare texts with.
var compared = regexp.MustCompile(`([\p{L}_.]+) [=!]= "([^"]*)"`)

// apart are the texts that the scripts tell apart, by the name of what has them.
func apart(t *testing.T) map[string][]string {
	t.Helper()
	texts := map[string][]string{}
	err := fs.WalkDir(programme.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(programme.Files, name)
		for _, m := range compared.FindAllSubmatch(text, -1) {
			texts[string(m[1])] = append(texts[string(m[1])], string(m[2]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func (w *walker) result(call string) dialogs.CallResult {
	c := w.v.Calls[call]
	r := dialogs.CallResult{Outcome: one(w, c.Outcomes), Values: map[string]expr.Value{}}
	if w.chance.IntN(2) == 0 { // what goes well leads furthest
		r.Outcome = c.Outcomes[0]
	}
	for _, name := range names(c.Values) {
		if w.chance.IntN(4) > 0 { // a call may not know all it could tell
			r.Values[name] = w.value(name, c.Values[name])
		}
	}
	return r
}

// input is mostly an answer to what is asked.
func (w *walker) input() dialogs.Input {
	says := func(in chat.Inbound) dialogs.Input { return dialogs.Input{Chat: &in} }
	if w.session.Held != 0 {
		switch w.chance.IntN(4) {
		case 0:
			return says(chat.Inbound{Text: "хватит"})
		case 1: // closed, and asked how people helped
			return dialogs.Input{Event: &dialogs.Event{Name: dialogs.GivenBack, Args: map[string]expr.Value{dialogs.AskArg: expr.TextOf(w.p.Support.Rate)}}}
		}
	}
	switch w.chance.IntN(10) {
	case 0:
		name := one(w, names(w.v.Events))
		return dialogs.Input{Event: &dialogs.Event{Name: name, Args: w.args(w.v.Events[name])}}
	case 1:
		return says(chat.Inbound{Text: one(w, w.words())})
	case 2:
		return dialogs.Input{Timer: true}
	case 3:
		return says(chat.Inbound{Photo: &chat.Photo{Blob: "1", Trouble: one(w, append(slices.Clone(w.texts["trouble"]), "no_code"))}})
	case 4:
		return says(chat.Inbound{Start: one(w, []string{"promo", "link_abc", w.p.Surveys()["breakfast"].LinkPrefix() + "x"})})
	case 5:
		return says(chat.Inbound{Contact: &chat.Contact{Phone: "+79001234567", Own: w.chance.IntN(2) == 0}})
	case 6, 7:
		if len(w.taps) > 0 {
			return says(chat.Inbound{Tap: w.taps[len(w.taps)-1-w.chance.IntN(min(len(w.taps), 6))]})
		}
	}
	return says(chat.Inbound{Text: one(w, answers)})
}

func (w *walker) args(kinds map[string]expr.Kind) map[string]expr.Value {
	args := map[string]expr.Value{}
	for _, name := range names(kinds) {
		args[name] = w.value(name, kinds[name])
	}
	return args
}

// answers are good, bad and hopeless ones, for each type of question.
var answers = []string{
	"Анна", "7", "31.02.1990", "12.05.1990", "12.05.2020", "12.05.2090", "12.05.1800", "+7 900 123-45-67", "8", "1", "2", "4", "5", "чтотут?", "/nosuch", strings.Repeat("ещё ", 60), "t=20261201T1000&s=1.00&fn=1&i=1&fp=1&n=1",
}

// words are all that somebody listens for.
func (w *walker) words() (all []string) {
	for _, l := range w.p.Listen {
		all = append(all, l.Words...)
	}
	for _, id := range names(w.p.Flows) {
		all = append(all, w.p.Flows[id].Start.Words...)
		if back := w.p.Flows[id].Back; back != nil {
			all = append(all, back.Words...)
		}
		for _, l := range w.p.Flows[id].Listen {
			all = append(all, l.Words...)
		}
		for _, s := range w.p.Flows[id].Steps {
			for _, l := range s.Listen {
				all = append(all, l.Words...)
			}
		}
	}
	for _, name := range names(w.p.FAQ.Buttons) {
		all = append(all, w.p.FAQ.Buttons[name].Title[w.p.Base()])
	}
	return append(all, "чужой электронный чек", "хватит", fmt.Sprint(w.chance.IntN(9)))
}
