package web

import (
	"bytes"
	"context"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"besedka/core/chat"
	"besedka/core/source"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
	"besedka/web/receiptart"
)

var noon = time.Date(2026, 11, 22, 12, 4, 0, 0, time.UTC)

func both(ru, en string) flows.Words { return flows.Words{"ru": ru, "en": en} }

func programme() *flows.Programme {
	return &flows.Programme{
		Name:      both("Полянка", "Polyanka"),
		Languages: []string{"ru", "en"},
		Location:  time.FixedZone("MSK", 3*60*60),
		Home: flows.Home{
			Title:  both("До 7 % с «Полянки» — обратно", "Up to 7% of your Polyanka, back to you"),
			Lead:   both("Присылайте чеки с молоком, творогом и сыром «Полянка» и копите бонусы. Достаточно одной фотографии.", "Send receipts with Polyanka milk, curds and cheese and collect bonuses. One photo is enough."),
			Action: both("Отправить чек", "Send a receipt"),
			Steps: []flows.Words{
				both("Купите продукты «Полянка» или «Лесной луг».", "Buy Polyanka or Lesnoy Lug products."),
				both("Сфотографируйте QR-код чека и пришлите в чат.", "Take a picture of the receipt's QR code and send it to the chat."),
				both("Получите бонусами от 3 до 7 % их цены. Они живут шесть месяцев.", "Get 3% to 7% of their price in bonuses. They live for six months."),
			},
			Footer: both("Полянка — вымышленная молочная ферма. Всё здесь ненастоящее.", "Polyanka is an invented dairy. Nothing here is real."),
		},
		Consents: map[string]*flows.Document{
			flows.Rules:        {Title: both("Правила программы", "Rules of the programme"), Text: both("Первый абзац.\n\nВторой.", "One.\n\nTwo."), Version: "5b0e"},
			flows.PersonalData: {Title: both("Согласие на обработку персональных данных", "Consent to personal data"), Text: both("Текст.", "Text."), Version: "77aa"},
		},
	}
}

// messenger keeps transcripts in memory and says what it hears.
type messenger struct {
	mu     sync.Mutex
	lines  map[string][]Line
	seen   map[string]bool
	photos map[string][]byte
	wakes  map[string][]chan struct{}
	down   bool
	heard  func(peer string, in chat.Inbound) // may be nil
}

func newMessenger() *messenger {
	return &messenger{lines: map[string][]Line{}, seen: map[string]bool{}, photos: map[string][]byte{}, wakes: map[string][]chan struct{}{}}
}

func (m *messenger) chat() Chat {
	return Chat{Accept: m.accept, Upload: m.upload, Newest: m.newest, Transcript: m.transcript, Media: m.media, Watch: m.watch}
}

func (m *messenger) accept(_ context.Context, peer, key string, in chat.Inbound) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down {
		return context.DeadlineExceeded
	}
	if m.seen[peer+key] {
		return nil
	}
	m.seen[peer+key] = true
	if m.heard != nil {
		m.heard(peer, in)
	}
	own := Line{Key: key, From: "shopper", Text: in.Text + in.Start}
	answer := Line{From: "bot", Text: "Слышу: " + in.Text + in.Start}
	switch {
	case in.Tap != "":
		answer.Text = "Слышу: " + in.Tap
	case in.Photo != nil:
		own.Media = &Media{Ref: in.Photo.Remote}
		answer.Text = "Вижу чек на 1 284,50 ₽. Проверяю.\nА пока познакомимся?"
		answer.Buttons = []chat.Button{{Title: "Давайте", Token: "t1.0"}, {Title: "Не сейчас", Token: "t1.1"}, {Title: "Правила", URL: "/rules"}}
	}
	m.say(peer, own)
	m.say(peer, answer)
	return nil
}

// say adds a line and wakes who watches; m is locked.
func (m *messenger) say(peer string, line Line) {
	line.N, line.At = int64(len(m.lines[peer])+1), noon
	m.lines[peer] = append(m.lines[peer], line)
	for _, wake := range m.wakes[peer] {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}

func (m *messenger) upload(_ context.Context, peer string, data []byte) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	ref := "photo-" + peer
	m.photos[ref] = data
	return ref, nil
}

func (m *messenger) media(_ context.Context, peer, ref string) (Picture, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.photos[ref]
	if !ok || !strings.HasSuffix(ref, peer) {
		return Picture{}, storage.ErrNotFound
	}
	return Picture{Type: http.DetectContentType(data), Data: data}, nil
}

const stubPage = 3 // lines; small, so that reading goes over several pages

func (m *messenger) transcript(_ context.Context, peer string, after int64) ([]Line, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := m.lines[peer]
	from := min(int(after), len(all))
	return append([]Line{}, all[from:min(from+stubPage, len(all))]...), nil
}

func (m *messenger) newest(_ context.Context, peer string, lines int) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int64(max(0, len(m.lines[peer])-lines)), nil
}

func (m *messenger) watch(peer string) (<-chan struct{}, func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	wake := make(chan struct{}, 1)
	m.wakes[peer] = append(m.wakes[peer], wake)
	return wake, func() {}
}

// stage is the demonstration behind the stub: the story of a receipt that was
// credited and of one that waits.
type stage struct {
	mu       sync.Mutex
	service  string
	problems []*source.Problem
	books    BooksReport
}

func (s *stage) story(context.Context, string) (Story, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Story{
		Service: s.service, Release: "9f3ac2d4e5b6", Flow: "onboarding", Step: "ask_city", Balance: 6422,
		Turns: []Turn{
			{N: 4, In: "ask_birth", Out: "ask_city", At: noon.Add(41 * time.Second)},
			{N: 3, In: "ask_name", Out: "ask_birth", At: noon.Add(30 * time.Second)},
			{N: 2, In: "consent", Out: "ask_name", At: noon.Add(12 * time.Second)},
			{N: 1, Out: "consent", At: noon},
		},
		Receipts: []Receipt{
			{ID: 2, Sum: 56700, State: "waiting", Due: noon.Add(90 * time.Second)},
			{ID: 1, Sum: 128450, State: "credited"},
		},
		Calls: []Call{
			{ID: 3, Receipt: 2, Method: "send", Code: "503", At: noon.Add(44 * time.Second)},
			{ID: 2, Receipt: 1, Method: "poll", Code: "200", Good: true, At: noon.Add(5 * time.Second)},
			{ID: 1, Receipt: 1, Method: "send", Code: "202", Good: true, At: noon.Add(2 * time.Second)},
		},
		Postings: []Posting{
			{ID: 2, Account: "member", Amount: 6422, Key: "receipt/1", At: noon.Add(46 * time.Second)},
			{ID: 1, Account: "issue", Amount: -6422, Key: "receipt/1", At: noon.Add(46 * time.Second)},
		},
	}, nil
}

func (s *stage) fault(_ context.Context, service string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.service = service
	return nil
}

func (s *stage) demo() *Demo {
	return &Demo{
		Story: s.story, Fault: s.fault, Script: "flows/programme/flows/onboarding.yaml",
		Books:   func(context.Context) (BooksReport, error) { return s.books, nil },
		Receipt: func(context.Context, string, string) ([]byte, error) { return pizza() },
		Problems: func() []*source.Problem {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.problems
		},
	}
}

var pizza = sync.OnceValues(func() ([]byte, error) {
	var out bytes.Buffer
	err := png.Encode(&out, receiptart.Pizza())
	return out.Bytes(), err
})

// site serves the pages over stubs; change adjusts what they stand on.
func site(t *testing.T, change ...func(d *Deps)) (url string, m *messenger, s *stage) {
	t.Helper()
	h, m, s := pages(t, change...)
	return serve(t, h, answerTime), m, s
}

// pages is the handler of a site.
func pages(t *testing.T, change ...func(d *Deps)) (h http.Handler, m *messenger, s *stage) {
	t.Helper()
	words, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	m = newMessenger()
	s = &stage{service: "up", books: BooksReport{Transactions: 3, Postings: 6, Members: 2}}
	d := Deps{
		Programme: programme, Words: words, Chat: m.chat(), Demo: s.demo(),
		Registry: prometheus.NewRegistry(), Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	for _, change := range change {
		change(&d)
	}
	h, err = New(d)
	if err != nil {
		t.Fatal(err)
	}
	return h, m, s
}

// serve starts a server whose requests must come and be answered within limit,
// unless they may take longer.
func serve(t *testing.T, h http.Handler, limit time.Duration) (url string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	server := httptest.NewUnstartedServer(nil)
	server.Config = Server(ctx, h)
	server.Config.ReadTimeout, server.Config.WriteTimeout = limit, limit
	server.Start()
	t.Cleanup(func() { cancel(); server.Close() })
	return server.URL
}

// set takes the messenger down or up.
func (m *messenger) set(down bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down = down
}
