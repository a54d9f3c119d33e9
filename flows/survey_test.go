package flows_test

import (
	"maps"
	"strings"
	"testing"

	"besedka/dialogs/actions"
	"besedka/flows"
)

// TestMistakesInSurveys: each is told at its place, and nothing else is.
func TestMistakesInSurveys(t *testing.T) {
	t.Parallel()
	const head = "survey: tea\ntitle: Чай\nquestions:\n"
	for _, tt := range []struct{ name, text, want string }{
		{"none", head + "  often: { type: single, ask: 'Часто?', options: { yes: Да, no: Нет } }\n  why: { type: text, when: often == \"no\", ask: 'Почему?' }\n", ""},
		{"its name", strings.Replace(head, "tea", "coffee", 1) + "  a: { type: text, ask: 'А?' }\n", "surveys/tea.yaml:1:9: L123"},
		{"no questions", head + "  {}\n", "surveys/tea.yaml:4:3: L124"},
		{"type of question", head + "  a: { type: sale, ask: 'А?' }\n", "surveys/tea.yaml:4:14: L121"},
		{"key of another type", head + "  a: { type: text, ask: 'А?', options: { b: В } }\n", "surveys/tea.yaml:4:31: L103"},
		{"no options", head + "  a: { type: single, ask: 'А?' }\n", "surveys/tea.yaml:4:6: L107"},
		{"no rows", head + "  a: { type: matrix, ask: 'А?', range: 1..5 }\n", "surveys/tea.yaml:4:6: L107"},
		{"no range", head + "  a: { type: scale, ask: 'А?' }\n", "surveys/tea.yaml:4:6: L124"},
		{"a number of any length", head + "  a: { type: number, ask: 'А?' }\n", "surveys/tea.yaml:4:3: L161"},
		{"a telephone", head + "  a: { type: number, range: 0..9999999, ask: 'А?' }\n", "surveys/tea.yaml:4:29: L161"},
		{"six digits", head + "  a: { type: number, range: -999999..999999, ask: 'А?' }\n", ""},
		{"its own word", head + "  thanks: { type: text, ask: 'А?' }\n", "surveys/tea.yaml:4:3: L123"},
		{"a fact's name", head + "  balance: { type: number, range: 0..9, ask: 'А?' }\n", "surveys/tea.yaml:4:3: L123"},
		{"a later answer", head + "  a: { type: text, when: b > 1, ask: 'А?' }\n  b: { type: number, range: 0..9, ask: 'Б?' }\n", "surveys/tea.yaml:4:26: L112"},
		{"an answer in words", head + "  a: { type: text, ask: 'А?' }\n  b: { type: number, when: a == \"x\", range: 0..9, ask: 'Б?' }\n", "surveys/tea.yaml:5:28: L112"},
		{"an option that is not there", head + "  a: { type: single, ask: 'А?', options: { x: Икс, y: Игрек } }\n  b: { type: number, when: a == \"z\", range: 0..9, ask: 'Б?' }\n", "surveys/tea.yaml:5:28: L207"},
		{"an option that leads nowhere", head + "  a: { type: single, ask: 'А?', options: { x: Икс, y: Игрек }, go: { x: c } }\n  b: { type: number, range: 0..9, ask: 'Б?' }\n", "surveys/tea.yaml:4:73: L121"},
		{"two rewards", head + "  a: { type: text, ask: 'А?' }\nreward: { bonus: 0 }\n", "surveys/tea.yaml:5:18: L124"},
		{"a lifetime", head + "  a: { type: text, ask: 'А?' }\nreward: { bonus: 5, ttl: полгода }\n", "surveys/tea.yaml:5:26: L604"},
		{"another script's call", "", "flows/x.yaml:4:11: L121"},
	} {
		files := map[string]string{"surveys/tea.yaml": tt.text}
		if tt.text == "" {
			files = map[string]string{"flows/x.yaml": "flow: x\nsteps:\n  a:\n    call: survey.begin\n    end: true\n"}
		}
		all := maps.Clone(base)
		maps.Copy(all, files)
		_, problems := flows.Load(folder(all), actions.Vocabulary())
		var told []string
		for _, p := range problems {
			told = append(told, p.Pos.String()+": "+p.Code)
		}
		if got := strings.Join(told, "; "); got != tt.want {
			t.Errorf("%s: %q, want %q: %v", tt.name, got, tt.want, problems)
		}
	}
}

// base is a programme in one language without flows of note.
var base = map[string]string{
	"programme.yaml": "{name: Т, languages: [ru], zone: Europe/Moscow, country: RU, fallback: lost, stale: lost, defaults: {retry: 'Что?'}, consents: {}}",
	"profile.yaml":   "{fields: {}}", "segments.yaml": "{}",
	"flows/lost.yaml": "{flow: lost, steps: {say: {say: Не поняла., end: true}}}",
}
