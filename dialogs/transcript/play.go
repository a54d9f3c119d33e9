package transcript

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/source"
	"besedka/dialogs"
	"besedka/flows"
)

// Report is what came of playing a folder's tests.
type Report struct {
	Tests    int       `json:"tests"`
	Failures []Failure `json:"failures"`
	Cover    []Cover   `json:"cover"` // by flow
}

// Failure is a line of a transcript after which the conversation went another
// way.
type Failure struct {
	source.Pos
	Test string `json:"test"`
	What string `json:"what"`
}

func (f Failure) String() string { return fmt.Sprintf("%s: %s\n%s", f.Pos, f.Test, f.What) }

// Play plays every test of the folder on p. Problems are mistakes in the tests
// themselves; with any, nothing is played.
func Play(fsys fs.FS, p *flows.Programme, v flows.Vocabulary) (Report, []*source.Problem) {
	tests, problems := readAll(fsys, p, v)
	if len(problems) > 0 {
		return Report{}, problems
	}
	report := Report{Tests: len(tests)}
	engine, all := dialogs.New(p), reached{}
	for _, t := range tests {
		report.Failures = append(report.Failures, play(engine, p, t, all)...)
	}
	report.Cover = all.cover(p)
	return report, nil
}

// Mistakes are those of the folder's tests; nothing is played.
func Mistakes(fsys fs.FS, p *flows.Programme, v flows.Vocabulary) []*source.Problem {
	_, problems := readAll(fsys, p, v)
	return problems
}

// readAll reads every test of the folder.
func readAll(fsys fs.FS, p *flows.Programme, v flows.Vocabulary) ([]test, []*source.Problem) {
	v = p.With(v)
	r := &reader{p: p, v: v, kinds: p.Facts(v)}
	list, err := files(fsys)
	if err != nil {
		r.report(source.Pos{File: ".", Line: 1, Col: 1}, source.Sentence("папка не читается", "the folder cannot be read"), source.Sentence("проверьте, что она есть", "check that it is there"))
	}
	var tests []test
	for _, name := range list {
		tests = append(tests, r.read(fsys, name)...)
	}
	return tests, r.problems
}

// player is one conversation being played.
type player struct {
	engine  *dialogs.Engine
	test    test
	session []byte
	turns   int64
	now     time.Time
	zone    *time.Location
	facts   dialogs.Facts
	calls   map[string]int64
	promise *dialogs.Remind
	request *dialogs.Request                  // of a service, until it is answered
	buttons []chat.Button                     // every one ever shown
	ask     func(*dialogs.Call) (stub, error) // for calls without a stub; nil: such a call is an error

	said  []dialogs.Say // of the last line
	saved map[string]string
	notes []dialogs.Note
}

func play(engine *dialogs.Engine, p *flows.Programme, t test, all reached) []Failure {
	pl := newPlayer(engine, p, t)
	var failures []Failure
	for _, l := range t.lines {
		err := pl.do(l)
		all.add(pl.notes)
		if err != nil {
			return append(failures, Failure{l.Pos, t.name, err.Error()})
		}
		if what := pl.compare(l); what != "" {
			failures = append(failures, Failure{l.Pos, t.name, what})
		}
	}
	if what := pl.compareEnd(t.then); what != "" {
		failures = append(failures, Failure{t.then.Pos, t.name, what})
	}
	return failures
}

func newPlayer(engine *dialogs.Engine, p *flows.Programme, t test) *player {
	pl := &player{
		engine: engine, test: t, session: []byte("{}"), now: t.now, zone: p.Location,
		facts: dialogs.Facts{}, calls: map[string]int64{},
	}
	maps.Copy(pl.facts, t.facts)
	if t.segments != nil {
		pl.engine = dialogs.New(withSegments(p, t.segments))
	}
	return pl
}

// do lets happen what the line says.
func (p *player) do(l line) error {
	p.said, p.saved, p.notes = nil, map[string]string{}, nil
	maps.Copy(p.facts, l.facts)
	return l.input(p)
}

// withSegments is the programme with its segments decided by the test.
func withSegments(p *flows.Programme, hold []string) *flows.Programme {
	decided := *p
	decided.Segments = make(map[string]*expr.Program, len(p.Segments))
	for name := range p.Segments {
		src := map[bool]string{true: "true", false: "false"}[slices.Contains(hold, name)]
		decided.Segments[name], _ = expr.Compile(src, func(int) source.Pos { return source.Pos{} }, expr.Scope{})
	}
	return &decided
}

func (p *player) turn(in dialogs.Input) error {
	return p.run(in, func(s dialogs.Session, env dialogs.Env) (dialogs.Outcome, error) { return p.engine.Turn(s, in, env) })
}

// begin goes to a step as if the conversation had come there. An older programme may
// not have it.
func (p *player) begin(flow, step string) error {
	if !p.engine.Knows(flow, step) {
		return fmt.Errorf("there is no step %s/%s", flow, step)
	}
	return p.run(dialogs.Input{}, func(s dialogs.Session, env dialogs.Env) (dialogs.Outcome, error) {
		return p.engine.Begin(s, flow, step, env)
	})
}

// run runs one turn to its end, answering calls by stubs.
func (p *player) run(in dialogs.Input, begin func(dialogs.Session, dialogs.Env) (dialogs.Outcome, error)) error {
	var s dialogs.Session
	if err := json.Unmarshal(p.session, &s); err != nil {
		return fmt.Errorf("read session: %w", err)
	}
	p.turns++
	p.given()
	env := dialogs.Env{Now: p.now, Turn: p.turns, Seed: p.test.seed, Who: p.test.seed, Lang: p.test.lang, Channel: p.test.channel, Facts: p.facts.Look, Explain: true}
	out, err := begin(s, env)
	for err == nil && out.Call != nil {
		var r dialogs.CallResult
		if r, err = p.stub(out.Call); err == nil {
			out, err = p.engine.Resume(out, r, in, env)
		}
	}
	if err != nil {
		return err
	}
	p.notes = append(p.notes, out.Notes...)
	p.apply(out.Effects)
	if p.session, err = json.Marshal(out.Session); err != nil {
		return err
	}
	return p.served()
}

// given are the facts that follow from the test itself.
func (p *player) given() {
	p.facts["today"] = expr.DateOf(p.now.In(p.zone))
	p.facts["channel"] = expr.TextOf(string(p.test.channel))
	for _, link := range flows.Links() {
		p.facts[link] = expr.TextOf("https://example.org/" + strings.TrimPrefix(link, flows.LinkPrefix))
	}
}

// stub answers a call; the last answer stays.
func (p *player) stub(c *dialogs.Call) (dialogs.CallResult, error) {
	s, err := p.answer(c)
	if err != nil {
		return dialogs.CallResult{}, err
	}
	p.calls[c.Name]++
	return dialogs.CallResult{Outcome: s.outcome, Values: s.values}, nil
}

func (p *player) answer(c *dialogs.Call) (stub, error) {
	answers := p.test.stubs[c.Name]
	switch {
	case len(answers) > 0:
		return answers[min(int(p.calls[c.Name]), len(answers)-1)], nil
	case c.Survey != nil:
		return surveyStub(c), nil
	case p.ask != nil:
		return p.ask(c)
	}
	return stub{}, fmt.Errorf("the script calls %s and the test has no stub for it", c.Name)
}

// apply does what a runner does with effects, in memory.
func (p *player) apply(effects []dialogs.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case dialogs.Say:
			p.said = append(p.said, e)
			p.buttons = append(p.buttons, e.Message.Buttons...)
		case dialogs.Save:
			p.saved[e.Field] = spelled(e.Value)
			if p.facts[flows.ProfilePrefix+e.Field] = e.Value; !e.Value.Known() { // taken back
				delete(p.facts, flows.ProfilePrefix+e.Field)
			}
		case dialogs.Respond:
			p.saved[e.Question] = spelled(e.Value)
		case dialogs.Agree:
			p.saved[flows.ConsentPrefix+e.Kind] = expr.BoolOf(e.Granted).String()
			p.facts[flows.ConsentPrefix+e.Kind] = expr.BoolOf(e.Granted)
		case dialogs.Remind:
			p.promise = &e
		case dialogs.Request:
			p.request = &e
		}
	}
}
