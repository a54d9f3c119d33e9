package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/staff"
	"besedka/storage"
)

// TestWebhooks: one is made once and its secret shown to whoever asks the same again, kept
// nowhere in the clear; what is wrong is refused, and each act is in the log.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	d := open(t)
	owner := d.tokens[staff.Owner]
	does := func(path, key, body string) string {
		status, answer := d.ask(http.MethodPost, path, owner, key, body)
		if status != http.StatusOK {
			return fmt.Sprint(status, " ", strings.TrimPrefix(answer["type"].(string), "urn:besedka:problem:"))
		}
		secret, _ := answer["secret"].(string)
		return fmt.Sprint(status, " ", answer["webhook"], " ", secret)
	}
	const good = `{"url": "https://desk.example.org/hooks/7", "events": ["conversation.queued", "message.shopper"]}`
	for body, want := range map[string]string{
		`{"url": "http://desk.example.org/hooks", "events": ["conversation.queued"]}`:   "400 invalid",
		`{"url": "https://127.0.0.1/hooks", "events": ["conversation.queued"]}`:         "400 invalid",
		`{"url": "https://10.0.0.7/hooks", "events": ["conversation.queued"]}`:          "400 invalid",
		`{"url": "https://localhost/hooks", "events": ["conversation.queued"]}`:         "400 invalid",
		`{"url": "https://a:b@desk.example.org/", "events": ["conversation.queued"]}`:   "400 invalid",
		`{"url": "https://desk.example.org/", "events": []}`:                            "400 invalid",
		`{"url": "https://desk.example.org/", "events": ["conversation.lost"]}`:         "400 invalid",
		`{"url": "https://desk.example.org/", "events": ["conversation.taken", 7]}`:     "400 invalid",
		`{"url": "https://desk.example.org/", "events": ["conversation.taken"], "a":1}`: "400 invalid",
	} {
		if got := does("/webhooks", "wrong", body); got != want {
			t.Errorf("%s: %s", body, got)
		}
	}
	first := does("/webhooks", "made", good)
	if !strings.HasPrefix(first, "200 1 whsec_") || does("/webhooks", "made", good) != first {
		t.Fatalf("made: %s", first)
	}
	second := does("/webhooks/1/secret", "rotated", "")
	if !strings.HasPrefix(second, "200 1 whsec_") || second == first || does("/webhooks/1/secret", "rotated", "") != second {
		t.Errorf("rotated: %s after %s", second, first)
	}
	for _, s := range []string{first, second} {
		secret := s[strings.Index(s, "whsec_"):]
		n, err := storage.Value[int64](t.Context(), d.db, `select (select count(*) from idempotency i where convert_from(i.body, 'utf8') like '%' || $1 || '%') + (select count(*) from hook_endpoint e where e::text like '%' || $1 || '%')`, secret)
		if n != 0 || err != nil {
			t.Errorf("the secret lies in the clear, %v", err)
		}
	}
	var got []string
	for i, act := range []string{"/webhooks/1/pause", "/webhooks/1/pause", "/webhooks/1/resume", "/webhooks/1/remove", "/webhooks/1/remove", "/webhooks/7/pause"} {
		got = append(got, strings.TrimSpace(does(act, fmt.Sprint(i), "")))
	}
	if diff := cmp.Diff([]string{"200 1", "200 1", "200 1", "200 1", "404 not_found", "404 not_found"}, got); diff != "" {
		t.Errorf("acts (-want +got):\n%s", diff)
	}
	log, err := storage.Collect[struct {
		Act string `db:"act"`
	}](t.Context(), d.db, `select act from audit where act like 'webhooks.%' order by id`)
	if err != nil || len(log) != 5 {
		t.Errorf("the log: %v, %v; want make, rotate, pause, resume, remove", log, err)
	}
	for i := range 11 {
		want := "200"
		if i == 10 {
			want = "409 too_many"
		}
		if got := does("/webhooks", fmt.Sprint("many", i), good); !strings.HasPrefix(got, want) {
			t.Errorf("webhook %d: %s", i+1, got)
		}
	}
}
