package dialogs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/flows"
)

// Random talks over random flows, with ways back, interruptions at every place and
// questions that are passed by or skipped, never break the session; and when an
// answer is taken back, none that depends on it is known any more.
func TestRandomTalksOverRandomFlows(t *testing.T) {
	t.Parallel()
	v := actions.Vocabulary()
	rapid.Check(t, func(t *rapid.T) {
		m := &maker{t: t, leads: map[string][]string{}}
		p, problems := flows.Reload(small(m.programme()), v)
		if p == nil {
			t.Fatalf("%v in\n%s", problems, strings.Join(m.texts, "\n"))
		}
		w := &world{t: t, p: p, v: v, engine: dialogs.New(p), facts: dialogs.Facts{}, lang: "ru", sayings: m.words(), says: true}
		for i := range randomFields {
			if rapid.Bool().Draw(t, "told before") {
				w.facts[fmt.Sprintf("profile.f%d", i)] = expr.TextOf("а")
			}
		}
		for range rapid.IntRange(1, 60).Draw(t, "turns") {
			w.turn()
			for _, field := range m.standOn(append(w.cleared, askedAgain(w.notes)...)) {
				if w.facts[field].Known() {
					t.Fatalf("%v was taken back, and %s stays %v in\n%s", w.cleared, field, w.facts[field], strings.Join(m.texts, "\n"))
				}
			}
		}
	})
}

// askedAgain is the question that a turn has gone back to, if any.
func askedAgain(notes []dialogs.Note) (question []string) {
	back := slices.ContainsFunc(notes, func(n dialogs.Note) bool { return n.Listen != nil && n.Listen.Back })
	for _, n := range notes {
		if back && n.Kind == dialogs.Entered {
			question = append(question, strings.TrimPrefix(n.Flow, "x")+" "+n.Step.ID)
		}
	}
	return question
}

// maker draws a programme of three flows, each of which may run those after it,
// and notes by itself which answer stands on which.
type maker struct {
	t     *rapid.T
	leads map[string][]string // from a name or a question to what stands on it
	texts []string

	flow, steps int
	yaml        strings.Builder
}

const (
	randomFlows  = 3
	randomFields = 3
)

func (m *maker) programme() map[string]string {
	files := map[string]string{}
	profile := "fields:\n"
	for i := range randomFields {
		profile += fmt.Sprintf("  f%d: { type: text, title: П }\n", i)
	}
	for i := range 2 {
		profile += fmt.Sprintf("  c%d: { type: choice, title: П, options: { a: А, b: Б } }\n", i)
	}
	files["profile.yaml"], files["segments.yaml"] = profile, "seg: profile.f0 == \"а\"\n"
	for m.flow = range randomFlows {
		files[fmt.Sprintf("flows/x%d.yaml", m.flow)] = m.draw()
	}
	files["programme.yaml"] = "name: Т\nlanguages: [ru]\nzone: Europe/Moscow\ncountry: RU\nfallback: lost\nstale: lost\ndefaults: { retry: \"Не поняла.\", back: [назад] }\n" +
		"listen:\n  - { words: [второй], run: x1 }\n  - { words: [третий], run: x2, then: ignore }\nconsents:\n  personal_data: { title: С, text: Т }\n"
	m.texts = append(m.texts, profile, files["programme.yaml"])
	return files
}

// draw is one flow: blocks of steps, each of which begins with a step by whose
// number the block before it leads there.
func (m *maker) draw() string {
	m.yaml.Reset()
	start := map[bool]string{true: "start: { words: [/start], any: true }\n"}[m.flow == 0]
	fmt.Fprintf(&m.yaml, "flow: x%d\n%ssteps:\n  begin: { set: { v0: \"\\\"х\\\"\", v1: \"\\\"х\\\"\" } }\n", m.flow, start)
	for range rapid.IntRange(2, 6).Draw(m.t, "blocks") {
		m.steps++
		m.block()
	}
	fmt.Fprintf(&m.yaml, "  s%d: { say: Конец., end: true }\n", m.steps+1)
	m.steps++
	m.texts = append(m.texts, m.yaml.String())
	return m.yaml.String()
}

func (m *maker) block() {
	next := fmt.Sprintf("s%d", m.steps+1)
	switch rapid.SampledFrom([]string{"ask", "ask", "ask", "branch", "branch", "set", "run", "read", "write", "consent", "wait", "people"}).Draw(m.t, "block") {
	case "branch":
		m.branch(next)
	case "set":
		from, to := m.name(), m.variable()
		m.lead(from, m.key(to))
		fmt.Fprintf(&m.yaml, "  s%d: { set: { %s: %s } }\n", m.steps, to, from)
	case "run":
		if m.flow+1 < randomFlows {
			fmt.Fprintf(&m.yaml, "  s%d: { run: x%d }\n", m.steps, rapid.IntRange(m.flow+1, randomFlows-1).Draw(m.t, "run"))
			return
		}
		m.ask(fmt.Sprintf("s%d", m.steps), next)
	case "read":
		fmt.Fprintf(&m.yaml, "  s%d: { call: receipt.why, with: { receipt: 1 }, go: { ok: %s, none: %[2]s } }\n", m.steps, next)
	case "write":
		fmt.Fprintf(&m.yaml, "  s%d: { call: profile.register, go: { done: %s } }\n", m.steps, next)
	case "consent":
		fmt.Fprintf(&m.yaml, "  s%d: { ask: \"Да? {link.consent}\", consent: personal_data, buttons: { agree: Да, refuse: Нет }, go: { agree: %s, refuse: %[2]s } }\n", m.steps, next)
	case "wait":
		fmt.Fprintf(&m.yaml, "  s%d: { wait: { for: 1h, event: receipt.delayed }%s }\n", m.steps, m.around(next))
	case "people":
		fmt.Fprintf(&m.yaml, "  s%d: { say: Зову., handoff: support, go: %s }\n", m.steps, next)
	default:
		m.ask(fmt.Sprintf("s%d", m.steps), next)
	}
}

// branch is a question with two ways, a question on each.
func (m *maker) branch(next string) {
	id := fmt.Sprintf("s%d", m.steps)
	question := fmt.Sprintf("%d %s", m.flow, id)
	save := ""
	if field := rapid.SampledFrom([]string{"", "c0", "c1"}).Draw(m.t, "choice"); field != "" {
		save = ", save: " + field
		m.lead(question, "profile."+field)
		m.lead("profile."+field, question+" answered")
	}
	fmt.Fprintf(&m.yaml, "  %s: { %sask: \"Куда?\", buttons: { a: А, b: Б }%s%s, go: { a: %[1]s_a, b: %[1]s_b } }\n", id, m.skip(question), save, m.around(next))
	for _, arm := range []string{"a", "b"} {
		m.lead(question, m.ask(id+"_"+arm, next))
	}
	m.leads[question+" answered"] = m.leads[question] // who answered it has come by one of the ways
}

// ask is a question whose answer is kept, and returns what keeps it.
func (m *maker) ask(id, next string) (kept string) {
	question := fmt.Sprintf("%d %s", m.flow, id)
	keep := fmt.Sprintf("save: f%d", rapid.IntRange(0, randomFields-1).Draw(m.t, "field"))
	kept = "profile." + strings.TrimPrefix(keep, "save: ")
	if rapid.IntRange(0, 2).Draw(m.t, "variable") == 0 {
		to := m.variable()
		keep, kept = "set: { "+to+": answer }", m.key(to)
	}
	m.lead(question, kept)
	text := "\"Что?\""
	if rapid.Bool().Draw(m.t, "worded") {
		text = "[{ when: \"" + m.condition(question) + "\", text: \"Что же?\" }, { text: \"Что?\" }]"
	}
	skippable := map[bool]string{true: ", skippable: Мимо"}[rapid.Bool().Draw(m.t, "skippable")]
	fmt.Fprintf(&m.yaml, "  %s: { %sask: %s, expect: { type: text, max: 5 }%s, %s%s, go: %s }\n", id, m.skip(question), text, skippable, keep, m.around(next), next)
	return kept
}

// around are words of back and interruptions of a step; they lead on, or answer.
func (m *maker) around(next string) string {
	text := rapid.SampledFrom([]string{"", "", ", back: []", ", back: [обратно]"}).Draw(m.t, "back")
	if rapid.Bool().Draw(m.t, "deaf") {
		return text
	}
	return text + ", listen: [" + rapid.SampledFrom([]string{
		"{ words: [ой], run: lost }", "{ words: [ой], run: lost, then: ignore }", "{ words: [ой], run: lost, then: restart }",
		"{ words: [ой], go: " + next + " }", "{ event: receipt.rejected, run: lost, then: ignore }",
	}).Draw(m.t, "listen") + "]"
}

func (m *maker) skip(question string) string {
	if rapid.Bool().Draw(m.t, "asked") {
		return ""
	}
	return "skip: '" + strings.ReplaceAll(m.condition(question), `\"`, `"`) + "', "
}

// condition is what a question stands on.
func (m *maker) condition(question string) string {
	name := m.name()
	m.lead(name, question)
	return rapid.SampledFrom([]string{"known(" + name + ")", name + ` == \"а\"`, "not known(" + name + ")"}).Draw(m.t, "condition")
}

// name is something to decide by.
func (m *maker) name() string {
	if rapid.Bool().Draw(m.t, "of the flow") {
		return m.variable()
	}
	return fmt.Sprintf("profile.f%d", rapid.IntRange(0, randomFields-1).Draw(m.t, "name"))
}

func (m *maker) variable() string {
	return rapid.SampledFrom([]string{"v0", "v1"}).Draw(m.t, "variable")
}

// key tells the variables of the flows apart.
func (m *maker) key(name string) string {
	if strings.HasPrefix(name, "v") {
		return fmt.Sprintf("%d %s", m.flow, name)
	}
	return name
}

func (m *maker) lead(from, to string) {
	from = m.key(from)
	m.leads[from] = append(m.leads[from], to)
}

// standOn are the fields that stand on any of those, or on what stands on them.
func (m *maker) standOn(fields []string) (found []string) {
	seen := map[string]bool{}
	for queue := slices.Clone(fields); len(queue) > 0; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		if strings.HasPrefix(queue[0], "profile.") {
			found = append(found, queue[0])
		}
		queue = append(queue, m.leads[queue[0]]...)
	}
	return found
}

func (m *maker) words() []string {
	return []string{"назад", "назад", "назад", "обратно", "ой", "второй", "третий", "а", "а", "б", "я", "ага", "мимо", "хватит", "/start", "да", "нет", "слишком длинно"}
}
