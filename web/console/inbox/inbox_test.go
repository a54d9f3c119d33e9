package inbox_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"besedka/core/campaign"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/media"
	"besedka/core/member"
	"besedka/core/receipt"
	"besedka/core/release"
	"besedka/core/staff"
	"besedka/core/support"
	"besedka/core/tier"
	"besedka/core/tier/ladder"
	"besedka/core/topup"
	"besedka/dialogs/actions"
	"besedka/dialogs/canned"
	"besedka/dialogs/runner"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/consoletest"
	"besedka/web/console/inbox"
)

// programme is one of a single language, whose people promise an answer.
func programme() *flows.Programme { return promising }

// stage is the console with an inbox, and the door that shoppers come through.
type stage struct {
	*consoletest.Stage
	t     *testing.T
	door  *conversation.Service
	media *media.Service
}

func open(t *testing.T) *stage {
	t.Helper()
	return openOn(t, nil)
}

// openOn stages another process on a database, or one on a database of its own.
func openOn(t *testing.T, db *storage.DB) *stage {
	t.Helper()
	h := &stage{t: t}
	h.Stage = consoletest.OpenWith(t, consoletest.Stage{DB: db}, func(s *consoletest.Stage) []console.Section {
		members := member.New(s.DB, s.Keys, func(context.Context, storage.Tx, time.Time, int64, int64) error { return nil })
		wake := conversation.Waker{Turns: func() {}, Sends: func(chat.Channel) {}}
		h.door, h.media = conversation.New(s.DB, s.Keys, members, wake, slog.New(slog.DiscardHandler)), media.New(s.DB, s.Keys)
		turns := runner.New(runner.Config{DB: s.DB, Keys: s.Keys, Releases: runner.NewReleases(release.New(s.DB), actions.Vocabulary())})
		return []console.Section{inbox.Section(inbox.Deps{
			Here: h.hears(s.DB), Desk: h.desk(s, members), DB: s.DB, Door: h.door, Members: members, Media: h.media,
			Canned: &canned.Service{DB: s.DB, Programme: programme, Known: turns.Known}, Targets: turns.Targets,
			Programme: programme, Mark: func(chat.Channel, string) string { return "" }, Now: time.Now,
		})}
	})
	return h
}

// desk serves receipts that wait for people, and points that never expire.
func (h *stage) desk(s *consoletest.Stage, members *member.Service) *support.Desk {
	h.t.Helper()
	texts, err := locales.Load()
	h.must(err)
	return &support.Desk{
		Door: h.door, Members: members, Texts: texts, Mark: func(chat.Channel, string) string { return "" },
		Receipts: receipt.New(receipt.Config{DB: s.DB, Campaigns: &campaign.Service{}, Zone: consoletest.Zone, Log: slog.New(slog.DiscardHandler), Notify: func(context.Context, storage.Tx, time.Time, ...receipt.Notice) error { return nil }}),
		TopUps: &topup.Service{Members: members, Terms: func(string) (topup.Terms, bool) {
			return topup.Terms{Scale: 2, Expires: func(time.Time) time.Time { return time.Time{} }}, true
		}, Tiers: tier.New(tier.Config{Ladder: func() *ladder.Ladder { return nil }}), Notify: func(context.Context, storage.Tx, time.Time, topup.Notice) error { return nil }},
	}
}

// hears listens to where the staff are until the test ends.
func (h *stage) hears(db *storage.DB) *support.Presence {
	h.t.Helper()
	start, ready := time.Now(), make(chan struct{})
	here := support.NewPresence(db, func() time.Time { return start }) // nobody goes but who says so, however long a page takes
	ctx, stop := context.WithCancel(h.t.Context())
	var all sync.WaitGroup
	all.Go(func() { here.Listen(ctx, sync.OnceFunc(func() { close(ready) })) })
	h.t.Cleanup(func() { stop(); all.Wait() })
	<-ready
	return here
}

func (h *stage) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// writes is a message of a shopper in Telegram.
func (h *stage) writes(peer, key string, in chat.Inbound) {
	h.t.Helper()
	h.must(h.door.Receive(h.t.Context(), time.Now(), conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{
		{Key: key, Peer: peer, At: time.Now(), In: in},
	}}))
}

// calls hands the newest conversation over to people and returns its number.
func (h *stage) calls() (id int64) {
	h.t.Helper()
	id, err := storage.Value[int64](h.t.Context(), h.DB, `select max(id) from conversation`)
	h.must(err)
	var b storage.Batch
	conversation.QueueHandOffs(&b, time.Now(), []int64{id}, []string{"support"})
	h.must(h.DB.InTx(h.t.Context(), func(ctx context.Context, tx storage.Tx) error { return b.Send(ctx, tx) }))
	return id
}

func (h *stage) count(sql string) int {
	h.t.Helper()
	n, err := storage.Value[int](h.t.Context(), h.DB, sql)
	h.must(err)
	return n
}

// posts sends a form about a conversation and returns the status and the page.
func (h *stage) posts(c *http.Client, id int64, act string, form url.Values) (int, string) {
	h.t.Helper()
	resp, err := c.PostForm(fmt.Sprintf("%s/console/inbox/%d/%s", h.URL, id, act), form)
	h.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	h.must(err)
	return resp.StatusCode, string(body)
}

// gets is a page or a file of the console.
func (h *stage) gets(c *http.Client, path string) (*http.Response, string) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.URL+path, nil)
	h.must(err)
	resp, err := c.Do(req)
	h.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	h.must(err)
	return resp, string(body)
}

// TestNobodyElseComesIn: every address of the inbox is for those who talk to shoppers.
func TestNobodyElseComesIn(t *testing.T) {
	t.Parallel()
	for _, r := range inbox.Section(inbox.Deps{}).Routes {
		if want := map[bool]staff.Permission{true: staff.GrantPoints, false: staff.Converse}[strings.HasSuffix(r.Path, "/grant")]; r.Permission != want {
			t.Errorf("%s %s asks for %s", r.Method, r.Path, r.Permission)
		}
	}
	h := open(t)
	h.writes("anna", "1", chat.Inbound{Text: "Здравствуйте"})
	id := h.calls()
	for role, want := range map[staff.Role]int{staff.Operator: 200, staff.Owner: 200, staff.Organiser: 403, staff.Marketer: 403, staff.Auditor: 403} {
		if resp, _ := h.gets(h.Client(h.SignIn("Вера", role)), fmt.Sprintf("/console/inbox/%d", id)); resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", role, resp.StatusCode, want)
		}
	}
	if n := h.count(`select count(*) from audit where act = 'conversations.read'`); n != 2 {
		t.Errorf("%d looks are in the log, want 2", n)
	}
}

// TestReplyOnThePage: what is refused keeps the words on the page, and says why.
func TestReplyOnThePage(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.writes("anna", "1", chat.Inbound{Text: "Где приз?"})
	id := h.calls()
	anna, boris := h.Client(h.SignIn("Анна", staff.Operator)), h.Client(h.SignIn("Борис", staff.Operator))
	newest := func() string {
		s, err := conversation.Show(t.Context(), h.DB, id)
		h.must(err)
		return fmt.Sprint(s.Newest)
	}
	seen := newest()
	if status, _ := h.posts(anna, id, "take", url.Values{"key": {"a"}, "show": {"mine\r\nX: y"}}); status != http.StatusSeeOther {
		t.Errorf("taken: %d", status)
	}
	if status, page := h.posts(boris, id, "take", url.Values{"key": {"b"}}); status != 422 || !strings.Contains(page, "Разговор ведёт Анна") {
		t.Errorf("taken by another: %d", status)
	}
	if status, page := h.posts(boris, id, "reply", url.Values{"key": {"c"}, "text": {"Я тоже"}, "seen": {seen}}); status != 422 || !strings.Contains(page, "сейчас не ваш") {
		t.Errorf("reply of another: %d", status)
	}
	h.writes("anna", "2", chat.Inbound{Text: "И ещё"})
	if status, page := h.posts(anna, id, "reply", url.Values{"key": {"d"}, "text": {"Сейчас <b>узнаю</b>"}, "seen": {seen}}); status != 422 || !strings.Contains(page, "успел написать") || !strings.Contains(page, "Сейчас &lt;b&gt;узнаю") || !strings.Contains(page, "Отправить всё равно") || !regexp.MustCompile(`(?s)class="arrived".*И ещё.*id="reply"`).MatchString(page) {
		t.Errorf("past what was written: %d", status)
	}
	for range 2 {
		if status, _ := h.posts(anna, id, "reply", url.Values{"key": {"e"}, "text": {"Уже в пути"}, "seen": {newest()}}); status != http.StatusSeeOther {
			t.Errorf("reply: %d", status)
		}
	}
	if status, _ := h.posts(anna, id, "reply", url.Values{"key": {"f"}, "text": {" \r\n"}, "seen": {newest()}}); status != 422 {
		t.Errorf("no words: %d", status)
	}
	if n := h.count(`select count(*) from outbox where staff_id is not null`); n != 1 {
		t.Errorf("%d replies are to be sent, want 1", n)
	}
	rows, err := support.List(t.Context(), h.DB, time.Now(), support.Asked{Show: support.Mine, Staff: 1})
	h.must(err)
	if len(rows) != 1 || rows[0].Unanswered {
		t.Errorf("Anna has %+v", rows)
	}
}

// TestGivenBackOneByOne: what gives one conversation back, of the same fence, gives back
// no other.
func TestGivenBackOneByOne(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.Client(h.SignIn("Анна", staff.Operator))
	for i, peer := range []string{"anna", "boris"} {
		h.writes(peer, fmt.Sprint(i), chat.Inbound{Text: "Здравствуйте"})
		id := h.calls()
		for _, act := range []string{"take", "give-back"} {
			if status, _ := h.posts(anna, id, act, url.Values{"key": {"fence 1 of operator"}, "seen": {"1000000"}}); status != http.StatusSeeOther {
				t.Errorf("%s of %d: %d", act, id, status)
			}
		}
	}
	if n := h.count(`select count(distinct conversation_id) from inbox where kind = 'event'`); n != 2 {
		t.Errorf("%d conversations are given back, want 2", n)
	}
}

// TestHostilePicture: a picture is drawn anew, without what else its file holds; what is no
// picture, and another's picture, are not shown.
func TestHostilePicture(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.writes("boris", "0", chat.Inbound{Text: "чужой"})
	other := h.calls()
	h.writes("anna", "1", chat.Inbound{Text: "фото"})
	id := h.calls()
	subject, key, err := h.door.Person(t.Context(), id)
	h.must(err)
	var picture bytes.Buffer
	h.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 9, 9))))
	picture.WriteString("<script>alert(1)</script>")
	keep := func(data []byte) string {
		blob, err := h.media.Put(t.Context(), time.Now(), key, media.File{Subject: subject, Mime: "image/png", Data: data})
		h.must(err)
		return blob
	}
	polyglot, svg := keep(picture.Bytes()), keep([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`))
	c := h.Client(h.SignIn("Вера", staff.Operator))
	resp, body := h.gets(c, fmt.Sprintf("/console/inbox/%d/photos/%s", id, polyglot))
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "image/jpeg" || strings.Contains(body, "script") || !strings.Contains(resp.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("a polyglot: %d %v", resp.StatusCode, resp.Header)
	}
	if size, kind, err := image.DecodeConfig(strings.NewReader(body)); err != nil || kind != "jpeg" || size.Width != 9 {
		t.Errorf("it is %s of %+v, %v", kind, size, err)
	}
	for path, want := range map[string]int{
		fmt.Sprintf("/console/inbox/%d/photos/%s", id, svg):         415,
		fmt.Sprintf("/console/inbox/%d/photos/%s", other, polyglot): 404,
		"/console/inbox/99/photos/" + polyglot:                      404,
		"/console/inbox/x":                                          404,
	} {
		if resp, _ := h.gets(c, path); resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, want)
		}
	}
}
