package webhooks_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"besedka/core/hook"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/browsertest"
	"besedka/web/console"
	"besedka/web/console/consoletest"
	"besedka/web/console/webhooks"
)

func section(s *consoletest.Stage) []console.Section {
	return []console.Section{webhooks.Section(&hook.Service{DB: s.DB, Keys: s.Keys})}
}

func shot(p *browsertest.Page, name string) {
	dir := os.Getenv("BESEDKA_SHOTS")
	if dir == "" {
		return
	}
	for _, scheme := range []string{"light", "dark"} {
		p.Scheme(scheme)
		p.Shot(dir + "/webhook-" + name + "-" + scheme + ".png")
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, section)
	may := map[string][]staff.Role{}
	routes := section(s)[0].Routes
	for _, r := range routes {
		may[r.Method+" "+r.Path] = []staff.Role{staff.Owner}
	}
	s.Roles(routes, may)
}

// TestWebhookPage makes one, whose secret is shown once, changes it, and sees what came of
// an attempt, and why nothing is told any more.
func TestWebhookPage(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, section)
	p := browsertest.Open(t, "about:blank")
	p.Cookie(s.URL, s.SignIn("Вера", staff.Owner))
	p.Go(s.URL + "/console/webhooks")
	p.Axe()
	p.AllowRefusals() // an address inside
	p.Type("#field-url", "https://10.0.0.7/hooks")
	p.Click(`form[action="/console/webhooks"] button.primary`)
	p.Until(`document.querySelector("[aria-invalid]")`)
	p.Axe()
	p.Go(s.URL + "/console/webhooks")
	p.Type("#field-url", "https://desk.example.org/hooks")
	p.Click(`form[action="/console/webhooks"] button.primary`)
	p.Until(`document.querySelector(".once code")`)
	p.Axe()
	shot(p, "secret")
	if secret := p.Text(".once code"); !strings.HasPrefix(secret, "whsec_") {
		t.Errorf("the secret is %q", secret)
	}
	p.Click(`.door .button`)
	p.Until(`location.pathname === "/console/webhooks/1"`)
	p.Type("#field-url", "https://desk.example.org/hooks?key=1")
	p.Click(`form[action$="/change"] button.primary`)
	p.Until(`document.querySelector("[aria-invalid]")?.value === "https://desk.example.org/hooks?key=1"`) // nothing typed is lost
	p.Go(s.URL + "/console/webhooks/1")
	p.Click(`input[name=texts]`)
	p.Click(`form[action$="/change"] button.primary`)
	p.Until(`document.querySelector("#toast").textContent === "Сохранено"`)
	failed(t, s)
	p.Go(s.URL + "/console/webhooks/1")
	p.Axe()
	shot(p, "failing")
	p.Click(`form[action$="/resume"] button`)
	p.Until(`document.querySelector(".chip").textContent === "сообщаем"`)
	p.Go(s.URL + "/console/webhooks")
	p.Axe()
	shot(p, "list")
}

// failed leaves the webhook as it is after a day of which it took nothing.
func failed(t *testing.T, s *consoletest.Stage) {
	t.Helper()
	now := time.Now()
	err := s.DB.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		for _, sql := range []string{
			`insert into member (created_at) values ('2026-11-01')`,
			`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at) values (1, 'telegram', 'a', '', 'k', '2026-11-01')`,
			`insert into conversation (subject_id, channel, at) values (1, 'telegram', '2026-11-01')`,
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		if err := hook.TellTx(ctx, tx, now, hook.Event{Kind: hook.FromShopper, Conversation: 1}); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into hook_attempt (endpoint_id, event_id, attempt, outcome, status, at) values (1, 1, 1, 'refused', 503, $1)`, now)
		if err == nil {
			_, err = tx.Exec(ctx, `update hook_endpoint set paused_at = $1, paused_why = 'failing', failing_since = $1, failures = 33`, now)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
