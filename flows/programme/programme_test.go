package programme_test

import (
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
