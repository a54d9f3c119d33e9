package dialogs

import (
	"fmt"
	"maps"
	"slices"

	"besedka/core/expr"
	"besedka/dialogs/machine"
	"besedka/flows"
)

// Engine runs the scripts of one programme. Everything that can be prepared is
// prepared by New; the engine keeps nothing about conversations and may be
// used by any number of goroutines.
type Engine struct {
	p       *flows.Programme
	scripts map[string]*script
	hearing hearing
	links   []link
	stops   map[string]*flows.Listen // words by which people refuse messages, heard in any state
	life    *machine.Pool            // whose a conversation is
	first   string                   // flow of the first contact, "" for none
	backs   bool                     // whether somebody may go back anywhere
	stand   *flows.Dependence        // which answers stand on which, when somebody may
	stands  map[*flows.Text]*flows.Template
	people  string // queue of who is called when the bot goes in circles, "" for nobody
}

// Programme is the programme whose scripts it runs; nil of no engine.
func (e *Engine) Programme() *flows.Programme {
	if e == nil {
		return nil
	}
	return e.p
}

// script is a flow ready to run.
type script struct {
	*flows.Flow
	moves   *machine.Pool
	hearing hearing
	steps   map[string]*step
	visited map[uint32]*step // by hash of its name, see Visit
}

// step is a step with the words that answer its question.
type step struct {
	*flows.Step
	options map[string]*flows.Button // by name
	titles  map[string]*flows.Button // by normalised title and by number
	hearing hearing
	key     uint32
}

// New prepares the programme's scripts.
func New(p *flows.Programme) *Engine {
	e := &Engine{p: p, scripts: make(map[string]*script, len(p.Flows)), hearing: hear(p.Back, p.Listen), stops: stops(p.Listen), life: machine.Lifecycle()}
	for _, id := range slices.Sorted(maps.Keys(p.Flows)) {
		f := p.Flows[id]
		e.scripts[id] = &script{Flow: f, moves: machine.New(f.Edges()), hearing: hear(f.Back, f.Listen), steps: steps(f)}
		e.starts(f)
	}
	slices.SortStableFunc(e.links, link.compare)
	e.paveBack()
	e.people = p.People()
	e.stands = templates(p.Templates)
	return e
}

// starts makes the flow's own triggers known; what the programme listens for
// comes first.
func (e *Engine) starts(f *flows.Flow) {
	begin := &flows.Listen{Pos: f.Pos, Go: f.ID}
	for _, w := range f.Start.Words {
		if key := flows.Normal(w); e.hearing.words[key] == nil {
			e.hearing.words[key] = begin
		}
	}
	if f.Start.Photo && e.hearing.photo == nil {
		e.hearing.photo = begin
	}
	if f.Start.Any {
		e.first = f.ID
	}
	for _, l := range f.Start.Links {
		e.links = append(e.links, newLink(l, f.ID))
	}
}

func steps(f *flows.Flow) map[string]*step {
	all := make(map[string]*step, len(f.Steps))
	for _, s := range f.Steps {
		p := &step{Step: s, options: map[string]*flows.Button{}, titles: map[string]*flows.Button{}, key: hash(f.ID, s.ID)}
		if s.Back != nil || len(s.Listen) > 0 {
			p.hearing = hear(s.Back, s.Listen)
		}
		for _, b := range s.Buttons {
			if b.Option() {
				p.options[b.ID] = b
				p.title(b)
			}
		}
		p.number()
		all[s.ID] = p
	}
	return all
}

// Turn wakes the session with an input and runs its script until it waits,
// ends, or needs the core: then Outcome.Call is set and Resume goes on.
func (e *Engine) Turn(s Session, in Input, env Env) (Outcome, error) {
	t := e.begin(Outcome{Session: s}, in, env)
	return t.end(t.wake())
}

// Resume goes on with a turn whose Call was answered.
func (e *Engine) Resume(o Outcome, r CallResult, in Input, env Env) (Outcome, error) {
	t := e.begin(o, in, env)
	return t.end(t.called(r))
}

// Knows says whether there is such a step.
func (e *Engine) Knows(flow, step string) bool {
	script := e.scripts[flow]
	return script != nil && script.steps[step] != nil
}

// Begin runs a flow from one of its steps on, whatever led there. Flow and step
// must exist.
func (e *Engine) Begin(s Session, flow, step string, env Env) (Outcome, error) {
	t := e.begin(Outcome{Session: s}, Input{}, env)
	t.s.Stack, t.s.Held = nil, 0
	t.enter(flow)
	return t.end(t.walk(step))
}

func (e *Engine) begin(o Outcome, in Input, env Env) *turn {
	t := &turn{e: e, s: o.Session, in: in, env: env, out: slices.Clip(o.Effects), notes: slices.Clip(o.Notes), lang: env.Lang, steps: o.steps, calls: o.calls, kept: o.kept, puzzled: o.puzzled, old: len(o.Session.Stack)}
	if !slices.Contains(e.p.Languages, t.lang) {
		t.lang = e.p.Base()
	}
	return t
}

// turn is one turn on its way.
type turn struct {
	e   *Engine
	in  Input
	env Env

	s            Session
	ownVars      bool // s.Vars is this turn's copy
	out          []Effect
	call         *Call
	notes        []Note
	lang         string
	steps, calls int
	kept         *Session // people have the conversation; it stands here whatever the turn does

	missed  int        // messages in a row that nobody understood, before this one
	answer  expr.Value // to the question of the running step
	own     bool       // it came as the person's own contact
	reason  string     // why an answer was refused
	puzzled bool       // what came was not understood
	old     int        // frames of the stack that are from before the turn
	loose   bool       // nobody listens for the words: they may be an answer that is not to the letter
}

// end closes the turn: what stays in the session must be small, and waits that
// go on are promised again.
func (t *turn) end(err error) (Outcome, error) {
	if err == nil && t.call == nil {
		t.stirred()
		t.leaveOff()
		t.listed()
		if err = t.loops(); err == nil {
			err = t.fits()
		}
	}
	if err != nil {
		return Outcome{}, fmt.Errorf("turn %d in %s/%s: %w", t.env.Turn, t.s.Flow, t.s.Step, err)
	}
	if t.call == nil && t.kept != nil {
		t.s, t.out = t.muted()
	} else if t.call == nil {
		t.remind()
	}
	return Outcome{Session: t.s, Effects: t.out, Call: t.call, Notes: t.notes, steps: t.steps, calls: t.calls, kept: t.kept, puzzled: t.puzzled}, nil
}
