package transcript_test

import (
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"besedka/core/chat"
	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
	"besedka/flows"
	shipped "besedka/flows/programme"
)

// typed is what people try, in any order.
var typed = []string{
	"привет", "/start", "1", "2", "3", "Анна", "12.05.1990", "31.02.1990", "баланс", "зачем", "потом", "Казань", "8 900 123 45 67", "Пропустить",
	":later 3h", ":later 2d", ":photo t=1", ":contact +79001234567", ":start link_k7", ":fact registered=true profile.name=Анна Мария", ":begin onboarding/city",
	":event receipt.credited receipt=1 points=64.22 sum=1284.50 total=64.22", ":event receipt.rejected receipt=1 sum=5 reason=not_found", ":say 1", ":press Баланс", ":)",
}

// Whatever is typed, the record of the talk passes as a test.
func TestRecordsPass(t *testing.T) {
	t.Parallel()
	v := actions.Vocabulary()
	p, problems := flows.Load(shipped.Files, v)
	if p == nil {
		t.Fatal(problems)
	}
	rapid.Check(t, func(t *rapid.T) {
		talk, problems := transcript.NewTalk(p, v, transcript.Setting{
			Now: time.Date(2026, 12, 1, 7, 0, 0, 0, time.UTC), Seed: rapid.Int64().Draw(t, "seed"), Facts: actions.Newcomer(),
			Channel: rapid.SampledFrom([]chat.Channel{chat.Telegram, chat.Webchat}).Draw(t, "channel"),
			Lang:    rapid.SampledFrom(p.Languages).Draw(t, "lang"),
			Ask: func(q transcript.Question) (string, error) {
				return rapid.SampledFrom(q.Outcomes).Draw(t, "outcome"), nil
			},
		})
		if talk == nil {
			t.Fatal(problems)
		}
		for range rapid.IntRange(1, 12).Draw(t, "lines") {
			line := rapid.OneOf(rapid.SampledFrom(typed), rapid.SampledFrom(typed), rapid.StringN(1, 20, -1)).Draw(t, "typed")
			if r, err := talk.Do(line); err == nil {
				transcript.Explain(r.Notes)
			}
		}
		text := talk.Transcript("x")
		report, problems := transcript.Play(fstest.MapFS{"flows/x.test.yaml": {Data: []byte(text)}}, p, v)
		if report.Tests != 1 || len(report.Failures) > 0 || len(problems) > 0 {
			t.Errorf("%v %v\n%s", report.Failures, problems, text)
		}
	})
}
