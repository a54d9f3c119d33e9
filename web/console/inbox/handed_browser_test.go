package inbox_test

import (
	"fmt"
	"net/url"
	"testing"

	"besedka/core/chat"
	"besedka/core/staff"
	"besedka/web/browsertest"
)

// TestOpenPageOfWhoLetsGo: what only a holder may do leaves an open page with the
// conversation and comes back with it; an answer that was begun stays.
func TestOpenPageOfWhoLetsGo(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.writes("lida", "1", chat.Inbound{Text: "Где приз?"})
	id := h.calls()
	session := h.SignIn("Анна", staff.Operator)
	elsewhere := func(act, key string) {
		if status, _ := h.posts(h.Client(session), id, act, url.Values{"key": {key}}); status != 303 {
			t.Fatalf("%s: %d", act, status)
		}
	}
	elsewhere("take", "a")
	anna := browsertest.Open(t, "about:blank")
	anna.Cookie(h.URL, session)
	anna.Go(fmt.Sprintf("%s/console/inbox/%d?show=mine", h.URL, id))
	stands := func(piece string) string {
		return fmt.Sprintf(`getComputedStyle(document.querySelector(%q)).display !== "none"`, piece)
	}
	anna.Until(stands("#reply") + " && " + stands(".handling"))
	elsewhere("release", "b")
	anna.Until("!(" + stands("#reply") + ") && !(" + stands(".handling") + ")")
	anna.Axe()
	elsewhere("take", "c")
	anna.Until(stands("#reply") + " && " + stands(".handling"))
	anna.Press("r")
	anna.Press("Сейчас узнаю")
	elsewhere("release", "d")
	anna.Until(stands("#reply") + " && !(" + stands(".handling") + ")")
}
