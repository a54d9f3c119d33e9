package main

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"besedka/web/rehearsal"
)

// playOneMessage: the news of a receipt change the message that took it, while it
// is the last one and whoever sent the receipt still looks; later they are said.
func playOneMessage(t *testing.T, r rehearsed) {
	for _, channel := range []string{"telegram", "webchat"} {
		r.register(t, channel, "one message")
		before := len(r.messages(t, channel, "one message"))
		said := func() []rehearsal.Message { t.Helper(); return r.messages(t, channel, "one message")[before:] }

		r.do(t, channel, "one message", fields{"photo": fields{"qr": r.receipt(t, 128_450, nil)}})
		r.advance(t, 30*time.Second)
		if m := said(); len(m) != 2 || m[1].Edits != m[0].N || !strings.Contains(m[1].Text, "64,22") {
			t.Errorf("%s: a receipt checked at once: %s", channel, transcribed(m))
		}
		r.do(t, channel, "one message", fields{"button": "Почему столько?"}) // it stands under the changed message
		before += len(said())

		r.do(t, channel, "one message", fields{"photo": fields{"qr": r.receipt(t, 50_000, fields{"arrives": "3h"})}})
		r.advance(t, 4*time.Hour)
		m := said()
		if last := m[len(m)-1]; len(m) < 2 || last.Edits != 0 || !strings.Contains(last.Text, "25") {
			t.Errorf("%s: a receipt checked in three hours: %s", channel, transcribed(m))
		}
	}
}

// messages is everything a person has got so far.
func (r rehearsed) messages(t *testing.T, channel, from string) []rehearsal.Message {
	t.Helper()
	var out struct{ Messages []rehearsal.Message }
	r.must(t, "GET", "channels/"+channel+"/outbound?"+url.Values{"to": {from}}.Encode(), nil, &out)
	return out.Messages
}
