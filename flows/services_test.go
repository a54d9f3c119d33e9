package flows_test

import (
	"strings"
	"testing"
)

const goodServices = `services:
  loyalty:
    post: https://api.example.org/cards/{card}
    secret: LOYALTY
    within: 2m
    send: { card: int, who: text }
    outcomes: { gold: { status: 200, field: card.level, is: gold }, ok: [200, 201], none: 404 }
    take: { points: { type: points, field: card.points }, title: text }
`

const goodCard = `flow: card
start: { words: [карта] }
steps:
  look:
    call: service.loyalty
    with: { card: receipts, who: channel }
    go:
      gold: { say: "{points}", end: true }
      ok: { say: "{title}", end: true }
      none: bye
      failed: bye
  bye: { say: "Пока.", end: true }
`

func TestServiceMistakes(t *testing.T) {
	t.Parallel()
	const services, card = "services.yaml", "flows/card.yaml"
	tests := []struct{ name, file, old, new, want string }{
		{"none", services, "", "", ""},
		{"service", card, "service.loyalty", "service.loyalti", `flows/card.yaml:5:11: L121: there is no call "service.loyalti"; did you mean "service.loyalty"?`},
		{"way", card, "      failed: bye\n", "", `flows/card.yaml:4:3: L203: the outcome "failed" leads nowhere; add "failed" to go`},
		{"outcome", card, "none: bye", "nobody: bye", `flows/card.yaml:10:15: L205: there is no outcome "nobody" here; did you mean "none"?`},
		{"argument", card, "card: receipts", "crd: receipts", `flows/card.yaml:6:13: L121: "service.loyalty" has no argument "crd"; did you mean "card"?`},
		{"kind of an argument", card, "card: receipts", "card: channel", `flows/card.yaml:6:19: L126: the argument "card" is of another kind; wanted: a count`},
		{"circle", card, "failed: bye", "failed: look", `L201: a circle without a question: look → look`},
		{"with a question", card, "    call:", "    ask: \"Ну?\"\n    expect: text\n    call:", `L120: a service is not asked in one step with the shopper`},
		{"no way to ask", services, "post:", "psot:", `services.yaml:2:3: L124: exactly one of get, post is needed`},
		{"both", services, "    secret:", "    get: https://a.example\n    secret:", `services.yaml:2:3: L124: exactly one of get, post is needed`},
		{"plain", services, "https:", "http:", `services.yaml:3:11: L140: http is read by everybody on the way; write https://`},
		{"private number", services, "api.example.org", "192.168.0.7", `services.yaml:3:11: L140: this is no address of the internet`},
		{"this machine", services, "api.example.org", "localhost:8080", `services.yaml:3:11: L140: this is no address of the internet`},
		{"mapped", services, "api.example.org", "[::ffff:10.0.0.1]", `services.yaml:3:11: L140: this is no address of the internet`},
		{"password", services, "api.example.org", "me:pass@api.example.org", `services.yaml:3:11: L140: there is a name or password in the address`},
		{"query", services, "/{card}", "?card={card}", `services.yaml:3:11: L140: no service is found at such an address`},
		{"hole", services, "{card}", "{crd}", `services.yaml:3:11: L140: the address has {crd}, and send has not; did you mean "card"?`},
		{"redirect", services, "none: 404", "none: 302", `services.yaml:7:91: L141: a service does not answer 302`},
		{"shadowed", services, "none: 404", "none: 200", `services.yaml:7:91: L141: the answer 200 already means "ok"`},
		{"failed", services, "none: 404", "failed: 404", `services.yaml:7:85: L141: the outcome failed is always there`},
		{"secret", services, "secret: LOYALTY", "secret: sk_live_9", `services.yaml:4:13: L143: here goes the name of the secret, not the secret`},
		{"kind", services, "who: text", "who: name", `services.yaml:6:29: L121: there is no kind "name"`},
		{"time", services, "2m", "2d", `services.yaml:5:13: L125: more than 24 hours to wait`},
		{"key", services, "take:", "tkae:", `services.yaml:8:5: L103: unknown key "tkae"; did you mean "take"?`},
		{"name", card, "who: channel", "who: profile.name", `flows/card.yaml:6:29: L142: "who" goes to somebody else's service before consent`},
		{"name in a variable", card, "  look:", "  keep: { set: { who: profile.name } }\n  look:", ``},
		{
			"name from a variable", card, "  look:\n    call: service.loyalty\n    with: { card: receipts, who: channel }",
			"  keep: { set: { told: profile.name } }\n  look:\n    call: service.loyalty\n    with: { card: receipts, who: told }", `flows/card.yaml:7:29: L142: "who" goes to somebody else's service before consent`,
		},
		{"name with consent", card, "    with: { card: receipts, who: channel }", "    skip: not consent.personal_data\n    with: { card: receipts, who: profile.name }", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{services: goodServices, card: goodCard, "locales/en/card.yaml": "look.gold: \"{points}\"\nlook.ok: \"{title}\"\nbye.say: \"Bye.\"\n"}
			files[tt.file] = strings.Replace(files[tt.file], tt.old, tt.new, 1)
			if got := mistakes(t, tt.file, files); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
