package inbox_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"besedka/core/chat"
	"besedka/core/staff"
)

// finds is the page of a search.
func (h *stage) finds(c *http.Client, text string) (*http.Response, string) {
	h.t.Helper()
	resp, err := c.PostForm(h.URL+"/console/inbox/find", url.Values{"q": {text}})
	h.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	h.must(err)
	return resp, string(body)
}

// TestFind leads from what a shopper tells to their conversation, and the log keeps whom it
// showed and not the text.
func TestFind(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.writes("anna", "1", chat.Inbound{Text: "Здравствуйте"})
	h.writes("boris", "2", chat.Inbound{Text: "Добрый день"})
	id := h.calls()
	member := h.count(fmt.Sprintf(`select s.member_id from conversation c join subject s on s.id = c.subject_id where c.id = %d`, id))
	anna := h.Client(h.SignIn("Анна", staff.Operator))
	_, page := h.finds(anna, fmt.Sprint(member))
	if !strings.Contains(page, fmt.Sprintf(`href="/console/inbox/%d?show=all"`, id)) || strings.Count(page, "data-row") != 1 {
		t.Errorf("the number leads to %s", page)
	}
	hostile := `=cmd|'<img src=x onerror=alert(1)>`
	_, page = h.finds(anna, hostile)
	if !strings.Contains(page, "Никого не нашлось") || strings.Contains(page, "<img src=x") {
		t.Errorf("nobody is shown as %s", page)
	}
	if n := h.count(`select count(*) from audit where act = 'members.find' and detail::text not like '%img%'`); n != 2 {
		t.Errorf("%d searches are in the log without their text, want 2", n)
	}
}
