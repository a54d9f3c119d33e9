package inbox_test

import (
	"fmt"
	"net/url"
	"testing"

	"besedka/core/chat"
	"besedka/core/staff"
	"besedka/web/browsertest"
)

// TestPresenceInTwoProcesses: of two servers on one database, each shows who of the other's
// staff looks at a conversation and who writes, until they leave; who writes is not taken
// over without a question.
func TestPresenceInTwoProcesses(t *testing.T) {
	t.Parallel()
	h := open(t)
	other := openOn(t, h.DB)
	h.writes("lida", "1", chat.Inbound{Text: "Где приз?"})
	id := h.calls()
	inOne, inOther := h.SignIn("Анна", staff.Operator), h.SignIn("Борис", staff.Operator)
	if status, _ := h.posts(h.Client(inOne), id, "take", url.Values{"key": {"a"}}); status != 303 {
		t.Fatalf("taken: %d", status)
	}
	anna, boris := browsertest.Open(t, "about:blank"), browsertest.Open(t, "about:blank")
	anna.Cookie(h.URL, inOne)
	boris.Cookie(other.URL, inOther)
	anna.Go(fmt.Sprintf("%s/console/inbox/%d?show=mine", h.URL, id))
	boris.Go(fmt.Sprintf("%s/console/inbox/%d?show=all", other.URL, id))
	anna.Until(`document.querySelector(".talking > header .present")?.textContent === "Борис смотрит"`)
	anna.Until(`document.querySelector(".composer .present")?.textContent === "Борис смотрит"`)
	anna.Until(`document.querySelector(".queue .present")?.textContent === "Борис смотрит"`)
	anna.Axe()
	anna.Press("r")
	anna.Press("Сейчас")
	boris.Until(`document.querySelector(".talking > header .present")?.textContent === "Анна пишет…"`)
	boris.Until(`document.querySelector(".queue .present")?.textContent === "Анна пишет…"`)
	shot(boris, "presence")
	anna.Go(h.URL + "/console/inbox?show=mine")
	boris.Until(`!document.querySelector(".present")`)
	h.posts(h.Client(inOne), id, "presence", url.Values{"doing": {"writes"}}) // a page would soon find that she rests
	boris.Until(`document.querySelector(".talking > header .present.writes")`)
	boris.AllowRefusals()
	boris.Press("t")
	boris.Until(`document.querySelector(".error")?.textContent.includes("сейчас пишет")`)
	boris.Axe()
	shot(boris, "presence-taking")
	boris.Click(".talking form .bad")
	boris.Until(`document.querySelector("#reply-text")`)
}
