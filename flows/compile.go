package flows

import (
	"maps"
	"slices"

	"besedka/core/expr"
	"besedka/core/source"
)

// compile checks every expression and text against what may be known where it
// stands.
func (l *loader) compile() {
	l.collectVars()
	l.compileSegments()
	names := l.everywhere()
	for _, t := range l.p.Retry {
		l.compileText(t, names)
	}
	for _, id := range sorted(l.p.Flows) {
		l.compileFlow(l.p.Flows[id], names)
	}
	l.compileTemplates(names)
}

func (l *loader) compileSegments() {
	l.p.Segments = make(map[string]*expr.Program, len(l.segments))
	names := l.p.Facts(l.vocabulary)
	for _, e := range l.segments {
		x := &Expr{node: e.Value}
		l.condition(x, names)
		l.p.Segments[e.Key.Text] = x.Program
	}
}

func (l *loader) compileFlow(f *Flow, everywhere map[string]expr.Kind) {
	names := maps.Clone(everywhere)
	maps.Copy(names, f.vars)
	l.setVars(f, names)
	for _, t := range f.Defaults() {
		l.compileText(t, names)
	}
	for _, s := range f.Steps {
		if !s.repeats() {
			l.compileStep(f, s, names)
		}
	}
	f.lookBack()
}

// rounds bounds how often setVars goes over a flow: there and back is enough
// for whatever anybody writes.
const rounds = 8

// setVars finds the kinds of what the flow's steps set. A step may read what
// one further down sets, so it goes over them again, there and back, while
// something is new.
func (l *loader) setVars(f *Flow, names map[string]expr.Kind) {
	l.fewVars(f)
	steps := slices.Clone(f.Steps)
	for range rounds {
		found := len(f.vars)
		for _, s := range steps {
			forget := s.remember(names)
			for _, a := range s.Set {
				l.setVar(f, a, names)
			}
			forget()
		}
		if len(f.vars) == found {
			return
		}
		slices.Reverse(steps)
	}
}

func (l *loader) setVar(f *Flow, a Assign, names map[string]expr.Kind) {
	if _, ok := f.vars[a.Name]; ok || a.Value == nil {
		return
	}
	var ignored []*source.Problem
	p, _ := expr.Compile(a.Value.node.AsText(&ignored), a.Value.node.At, expr.Scope{Names: names, Funcs: functions})
	if p != nil {
		f.vars[a.Name], names[a.Name] = p.Kind(), p.Kind()
	}
}

// fewVars forgets what a flow sets beyond as much as it may.
func (l *loader) fewVars(f *Flow) {
	set, told := map[string]bool{}, false
	for _, s := range f.Steps {
		for i, a := range s.Set {
			if set[a.Name] = true; len(set) <= MaxVars {
				continue
			}
			if !told {
				l.limit(a.Pos, source.Sentence("переменных в сценарии", "variables of a flow"), MaxVars)
			}
			s.Set, told = s.Set[:i], true
			break
		}
	}
}

// remember adds the answer of the step to names until it is forgotten.
func (s *Step) remember(names map[string]expr.Kind) (forget func()) {
	if s.Expect == nil {
		return func() {}
	}
	if kind := kinds[s.Expect.Type]; kind != 0 {
		names[AnswerName] = kind
	}
	if s.Expect.Type == ContactType || s.Expect.Type == PhoneType {
		names[OwnName] = expr.Bool
	}
	return func() { delete(names, AnswerName); delete(names, OwnName) }
}

func (l *loader) compileStep(f *Flow, s *Step, names map[string]expr.Kind) {
	l.condition(s.Skip, names)
	l.compileWhen(f, s, names)
	l.compileText(s.Say, names)
	l.compileText(s.Ask, names)
	for _, b := range s.Buttons {
		l.compileText(b.URL, names)
	}
	names[ReasonName] = expr.Text
	for _, t := range s.Retry {
		l.compileText(t, names)
	}
	for _, reason := range sorted(s.Else) {
		l.compileText(s.Else[reason].Say, names)
	}
	delete(names, ReasonName)
	for _, r := range s.Remind {
		l.compileText(r.Say, names)
	}
	if s.Expire != nil {
		l.compileText(s.Expire.Say, names)
	}
	forget := s.remember(names)
	l.compileSet(f, s, names)
	l.compileCall(s, names)
	forget()
	l.branchTexts(s, names)
	l.compileRoutes(s, names)
}

func (l *loader) branchTexts(s *Step, names map[string]expr.Kind) {
	if s.Go != nil {
		l.compileText(s.Go.Say, names)
	}
	for _, name := range sorted(s.Cases) {
		l.compileText(s.Cases[name].Say, names)
	}
}

func (l *loader) compileSet(f *Flow, s *Step, names map[string]expr.Kind) {
	for _, a := range s.Set {
		if l.value(a.Value, names); a.Value.known() && f.vars[a.Name] != a.Value.Kind() {
			l.define(f, a.Pos, map[string]expr.Kind{a.Name: a.Value.Kind()})
		}
	}
}

// compileCall wants every argument of the call, of its kind, and no other.
func (l *loader) compileCall(s *Step, names map[string]expr.Kind) {
	call, ok := l.vocabulary.Calls[s.Call]
	if !ok {
		return
	}
	given := map[string]bool{}
	for _, a := range s.With {
		given[a.Name] = true
		want, ok := call.Args[a.Name]
		if !ok {
			l.report(a.Pos, "L121", source.Sentence("у «%s» нет аргумента «%s»", "%q has no argument %q", s.Call, a.Name), source.Meant(a.Name, sorted(call.Args)))
		}
		l.value(a.Value, names)
		if ok && a.Value.known() && a.Value.Kind() != want {
			l.report(a.Value.node.Pos, "L126", source.Sentence("аргумент «%s» другого вида", "the argument %q is of another kind", a.Name), source.Text{
				Ru: "нужно: " + want.Name().Ru, En: "wanted: " + want.Name().En,
			})
		}
	}
	for _, name := range sorted(call.Args) {
		if !given[name] {
			l.report(s.where["call"], "L107", source.Sentence("вызову не хватает аргумента «%s»", "the call lacks the argument %q", name), source.Sentence("добавьте его в with", "add it to with"))
		}
	}
}

func (l *loader) compileText(t *Text, names map[string]expr.Kind) {
	if t == nil {
		return
	}
	for _, c := range t.Cases {
		l.condition(c.When, names)
		c.every(func(lang string, lines []*Line) {
			for _, line := range lines {
				l.checkLine(line, lang, names)
			}
		})
	}
}

// condition compiles what must be true or false. The bare name of anything
// else asks whether it is known: `skip: profile.name`.
func (l *loader) condition(x *Expr, names map[string]expr.Kind) {
	if x == nil {
		return
	}
	src, scope := x.node.AsText(&l.problems), expr.Scope{Names: names, Funcs: functions}
	if kind := names[src]; kind != 0 && kind != expr.Bool {
		src = "known(" + src + ")"
	}
	if x.node.Kind != source.Scalar || l.full() {
		return
	}
	p, problems := expr.Condition(src, x.node.At, scope)
	x.Program, l.problems = p, append(l.problems, problems...)
}

func (l *loader) value(x *Expr, names map[string]expr.Kind) {
	src := x.node.AsText(&l.problems)
	if x.node.Kind != source.Scalar || l.full() {
		return
	}
	p, problems := expr.Compile(src, x.node.At, expr.Scope{Names: names, Funcs: functions})
	x.Program, l.problems = p, append(l.problems, problems...)
}

// Source is the expression as it is written.
func (x *Expr) Source() string { return x.node.Text }

func (x *Expr) known() bool { return x != nil && x.Program != nil }
