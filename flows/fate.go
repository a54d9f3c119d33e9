package flows

import "besedka/core/source"

// Fate is what becomes of who waits at a step of an earlier release.
type Fate string

// What may become of them.
const (
	GoesOn Fate = "goes_on" // they wait on, in this release
	Anew   Fate = "anew"    // they are asked another question, which took its place
	Keeps  Fate = "keeps"   // the question changed: they answer it in their own release
	Gone   Fate = "gone"    // there is no such step any more
)

// Fate tells what becomes of who waits in a flow and step of release was, and where
// they are then. Whoever has not begun the step has been asked nothing yet. Of a
// release that cannot be read, was is nil: what they were asked is asked anew.
func (p *Programme) Fate(was *Programme, flow, step string, begun bool) (newFlow, newStep string, fate Fate) {
	newFlow, newStep, ok := p.Lands(flow, step)
	before, after := was.step(flow, step), p.step(newFlow, newStep)
	switch {
	case !ok || was != nil && before == nil:
		return flow, step, Gone
	case !begun:
		return newFlow, newStep, GoesOn
	case was == nil, before.Consent != "" && !before.agreesLike(was, after, p): // nobody agrees to what they have not seen
		return newFlow, newStep, Anew
	case before.AnswersLike(was, after, p):
		return newFlow, newStep, GoesOn
	case newFlow != flow || newStep != step:
		return newFlow, newStep, Anew
	}
	return flow, step, Keeps
}

func (p *Programme) step(flow, step string) *Step {
	if p == nil || p.Flows[flow] == nil {
		return nil
	}
	return p.Flows[flow].Step(step)
}

// Waiting is how many people stand at a step of an earlier release.
type Waiting struct {
	Flow, Step string
	People     int64
	Begun      bool       // it was said or asked there; else they come to it when they return from another flow
	Was        *Programme // the release they stand in, nil when it cannot be read
}

// Stranded reports the steps that people wait at and that the programme has no
// more, unless it tells what becomes of them. Inserted, reordered and reworded
// steps strand nobody.
func (p *Programme) Stranded(waiting []Waiting) []*source.Problem {
	var problems []*source.Problem
	for _, w := range waiting {
		if _, _, ok := p.Lands(w.Flow, w.Step); !ok && p.DrainOf(w.Flow) == 0 {
			problems = append(problems, p.stranded(w))
		}
	}
	source.Sort(problems)
	return problems
}

func (p *Programme) stranded(w Waiting) *source.Problem {
	f := p.heir(w.Flow)
	if f == nil {
		what := source.Sentence("сценария «%s» больше нет, а на его шаге «%s» ждут: %d", "flow %q is gone, and people wait at its step %q: %d", w.Flow, w.Step, w.People)
		return told(p.Moved.at, what, w.Flow, source.Nearest(w.Flow, sorted(p.Flows)))
	}
	what := source.Sentence("шага «%s» больше нет, а на нём ждут: %d", "step %q is gone, and people wait at it: %d", w.Step, w.People)
	to := f.twin(w, p)
	if to == "" {
		to = source.Nearest(w.Step, sorted(f.index))
	}
	return told(f.Moved.at, what, w.Step, to)
}

func told(at source.Pos, what source.Text, from, to string) *source.Problem {
	if to == "" {
		to = "…"
	}
	return &source.Problem{Pos: at, Code: "L220", What: what, Cure: source.Sentence(
		"впишите сюда, куда им идти: moved: { %s: %s }, или дайте договорить по-старому: drain: 7d",
		"write here where they go on: moved: { %s: %s }, or let them finish the old way: drain: 7d", from, to)}
}

// twin is the step that is new in the flow and takes the same answers as the one
// that is gone: it was renamed, in all likelihood.
func (f *Flow) twin(w Waiting, p *Programme) string {
	if w.Was.step(w.Flow, w.Step) == nil {
		return ""
	}
	gone := w.Was.step(w.Flow, w.Step)
	for _, s := range f.Steps {
		if w.Was.step(w.Flow, s.ID) == nil && s.Waits() && gone.AnswersLike(w.Was, s, p) {
			return s.ID
		}
	}
	return ""
}
