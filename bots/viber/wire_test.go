package viber_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	"besedka/bots/fake"
	"besedka/bots/viber"
	"besedka/core/chat"
)

// heard is a sink that keeps what was said.
type heard struct {
	mu sync.Mutex
	in []bots.Received
}

func (h *heard) take(_ context.Context, b bots.Batch) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.in = append(h.in, b.Messages...)
	return nil
}

func (h *heard) all() (all []chat.Inbound) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.in {
		all = append(all, r.In)
	}
	return all
}

// TestTalk goes through everything a shopper and the bot do to each other.
func TestTalk(t *testing.T) {
	t.Parallel()
	h, r := &heard{}, stand(t, quiet())
	r.listen(t, h.take)
	r.do(t, fake.Act{Text: "/start promo1", Name: "Оля", Lang: "ru"})
	confirmed(t, r)
	typed := &chat.Keyboard{Kind: chat.Reply, Rows: [][]chat.Button{
		{{Title: "Казань", Token: "k"}, {Title: "М&М <b>", Token: "m"}},
		{{Title: "1", Token: "1"}, {Title: "2", Token: "2"}, {Title: "3", Token: "3"}, {Title: "4", Token: "4"}},
		{{Title: "Правила", URL: "https://a.test/"}},
	}}
	if _, err := r.a.Send(t.Context(), person, "1", chat.Wire{Text: "Город?", Keyboard: typed}); err != nil {
		t.Fatal(err)
	}
	r.do(t, fake.Act{Button: "М&М <b>"})
	r.do(t, fake.Act{Photos: [][]byte{[]byte("jpeg"), []byte("png")}, Text: "чек"})
	r.do(t, fake.Act{Document: &fake.Document{Name: "Чек.PDF", Data: []byte("pdf")}})
	r.do(t, fake.Act{Document: &fake.Document{Name: "a.exe", Data: []byte("exe")}})
	r.do(t, fake.Act{File: &fake.File{Kind: "video", Data: []byte("mp4")}, Text: "смотрите"})
	r.do(t, fake.Act{File: &fake.File{Kind: "sticker", Data: []byte("png")}})
	r.do(t, fake.Act{Location: &fake.Location{Lat: "55.750", Lon: "37.6"}})
	r.do(t, fake.Act{Contact: &fake.Contact{Phone: "+79990000077", Own: true}})
	r.do(t, fake.Act{Block: true})
	confirmed(t, r)
	got := h.all()
	for i := range got { // Viber gives addresses
		if p := got[i].Photo; p != nil {
			data, err := r.a.Fetch(t.Context(), p.Remote, 4)
			got[i].Photo = &chat.Photo{Remote: string(data), PDF: p.PDF}
			if err != nil {
				t.Error(err)
			}
		}
		if f := got[i].File; f != nil {
			f.Remote = r.brought(t, f.Remote)
		}
	}
	want := []chat.Inbound{
		{Start: "promo1", Name: "Оля", Lang: "ru"},
		{Tap: "m"},
		{Photo: &chat.Photo{Remote: "jpeg"}, Text: "чек"},
		{Photo: &chat.Photo{Remote: "png"}},
		{Photo: &chat.Photo{Remote: "pdf", PDF: true}},
		{File: &chat.File{Kind: chat.Document, Remote: "exe", Name: "a.exe"}},
		{File: &chat.File{Kind: chat.Video, Remote: "mp4"}, Text: "смотрите"},
		{File: &chat.File{Kind: chat.Sticker, Remote: "png"}},
		{Location: &chat.Point{Lat: "55.750", Lon: "37.6"}},
		{Contact: &chat.Contact{Phone: "+79990000077"}}, // nobody proves that it is theirs
		{Blocked: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	rows := r.f.Sent(person, 0)[1].Rows
	if n := []int{len(rows[0]), len(rows[1]), len(rows[2])}; len(rows) != 3 || !cmp.Equal(n, []int{2, 4, 1}) {
		t.Errorf("keys stand in rows %v", rows)
	}
}

// brought is what lies at an address; one byte more than is wanted is refused.
func (r rig) brought(t *testing.T, remote string) string {
	t.Helper()
	data, err := r.a.Fetch(t.Context(), remote, 3)
	if err != nil {
		t.Error(err)
	}
	if _, err := r.a.Fetch(t.Context(), remote, 2); !errors.Is(err, bots.ErrTooBig) {
		t.Errorf("a file too long: %v", err)
	}
	return string(data)
}

// TestPicture: Viber fetches a picture from our address, with its words and keys; what it
// does not show is refused, and one that we cannot name is tried again.
func TestPicture(t *testing.T) {
	t.Parallel()
	r := stand(t, quiet())
	r.f.Meet(person, false)
	keys := &chat.Keyboard{Kind: chat.Reply, Rows: [][]chat.Button{{{Title: "Забрать", Token: "take"}}}}
	mug := chat.Wire{Text: strings.Repeat("я", 768), Keyboard: keys, Media: &chat.Media{Path: "prize.jpg", Alt: "Кружка"}}
	if _, err := r.a.Send(t.Context(), person, "1", mug); err != nil {
		t.Fatal(err)
	}
	got := r.f.Sent(person, 0)[0]
	if !cmp.Equal(got.Photo, pictures["prize.jpg"]) || got.Text != mug.Text || got.Rows[0][0].Text != "Забрать" {
		t.Errorf("they see a picture of %d bytes over %q and %v", len(got.Photo), got.Text, got.Rows)
	}
	if _, err := r.a.Send(t.Context(), person, "2", chat.Wire{Media: &chat.Media{Path: "prize.jpg"}}); err != nil {
		t.Errorf("without words: %v", err)
	}
	for name, want := range map[string]error{
		"gone.jpeg": bots.ErrUnavailable, "wall.png": bots.ErrRejected, "page.png": bots.ErrRejected, "prize.webp": bots.ErrRejected,
	} {
		if _, err := r.a.Send(t.Context(), person, name, chat.Wire{Media: &chat.Media{Path: name}}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	if n := len(r.f.Sent(person, 0)); n != 2 {
		t.Errorf("they see %d messages, want 2", n)
	}
}

func confirmed(t *testing.T, r rig) {
	t.Helper()
	if err := r.f.AwaitConfirmed(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestWelcome: who opens the chat sees one message, however often Viber tells of it, and
// nobody is written to before they have pressed its key.
func TestWelcome(t *testing.T) {
	t.Parallel()
	h, r := &heard{}, stand(t, quiet())
	if _, err := r.a.Send(t.Context(), person, "1", chat.Wire{Text: "Здравствуйте"}); !errors.Is(err, bots.ErrBlocked) {
		t.Errorf("written to somebody who has not written: %v", err)
	}
	r.listen(t, h.take)
	r.do(t, fake.Act{Text: "/start", Lang: "en", Repeat: 2})
	confirmed(t, r)
	sent := r.f.Sent(person, 0)
	if len(sent) != 1 || sent[0].Text != "Акция <en>" || sent[0].Rows[0][0].Text != "Начать & выиграть" {
		t.Errorf("they see %+v, want the welcome once", sent)
	}
	keys := map[string]bool{}
	for _, in := range h.in {
		keys[in.Key] = true
		if in.In.Text != "/start" {
			t.Errorf("heard %+v", in.In)
		}
	}
	if len(keys) != 1 {
		t.Errorf("one press came under %d keys", len(keys))
	}
	if _, err := r.a.Send(t.Context(), person, "1", chat.Wire{Text: "Здравствуйте"}); err != nil {
		t.Errorf("after the press: %v", err)
	}
}

// TestLongPayload: a link whose payload has no room in a key begins the talk without it.
func TestLongPayload(t *testing.T) {
	t.Parallel()
	h, r := &heard{}, stand(t, quiet())
	r.listen(t, h.take)
	r.do(t, fake.Act{Text: "/start " + strings.Repeat("x", 250)})
	confirmed(t, r)
	if got := h.all(); len(got) != 1 || got[0].Text != "/start" {
		t.Errorf("heard %+v", got)
	}
}

// TestRefusals: what Viber's statuses mean, all of which come with HTTP status 200.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]error{
		1: bots.ErrRejected, 2: bots.ErrUnauthorized, 3: bots.ErrRejected, 5: bots.ErrBlocked, 6: bots.ErrBlocked,
		9: bots.ErrUnauthorized, 10: bots.ErrUnavailable, 13: bots.ErrRejected, 24: bots.ErrUnavailable, 99: bots.ErrUnknownOutcome,
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"status":%d,"status_message":"words"}`, status)
		}))
		t.Cleanup(srv.Close)
		a, err := viber.New(viber.Config{Token: token, URI: "b", Name: "Б", Server: srv.URL, WebhookURL: srv.URL})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Send(t.Context(), person, "1", chat.Wire{Text: "да"}); !errors.Is(err, want) {
			t.Errorf("status %d: %v, want %v", status, err, want)
		}
	}
}

// TestNew refuses what cannot work.
func TestNew(t *testing.T) {
	t.Parallel()
	good := viber.Config{Token: token, URI: "b", Name: "Б", WebhookURL: "https://a.test/hooks/viber"}
	for name, spoil := range map[string]func(*viber.Config){
		"no token":    func(c *viber.Config) { c.Token = "" },
		"white space": func(c *viber.Config) { c.Token = "a b" },
		"no uri":      func(c *viber.Config) { c.URI = "" },
		"no name":     func(c *viber.Config) { c.Name = "" },
		"long name":   func(c *viber.Config) { c.Name = strings.Repeat("я", 29) },
		"no webhook":  func(c *viber.Config) { c.WebhookURL = "" },
	} {
		c := good
		spoil(&c)
		if _, err := viber.New(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := viber.New(good); err != nil {
		t.Error(err)
	}
}
