package author

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// at parts a text at the mark | into what the page sends.
func at(name, marked string) caret {
	before, after, _ := strings.Cut(marked, "|")
	line := strings.Count(before, "\n") + 1
	left := before[strings.LastIndex(before, "\n")+1:]
	return caret{draft: draft{Name: name, Text: before + after}, Line: line, Col: len([]rune(left))}
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	for _, tt := range []struct{ name, file, text, want, not string }{
		{"key of a file", "flows/x.yaml", "flow: x\n|", "steps", "flow"},
		{"key of a step", "flows/x.yaml", "flow: x\nsteps:\n  hi:\n    |", "say ask buttons go", "steps"},
		{"begun key of a step", "flows/x.yaml", "flow: x\nsteps:\n  hi:\n    say: \"Раз\"\n    bu|", "buttons", "say"},
		{"key of a step in braces", "flows/x.yaml", "flow: x\nsteps:\n  hi: { say: \"Раз, два\", |", "go end", "say"},
		{"key of a case", "flows/x.yaml", "flow: x\nsteps:\n  hi:\n    say:\n      - { |", "when text any", "go"},
		{"key of a listed map", "flows/x.yaml", "flow: x\nlisten:\n  - words: [a]\n    |", "go run", "words"},
		{"type of an answer", "flows/x.yaml", "flow: x\nsteps:\n  hi:\n    expect: |", "date int", "buttons"},
		{"type in braces", "flows/x.yaml", "flow: x\nsteps:\n  hi:\n    expect: { type: d|", "date", "type"},
		{"a step to go to", "flows/x.yaml", "flow: x\nsteps:\n  hi:\n    go: |\n  bye: { end: true }\n", "hi bye", "say"},
		{"a step of a case", "flows/x.yaml", "flow: x\nsteps:\n  hi:\n    go: { yes: by| }\n  bye: { end: true }\n", "bye", ""},
		{"a flow to run", "flows/x.yaml", "flow: x\nsteps:\n  hi: { run: |", "menu onboarding", "hi"},
		{"a field to save", "flows/x.yaml", "flow: x\nsteps:\n  hi: { save: |", "name birthday", ""},
		{"a call", "flows/x.yaml", "flow: x\nsteps:\n  hi: { call: |", "receipt.submit", ""},
		{"a field in a text", "flows/x.yaml", "flow: x\nsteps:\n  hi: { say: \"Вы {profile.|", "name birthday", "menu"},
		{"a name in a text", "flows/x.yaml", "flow: x\nsteps:\n  hi: { say: \"Вы {|", "balance profile.name", "menu"},
		{"a segment", "flows/x.yaml", "flow: x\nsteps:\n  hi: { skip: segment.|", "родители", "balance"},
		{"a condition", "flows/x.yaml", "flow: x\nsteps:\n  hi: { skip: |", "registered", "menu"},
		{"a messenger", "programme.yaml", "channels: [|", "telegram webchat", ""},
		{"a kind of consent", "flows/x.yaml", "flow: x\nsteps:\n  hi: { consent: |", "personal_data", ""},
	} {
		var got struct {
			From    int
			Options []option
		}
		s.ask("complete", at(tt.file, tt.text), &got)
		var labels []string
		for _, o := range got.Options {
			labels = append(labels, o.Label)
		}
		for _, want := range strings.Fields(tt.want) {
			if !slices.Contains(labels, want) {
				t.Errorf("%s: %s is not among %q", tt.name, want, labels)
			}
		}
		if slices.Contains(labels, tt.not) {
			t.Errorf("%s: %s is proposed", tt.name, tt.not)
		}
	}
}

func TestMeaningOfAWord(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	for _, tt := range []struct{ text, want string }{
		{"go: { agree: na|me }", "Как вас зовут?"},
		{"run: me|nu", "Чем помочь?"},
		{"skip: profile.birth|day", "date"},
		{"when: segment.роди|тели", "profile."},
		{"flow: x\nsteps:\n  hi:\n    exp|ect: date", "date"},
		{"say: \"при|вет\"", ""},
	} {
		var got struct{ Word, Text string }
		s.ask("explain", at("flows/onboarding.yaml", tt.text), &got)
		if !strings.Contains(got.Text, tt.want) || (tt.want == "") != (got.Text == "") {
			t.Errorf("%s: %q means %q, want %q", tt.text, got.Word, got.Text, tt.want)
		}
	}
}

func TestStepsInWhatIsWritten(t *testing.T) {
	t.Parallel()
	got := stepsIn("flow: x\nsteps:\n  # раз\n  hi:\n    say: [\"a: b\"]\n  \"два слова\": { end: true }\n  bye: {\nlisten: []\n")
	if diff := cmp.Diff([]string{"hi", "два слова", "bye"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestSpotOfAnything asks about carets in any text: the page asks while it is
// typed.
func TestSpotOfAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([ \n:{}\[\],'"#|-]|ключ|go|\PC){0,60}`).Draw(t, "text")
		line, col := rapid.IntRange(-1, 9).Draw(t, "line"), rapid.IntRange(-1, 60).Draw(t, "col")
		spotOf(text, line, col)
		wordAt(text, line, col)
		stepsIn(text)
	})
}
