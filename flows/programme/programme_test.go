package programme_test

import (
	"strings"
	"testing"

	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
	"besedka/flows"
	"besedka/flows/programme"
)

func TestProgramme(t *testing.T) {
	t.Parallel()
	v := actions.Vocabulary()
	p, problems := flows.Load(programme.Files, v)
	for _, problem := range problems {
		t.Error(problem)
	}
	if p == nil {
		t.FailNow()
	}
	report, problems := transcript.Play(programme.Files, p, v)
	for _, problem := range problems {
		t.Error(problem)
	}
	for _, f := range report.Failures {
		t.Error(f)
	}
	if report.Tests == 0 {
		t.Error("no transcripts were played")
	}
}

// often are the texts that one shopper reads again and again.
var often = []string{
	"balance/show", "credited/nothing", "credited/first", "credited/good", "delayed/say", "manual/say", "hello/back", "hello/greet", "help/say", "lost/say", "menu/show",
	"stale/say", "thanks/say", "receipt_how/how", "rules/say", "people/say", "back/say", "joke/tell", "settings/choose", "settings/done", "advert/ask",
	"advert/granted", "advert/refused", "forget/kept", "review/stranger", "review/score", "review/words", "review/thanks",
}

// TestNobodyReadsTheSameTwice: what is said often has three wordings at least,
// in every language and case.
func TestNobodyReadsTheSameTwice(t *testing.T) {
	t.Parallel()
	p, problems := flows.Load(programme.Files, actions.Vocabulary())
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	for _, place := range often {
		flow, step, _ := strings.Cut(place, "/")
		s := p.Flows[flow].Step(step)
		if s == nil || s.Say == nil && s.Ask == nil {
			t.Errorf("%s says nothing", place)
			continue
		}
		for _, text := range []*flows.Text{s.Say, s.Ask} {
			if text == nil {
				continue
			}
			for n, c := range text.Cases {
				for _, lang := range p.Languages {
					if got := len(c.Lines[lang]); got < 3 {
						t.Errorf("%s, case %d in %s has %d wordings, want 3", place, n+1, lang, got)
					}
				}
			}
		}
	}
}
