package main

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots/cloudapi"
	fake "besedka/bots/fake/cloudapi"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/flows/programme"
)

// TestTemplatesAreLookedAt: what /readyz says of templates that would not go, and that it
// does not ask Meta each time.
func TestTemplatesAreLookedAt(t *testing.T) {
	t.Parallel()
	p, problems := flows.Load(programme.Files, actions.Vocabulary())
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	p.Languages, p.Templates = []string{"ru"}, p.Templates[:3]
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	wa := fake.New(fake.Config{Token: "token", Phone: "1", Business: "2", AppSecret: "app", VerifyToken: "verify", Now: func() time.Time { return now }})
	graph := httptest.NewServer(wa)
	t.Cleanup(graph.Close)
	bot, err := cloudapi.New(cloudapi.Config{Token: "token", PhoneID: "1", BusinessID: "2", AppSecret: "app", VerifyToken: "verify", Server: graph.URL})
	if err != nil {
		t.Fatal(err)
	}
	look := &templateLook{of: bot, programme: func() *flows.Programme { return p }, now: func() time.Time { return now }, log: slog.New(slog.DiscardHandler)}
	at := func(after time.Duration, all []fake.Template, want string) {
		t.Helper()
		now = now.Add(after)
		wa.Keep(all)
		told, err := look.check(context.WithoutCancel(t.Context()))
		if diff := cmp.Diff(want, told); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	good := approved(p)
	worse := approved(p)
	worse[0].Status, worse[1].Category, worse[2].Body = "PAUSED", "MARKETING", "Другое."
	at(0, good, "")
	at(lookPause-time.Second, worse, "")
	const (
		paused = "template polyanka_receipt (ru) is PAUSED"
		recast = "template polyanka_receipt_refused (ru) is marketing by now, and may go only to who agreed to advertising: write category: marketing"
		other  = "template polyanka_questionnaire (ru) has other words than templates.yaml"
	)
	at(time.Second, worse, paused+"; "+recast+"; "+other)
	at(lookPause, good[1:], "template polyanka_receipt (ru) is not there")
	wa.Spoil(fake.Fault{Kind: fake.Refuse, Op: "templates", Code: 190, Times: 1})
	at(lookPause, good, "templates could not be looked at: list templates: the messenger refused the account: code 190")
	at(lookPause, good, "")
}
