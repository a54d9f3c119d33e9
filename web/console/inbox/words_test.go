package inbox_test

import (
	"fmt"
	"net/url"
	"regexp"
	"testing"

	"besedka/core/chat"
	"besedka/core/staff"
)

// untold is a key that has no text: it prints as itself.
var untold = regexp.MustCompile(`console\.inbox[a-z_.]+`)

// TestWordsOfWriting: whatever is shown to who has a conversation, and whatever is refused,
// is said in both languages.
func TestWordsOfWriting(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.writes("anna", "1", chat.Inbound{Text: "Где приз?"})
	id := h.calls()
	c := h.Client(h.SignIn("Vera", staff.Operator))
	for _, lang := range []string{"ru", "en"} {
		resp, err := c.PostForm(h.URL+"/console/look", url.Values{"lang": {lang}})
		h.must(err)
		h.must(resp.Body.Close())
		h.posts(c, id, "take", url.Values{"key": {lang}})
		pages := map[string]string{}
		for _, path := range []string{"/console/inbox/replies", fmt.Sprintf("/console/inbox/%d", id)} {
			_, pages[path] = h.gets(c, path)
		}
		for act, form := range map[string]url.Values{
			"reply": {"text": {"{x}"}}, "grant": {"amount": {"0"}}, "link": {"qr": {"?"}}, "give-back": {"begin": {"step no/where"}},
		} {
			form.Set("key", lang)
			status, page := h.posts(c, id, act, form)
			if pages[act] = page; status != 422 {
				t.Errorf("%s: %d", act, status)
			}
		}
		for name, page := range pages {
			if key := untold.FindString(page); key != "" {
				t.Errorf("%s in %s: no text %s", name, lang, key)
			}
		}
	}
}
