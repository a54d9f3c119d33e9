package flows_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"besedka/flows"
)

// mistakes lays files over the good programme and tells what the check finds in
// those that begin with prefix.
func mistakes(t *testing.T, prefix string, files map[string]string) string {
	t.Helper()
	all := maps.Clone(good)
	maps.Copy(all, files)
	_, problems := flows.Load(folder(all), vocabulary)
	var found []string
	for _, p := range problems {
		if strings.HasPrefix(p.File, prefix) {
			found = append(found, p.In("en"))
		}
	}
	return strings.Join(found, "\n")
}

const goodFAQ = `faq:
  when: { ask: ["когда придёт приз", "сколько ждать приз"], say: "Дней десять, {channel}." }
  burn: { ask: "когда сгорят бонусы", say: { any: ["Через год.", "Через 12 месяцев."] } }
unsure: "Какой из них?"
`

const goodFAQEnglish = `when.ask: ["when does the prize come"]
when.say: "In ten days, {channel}."
burn.ask: "when do bonuses expire"
burn.say: "In a year."
unsure.say: "Which one?"
`

func TestFAQMistakes(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, old, new, want string }{
		{"none", "", "", ""},
		{"answer", `say: { any: ["Через год.", "Через 12 месяцев."] }`, "sya: x", "faq.yaml:3:9: L107: the key \"say\" is missing; add it\nfaq.yaml:3:39: L103: unknown key \"sya\"; did you mean \"say\"?"},
		{"placeholder", "{channel}", "{chanel}", `faq.yaml:2:80: L112: there is no name "chanel"; did you mean "channel"?`},
		{"variable of a flow", "{channel}", "{n}", `faq.yaml:2:80: L112: there is no name "n"; `},
		{"no wording", `ask: "когда сгорят бонусы"`, `ask: []`, `faq.yaml:3:16: L124: the list is empty; write at least one, or remove the key`},
		{"signs", `"когда сгорят бонусы"`, `" "`, `faq.yaml:3:16: L124: the word " " cannot be heard; a word needs a letter, a digit or a sign like 👍`},
		{"twice", "когда сгорят бонусы", "приз, когда он придёт?", `faq.yaml:3:16: L150: "приз, когда он придёт?" is already the question "when", faq.yaml:2:17; leave it to one answer: order, endings and little words do not tell them apart`},
		{"about nothing", "когда сгорят бонусы", "а когда?", `faq.yaml:3:16: L151: the question "а когда?" cannot be told from others: it is made of little words; add the word that it is about`},
		{"heard before", "когда сгорят бонусы", "Помощь!", `faq.yaml:3:16: L152: "Помощь!" is heard before by programme.yaml:9:5; delete it here or there`},
		{"long", "когда сгорят бонусы", strings.Repeat("очень ", 11) + "долго", `faq.yaml:3:16: L125: more than 60 characters in a question; shorten it or split it into parts`},
		{"name", "burn:", "unsure:", `faq.yaml:3:3: L123: the name unsure is taken; call the question something else`},
		{"nothing to ask which", "unsure: \"Какой из них?\"\n", "", `faq.yaml:1:1: L107: the key "unsure" is missing; add it`},
		{"key", "unsure:", "unsre:", "faq.yaml:1:1: L107: the key \"unsure\" is missing; add it\nfaq.yaml:4:1: L103: unknown key \"unsre\"; did you mean \"unsure\"?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"faq.yaml": strings.Replace(goodFAQ, tt.old, tt.new, 1), "locales/en/faq.yaml": goodFAQEnglish}
			got := mistakes(t, "faq.yaml", files)
			if got != tt.want && (!strings.HasSuffix(tt.want, "; ") || !strings.HasPrefix(got, tt.want)) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestFAQBesideFlows(t *testing.T) {
	t.Parallel()
	files := map[string]string{"faq.yaml": goodFAQ, "locales/en/faq.yaml": goodFAQEnglish}
	lost := strings.Replace(good["flows/lost.yaml"], "end: true", "run: faq, end: true", 1)
	if got := mistakes(t, "flows/lost.yaml", map[string]string{"faq.yaml": goodFAQ, "locales/en/faq.yaml": goodFAQEnglish, "flows/lost.yaml": lost}); !strings.Contains(got, `L121: there is no flow "faq"`) {
		t.Errorf("run: faq: %s", got)
	}
	files["flows/faq.yaml"] = "flow: faq\nsteps:\n  say: { say: x, end: true }\n"
	if got := mistakes(t, "flows/faq.yaml", files); !strings.Contains(got, "L123: the name faq is taken by the questions of faq.yaml") {
		t.Errorf("a flow of that name: %s", got)
	}
	var many strings.Builder
	many.WriteString("faq:\n")
	for i := range flows.MaxQuestions + 1 {
		fmt.Fprintf(&many, "  q%d: { ask: \"вопрос%d\", say: x }\n", i, i)
	}
	many.WriteString("unsure: x\n")
	delete(files, "flows/faq.yaml")
	files["faq.yaml"] = many.String()
	if got := mistakes(t, "faq.yaml", files); !strings.Contains(got, "faq.yaml:2:3: L125: more than 300 questions") {
		t.Errorf("too many: %.200s", got)
	}
}
