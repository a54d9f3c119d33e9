package inbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"besedka/core/chat"
	"besedka/core/staff"
)

// TestHostileLength: of a letter of four megabytes its beginning stands on the page, as text,
// and it is not sent to everybody who looks.
func TestHostileLength(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.writes("lida", "1", chat.Inbound{Text: strings.Repeat("<b onclick=alert(1)>\u202E\u200Bя</b>", 4<<20/30)})
	id := h.calls()
	anna := h.Client(h.SignIn("Анна", staff.Operator))
	for _, path := range []string{"/console/inbox?show=all", fmt.Sprintf("/console/inbox/%d", id)} {
		resp, page := h.gets(anna, path)
		if resp.StatusCode != http.StatusOK || strings.Contains(page, "<b onclick") || len(page) > 1<<20 {
			t.Errorf("%s: %d, %d bytes", path, resp.StatusCode, len(page))
		}
	}
	_, page := h.gets(anna, fmt.Sprintf("/console/inbox/%d", id))
	if !strings.Contains(page, "&lt;b onclick=alert(1)&gt;") || !strings.Contains(page, "…</p>") || strings.Contains(page, "\u202E") {
		t.Error("its beginning is not there as text, nothing says that it goes on, or it turns what stands beside it")
	}
}
