package dialogs_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"besedka/core/chat"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/flows"
)

// edited is one question of a flow that is edited under people. Its number stays
// whatever becomes of it, and names the field that its answers go to.
type edited struct {
	number  int
	id      string
	kind    string // int, text, choice
	words   int    // how often it was reworded
	options []string
}

// script is a flow of such questions, and what it says of earlier names.
type script struct {
	questions []edited
	moved     map[string]string
	drain     bool
}

func (s script) clone() script {
	return script{questions: slices.Clone(s.questions), moved: map[string]string{}}
}

func (s script) at(id string) *edited {
	for i := range s.questions {
		if s.questions[i].id == id {
			return &s.questions[i]
		}
	}
	return nil
}

// yaml is the script as its author writes it.
func (s script) yaml() string {
	var b strings.Builder
	b.WriteString("flow: talk\nstart: { any: true }\n")
	if s.drain {
		b.WriteString("drain: 7d\n")
	}
	if len(s.moved) > 0 {
		b.WriteString("moved:\n")
		for _, old := range keys(s.moved) {
			fmt.Fprintf(&b, "  %s: %s\n", old, s.moved[old])
		}
	}
	b.WriteString("steps:\n")
	for i, q := range s.questions {
		fmt.Fprintf(&b, "  %s:\n    ask: \"Q%d, %d раз\"\n    save: f%d%s\n", q.id, q.number, q.words, q.number, q.kind)
		next := "bye"
		if i+1 < len(s.questions) {
			next = s.questions[i+1].id
		}
		if q.kind != "choice" {
			fmt.Fprintf(&b, "    expect: %s\n", q.kind)
			continue
		}
		b.WriteString("    buttons: {")
		ways := ""
		for _, o := range q.options {
			fmt.Fprintf(&b, " %s: \"Ответ %s\",", o, o)
			ways += fmt.Sprintf(" %s: %s,", o, next)
		}
		fmt.Fprintf(&b, " }\n    go: {%s }\n", ways)
	}
	b.WriteString("  bye: { say: \"Всё.\", end: true }\n")
	return b.String()
}

const mostQuestions = 40

// edits is one history of a flow and of the people who wait in it.
type edits struct {
	*rapid.T
	now     script
	p       *flows.Programme
	engine  *dialogs.Engine
	numbers int
	turns   int64
	people  []*someone
}

// someone is somebody who has been asked something in some release.
type someone struct {
	session dialogs.Session
	asked   edited
	in      script
	p       *flows.Programme
	engine  *dialogs.Engine
}

func (e *edits) publish(s script) {
	fields := "fields:\n"
	for n := range mostQuestions {
		fields += fmt.Sprintf("  f%dint: { type: int, title: \"%d\" }\n  f%dtext: { type: text, title: \"%d\" }\n", n, n, n, n)
		fields += fmt.Sprintf("  f%dchoice: { type: choice, title: \"%d\", options: { a: A, b: B, c: C } }\n", n, n)
	}
	p, problems := flows.Load(small(map[string]string{"flows/talk.yaml": s.yaml(), "profile.yaml": fields, "segments.yaml": "{}\n"}), actions.Vocabulary())
	if p == nil {
		e.Fatalf("%v\n%s", problems, s.yaml())
	}
	e.now, e.p, e.engine = s, p, dialogs.New(p)
}

func (e *edits) question() edited {
	e.numbers++
	return edited{
		number: e.numbers, id: fmt.Sprintf("q%d", e.numbers), kind: rapid.SampledFrom([]string{"int", "text", "choice"}).Draw(e.T, "kind"),
		options: rapid.Permutation([]string{"a", "b", "c"}).Draw(e.T, "options"),
	}
}

// edit does one thing that an author does.
func (e *edits) edit(s *script) {
	i := rapid.IntRange(0, len(s.questions)-1).Draw(e.T, "which")
	q := &s.questions[i]
	switch rapid.SampledFrom([]string{"insert", "remove", "rename", "reorder", "reword", "retype", "options"}).Draw(e.T, "edit") {
	case "insert":
		s.questions = slices.Insert(s.questions, i, e.question())
	case "remove":
		if len(s.questions) > 1 {
			s.questions = slices.Delete(s.questions, i, i+1)
		}
	case "rename":
		e.numbers++
		q.id = fmt.Sprintf("n%d", e.numbers)
	case "reorder":
		s.questions = rapid.Permutation(s.questions).Draw(e.T, "order")
	case "reword":
		q.words++
	case "retype":
		q.kind = rapid.SampledFrom([]string{"int", "text", "choice"}).Draw(e.T, "kind")
	case "options":
		q.options = rapid.Permutation(q.options).Draw(e.T, "options")
	}
}

// stranded are the ids at which somebody waits and that s has no more.
func (e *edits) stranded(s script) (ids []string) {
	for _, w := range e.people {
		if id := w.session.Step; s.at(id) == nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// tellWhere writes into s what becomes of who waits at names that are gone: the
// question they were asked under its new name, another one, or a term.
func (e *edits) tellWhere(s *script) {
	for _, w := range e.people {
		id := w.session.Step
		if s.at(id) != nil {
			continue
		}
		i := slices.IndexFunc(s.questions, func(q edited) bool { return q.number == w.asked.number })
		switch {
		case i >= 0:
			s.moved[id] = s.questions[i].id
		case rapid.Bool().Draw(e.T, "drain"):
			s.drain = true
		default:
			s.moved[id] = rapid.SampledFrom(s.questions).Draw(e.T, "elsewhere").id
		}
	}
}

func (e *edits) waiting() (all []flows.Waiting) {
	for _, w := range e.people {
		all = append(all, flows.Waiting{Flow: w.session.Flow, Step: w.session.Step, People: 1, Begun: true, Was: w.p})
	}
	return all
}

// republish edits the flow; who waits must have been thought of.
func (e *edits) republish() {
	s := e.now.clone()
	for range rapid.IntRange(1, 4).Draw(e.T, "edits") {
		e.edit(&s)
	}
	gone := e.stranded(s)
	e.publish(s)
	if refused := e.p.Stranded(e.waiting()); (len(gone) > 0) != (len(refused) > 0) {
		e.Fatalf("people wait at %q, which are gone; refused: %v", gone, refused)
	}
	e.tellWhere(&s)
	e.publish(s)
	if refused := e.p.Stranded(e.waiting()); len(refused) > 0 {
		e.Fatalf("it is told what becomes of everybody, and still: %v", refused)
	}
}

var number = regexp.MustCompile(`Q(\d+),`)

// asks reads which question the last message of a turn asks, nil for none.
func asks(s script, out dialogs.Outcome) *edited {
	var last string
	for _, effect := range out.Effects {
		if say, ok := effect.(dialogs.Say); ok {
			last = say.Message.Text
		}
	}
	m := number.FindAllStringSubmatch(last, -1)
	if m == nil {
		return nil
	}
	for i := range s.questions {
		if fmt.Sprint(s.questions[i].number) == m[len(m)-1][1] {
			return &s.questions[i]
		}
	}
	return nil
}

// enter brings somebody to the question of a step.
func (e *edits) enter(step string) {
	e.turns++
	out, err := e.engine.Begin(dialogs.Session{}, "talk", step, env(e.turns))
	if err != nil {
		e.Fatal(err)
	}
	e.people = append(e.people, &someone{out.Session, *e.now.at(step), e.now, e.p, e.engine})
}

// answer is what somebody writes or taps who was asked, and what must be saved.
func (w *someone) answer(t *rapid.T) (in dialogs.Input, want string) {
	switch w.asked.kind {
	case "int":
		return text("42"), "42"
	case "text":
		return text("слова"), "слова"
	}
	i := rapid.IntRange(0, 2).Draw(t, "option")
	option := w.asked.options[i]
	switch rapid.IntRange(0, 2).Draw(t, "how") {
	case 0:
		return text(fmt.Sprint(i + 1)), option
	case 1:
		return text("ответ " + option), option
	}
	return dialogs.Input{Chat: &chat.Inbound{Tap: "t" + strconv.FormatInt(w.session.Asked, 36) + "." + option}}, option
}

// goOn carries somebody into the release in force and lets them answer.
func (e *edits) goOn(w *someone) (over bool) {
	in, want := w.answer(e.T)
	if moved, ok := dialogs.Move(w.session, w.engine, e.engine); ok {
		w.session, w.in, w.p, w.engine = moved, e.now, e.p, e.engine
	}
	anew := w.session.Step == ""
	e.turns++
	out, err := w.engine.Turn(w.session, in, env(e.turns))
	if err != nil {
		e.Fatalf("asked %+v, the session failed: %v", w.asked, err)
	}
	var saved []string
	for _, effect := range out.Effects {
		if s, ok := effect.(dialogs.Save); ok {
			saved = append(saved, s.Field+"="+s.Value.String())
		}
	}
	if wanted := fmt.Sprintf("f%d%s=%s", w.asked.number, w.asked.kind, want); anew && saved != nil || !anew && !slices.Equal(saved, []string{wanted}) {
		e.Fatalf("asked %+v, saved %q, want %q (asked anew: %v)\n%s", w.asked, saved, wanted, anew, w.in.yaml())
	}
	next := asks(w.in, out)
	if w.session = out.Session; next == nil {
		if w.session.Step != "" {
			e.Fatalf("it waits at %s and asks nothing", w.session.Step)
		}
		return true
	}
	if w.asked = *next; anew == (w.session.Step == "") && w.session.Step != next.id {
		e.Fatalf("it asks %+v and waits at %q", next, w.session.Step)
	}
	return false
}

// Whatever an author does to a flow under people who wait at every step of it, no
// session fails, no answer is taken for another question's and none is lost; a
// step that is gone under somebody is refused until it is told what becomes of them.
func TestEditsUnderWaitingPeople(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		e := &edits{T: rt, now: script{}}
		first := script{moved: map[string]string{}}
		for range rapid.IntRange(2, 5).Draw(rt, "questions") {
			first.questions = append(first.questions, e.question())
		}
		e.publish(first)
		for range rapid.IntRange(1, 3).Draw(rt, "publications") {
			for _, q := range e.now.questions {
				e.enter(q.id)
			}
			e.republish()
			e.people = slices.DeleteFunc(e.people, func(w *someone) bool { return rapid.Bool().Draw(rt, "answers") && e.goOn(w) })
		}
		for _, w := range e.people {
			for turns := 0; !e.goOn(w); turns++ {
				if turns > mostQuestions {
					rt.Fatal("the talk does not end")
				}
			}
		}
	})
}
