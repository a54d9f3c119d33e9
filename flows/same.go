package flows

import (
	"maps"
	"slices"
)

// AnswersLike says whether whoever waits at s, a step of an earlier release of o
// with its programme was, may be answered by the step t of programme p as if they
// had been asked there: what they see means the same, in every language. Other words
// of the question do not matter.
func (s *Step) AnswersLike(was *Programme, t *Step, p *Programme) bool {
	if s.Asks() != t.Asks() || s.Call != t.Call || s.Handoff != t.Handoff || !s.Wait.like(t.Wait) {
		return false
	}
	if !s.Asks() {
		return true
	}
	return s.hearsLike(t) && slices.EqualFunc(s.Set, t.Set, Assign.like) && s.Question.like(t.Question) && s.Expect.like(t.Expect) && slices.EqualFunc(s.Buttons, t.Buttons, (*Button).like) &&
		s.savesLike(was, t, p) && s.agreesLike(was, t, p)
}

// like compares what is waited for. How long is told to each conversation when it
// begins to wait.
func (w *Wait) like(o *Wait) bool {
	if w == nil || o == nil {
		return w == o
	}
	return w.Event == o.Event
}

func (e *Expect) like(o *Expect) bool {
	return e.Type == o.Type && e.Min == o.Min && e.Max == o.Max && e.Past == o.Past && e.Future == o.Future &&
		e.Range.like(o.Range) && e.Age.like(o.Age) && e.pattern() == o.pattern() && maps.Equal(e.From.words(), o.From.words())
}

func (r *Range) like(o *Range) bool {
	if r == nil || o == nil {
		return r == o
	}
	return *r == *o
}

func (e *Expect) pattern() string {
	if e.Pattern == nil {
		return ""
	}
	return e.Pattern.String()
}

func (l *List) words() map[string]string {
	if l == nil {
		return nil
	}
	return l.Words
}

// like compares what a button means and the words that press it.
func (b *Button) like(o *Button) bool {
	return b.ID == o.ID && b.Option() == o.Option() && b.Contact == o.Contact && b.Tap == o.Tap && b.Arg == o.Arg && b.Skip == o.Skip &&
		maps.Equal(b.Title, o.Title) && slices.Equal(b.Words, o.Words)
}

// savesLike says whether an answer goes to the same field of the same type.
func (s *Step) savesLike(was *Programme, t *Step, p *Programme) bool {
	before, _ := was.Profile.Field(s.Save)
	after, _ := p.Profile.Field(t.Save)
	return s.Save == t.Save && before.Type == after.Type && before.Sealed == after.Sealed
}

// agreesLike says whether the document agreed to is the same to the letter.
func (s *Step) agreesLike(was *Programme, t *Step, p *Programme) bool {
	if s.Consent != t.Consent {
		return false
	}
	before, after := was.Consents[s.Consent], p.Consents[t.Consent]
	return before == nil && after == nil || before != nil && after != nil && before.Version == after.Version
}

// like says whether the same is remembered of an answer under the same name.
func (a Assign) like(o Assign) bool {
	return a.Name == o.Name && a.Value.source() == o.Value.source()
}

// like compares what a survey keeps an answer to.
func (q *Question) like(o *Question) bool {
	if q == nil || o == nil {
		return q == o
	}
	return q.ID == o.ID && q.Type == o.Type && maps.Equal(q.Row, o.Row)
}

// hearsLike says whether the words that the question itself listens for are the
// same: the question may have told people to write them.
func (s *Step) hearsLike(t *Step) bool {
	words := func(s *Step) (all []string) {
		for _, e := range heardIn(s.Back, s.Listen) {
			all = append(all, e.Words...)
		}
		return all
	}
	return slices.Equal(words(s), words(t))
}
