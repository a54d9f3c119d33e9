package console_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/staff"
	"besedka/web/browsertest"
	"besedka/web/console"
	"besedka/web/console/consoletest"
)

// TestChannels: the first page names the messengers there are, says which one is an
// experiment, and is loud about the one that needs a person.
func TestChannels(t *testing.T) {
	t.Parallel()
	outdated := "WhatsApp takes no clients of this version any more <b>"
	s := consoletest.OpenWith(t, consoletest.Stage{Channels: func(context.Context) ([]console.Channel, error) {
		return []console.Channel{
			{Name: chat.Webchat}, {Name: chat.Telegram}, {Name: chat.Whatsmeow, Trouble: outdated, Since: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)},
		}, nil
	}}, audit)
	p := browsertest.Open(t, s.URL)
	p.Cookie(s.URL, s.SignIn("Вера", staff.Operator))
	p.Go(s.URL + "/console")
	for selector, want := range map[string]string{
		"#channels": "Telegram", "#channels li:nth-child(3) .chip": "опыт", "#channels li:nth-child(3)": "может стоить номера", "#channels [role=alert]": "С 30.11.2026 12:00:00 нужен человек: " + outdated,
	} {
		if got := p.Text(selector); !strings.Contains(got, want) {
			t.Errorf("%s says %q, want %q", selector, got, want)
		}
	}
	p.Until(`document.querySelectorAll("#channels [role=alert]").length === 1 && document.querySelectorAll("#channels .chip").length === 2`)
	p.Axe()
	p.Size(320, 640)
	p.Until(`document.documentElement.scrollWidth <= innerWidth`)
}
