package runner_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/member"
	"besedka/core/release"
	"besedka/core/seal"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/dialogs/runner"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// script asks, keeps, calls and comes back: every kind of turn in few lines.
const script = `
flow: talk
start: { any: true }
steps:
  consent:
    ask: "Согласны? {link.consent}"
    buttons: { agree: "Да", refuse: "Нет" }
    consent: personal_data
    go: { agree: name, refuse: no }
  name:
    ask: "Как вас зовут?"
    expect: { type: text, max: 20 }
    save: name
  city:
    ask: "А город?"
    expect: { type: text, max: 20 }
    save: city
  register:
    call: profile.register
    go: { done: thanks }
  thanks: { say: "Спасибо, {profile.name}!", end: true }
  no: { say: "Хорошо.", end: true }
`

var folder = fstest.MapFS{
	"programme.yaml": {Data: []byte(`
name: "Проба"
languages: [ru]
zone: Europe/Moscow
country: RU
currencies: [bonus]
channels: [telegram]
fallback: talk
stale: talk
defaults: { retry: ["Не поняла."] }
consents: { personal_data: { title: "Согласие", text: "Я согласен." } }
home: { title: "Проба", lead: "Проба", action: "Чат", steps: ["Раз"], footer: "Проба" }
`)},
	"profile.yaml": {Data: []byte(`
fields:
  name: { type: text, sealed: true, title: "Имя" }
  city: { type: text, title: "Город" }
`)},
	"segments.yaml":   {Data: []byte("{}\n")},
	"flows/talk.yaml": {Data: []byte(script)},
}

const consent = "Согласны? https://polyanka.example/consent"

// house is a runner and what stands around it, on a database of its own.
type house struct {
	testing.TB
	dsn      string
	db       *storage.DB
	door     *conversation.Service
	releases *runner.Releases
	*runner.Runner
}

func open(t testing.TB, register actions.Do) *house {
	t.Helper()
	return openProgramme(t, folder, actions.Set{"profile.register": actions.Shared(register)})
}

func openProgramme(t testing.TB, folder fs.FS, set actions.Set) *house {
	t.Helper()
	keys, err := seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{TB: t, dsn: storagetest.DSN(t)}
	h.db = h.connect()
	h.door = newDoor(h.db, keys)
	published := release.New(h.db)
	h.releases = runner.NewReleases(published, actions.Vocabulary())
	h.publish(published, folder)
	h.Runner = runner.New(runner.Config{
		DB: h.db, Keys: keys, Door: h.door, Releases: h.releases, Actions: set,
		Pages: map[string]string{"consent": "https://polyanka.example/consent"}, Texts: texts, Sent: func(chat.Channel) {}, Alone: func() {}, More: func() {}, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	return h
}

func newDoor(db *storage.DB, keys *seal.Keyring) *conversation.Service {
	members := member.New(db, keys, func(context.Context, storage.Tx, time.Time, int64, int64) error { return nil })
	return conversation.New(db, keys, members, conversation.Waker{Turns: func() {}, Sends: func(chat.Channel) {}}, slog.New(slog.DiscardHandler))
}

func (h *house) connect() *storage.DB {
	h.Helper()
	db, err := storage.Open(h.Context(), h.dsn, 8)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(db.Close)
	return db
}

// neighbour is the runner of another process on the same database.
func (h *house) neighbour() *house {
	h.Helper()
	n := *h
	n.db = h.connect()
	c := h.Config
	c.DB = n.db
	n.Runner = runner.New(c)
	return &n
}

func (h *house) publish(to *release.Service, folder fs.FS) {
	h.Helper()
	h.publishAt(to, folder, noon)
}

func (h *house) publishAt(to *release.Service, folder fs.FS, at time.Time) {
	h.Helper()
	if p, problems := flows.Load(folder, actions.Vocabulary()); p == nil {
		for _, mistake := range problems {
			h.Error(mistake)
		}
		h.FailNow()
	}
	id, _, err := to.Publish(h.Context(), release.Order{At: at}, folder, func(context.Context, storage.Tx, string) error { return nil })
	if err == nil {
		err = h.releases.Use(h.Context(), id, at)
	}
	if err != nil {
		h.Fatal(err)
	}
}

func done(context.Context, storage.Tx, actions.Call) (dialogs.CallResult, error) {
	return dialogs.CallResult{Outcome: "done"}, nil
}

func (h *house) hear(peer string, texts ...string) {
	h.Helper()
	a := conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1"}
	for _, text := range texts {
		a.Messages = append(a.Messages, conversation.Message{Key: text, Peer: peer, At: noon, In: chat.Inbound{Text: text}})
	}
	if err := h.door.Receive(h.Context(), noon, a); err != nil {
		h.Fatal(err)
	}
}

// settle steps until nothing is left to do at now.
func (h *house) settle(now time.Time) {
	h.Helper()
	for h.round(now) {
	}
}

func (h *house) round(now time.Time) (worked bool) {
	h.Helper()
	worked, err := h.try(now)
	if err != nil {
		h.Fatal(err)
	}
	return worked
}

// try runs one group and one turn alone, once nobody writes any more.
func (h *house) try(now time.Time) (worked bool, err error) {
	h.letGo(now)
	light, _, err := h.Step(h.Context(), now)
	alone, _, aloneErr := h.AloneStep(h.Context(), now)
	return light || alone, errors.Join(err, aloneErr)
}

// letGo lets go of texts that may have more to come: their senders have done.
func (h *house) letGo(now time.Time) {
	h.Helper()
	if _, _, err := h.door.TextStep(h.Context(), now.Add(conversation.Pause)); err != nil {
		h.Error(err)
	}
}

// finish tries until nothing waits, in nobody's hand either.
func (h *house) finish(now time.Time) error {
	for waiting := int64(1); waiting > 0; {
		if _, err := h.try(now); err != nil {
			return err
		}
		var err error
		if waiting, err = storage.Value[int64](h.Context(), h.db, `select count(*) from inbox_open`); err != nil {
			return err
		}
	}
	return nil
}

// said is every text that waits to be sent, by peer, in order.
func (h *house) said() map[string][]string { return h.saidBy(noon.Add(time.Hour)) }

func (h *house) saidBy(now time.Time) map[string][]string {
	h.Helper()
	lanes, err := h.door.ClaimSends(h.Context(), now, chat.Telegram, 1000, new(conversation.Hand))
	if err != nil {
		h.Fatal(err)
	}
	said := map[string][]string{}
	for _, l := range lanes {
		for _, m := range l.Messages {
			said[l.Peer] = append(said[l.Peer], m.Wire.Text)
		}
	}
	return said
}

func (h *house) count(sql string) int64 {
	h.Helper()
	n, err := storage.Value[int64](h.Context(), h.db, sql)
	if err != nil {
		h.Fatal(err)
	}
	return n
}

func TestConversationsRunInGroups(t *testing.T) {
	t.Parallel()
	h := open(t, done)
	want := map[string][]string{}
	for i := range runner.GroupSize + 10 {
		peer := fmt.Sprintf("peer-%d", i)
		h.hear(peer, "привет", "Да", "Анна", "Казань")
		want[peer] = []string{consent, "Как вас зовут?", "А город?", "Спасибо, Анна!"}
	}
	h.settle(noon)
	if diff := cmp.Diff(want, h.said()); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
	if got := h.count(`select count(*) from inbox_open`); got != 0 {
		t.Errorf("%d rows are not done", got)
	}
	if got := h.count(`select count(*) from member where answers #>> '{city,plain}' = 'Казань'`); got != runner.GroupSize+10 {
		t.Errorf("%d members told their city", got)
	}
	if got := h.count(`select count(*) from member where answers #> '{name,plain}' is not null`); got != 0 {
		t.Errorf("%d names lie open in the database", got)
	}
}

func TestActionRunsOnceHoweverManyRunners(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	h := open(t, func(ctx context.Context, tx storage.Tx, c actions.Call) (dialogs.CallResult, error) {
		calls.Add(1)
		return done(ctx, tx, c)
	})
	const chats = 20
	for i := range chats {
		h.hear(fmt.Sprintf("peer-%d", i), "привет", "Да", "Анна", "Казань")
	}
	var runners sync.WaitGroup
	for range 4 {
		n := h.neighbour()
		runners.Go(func() {
			if err := n.finish(noon); err != nil {
				t.Error(err)
			}
		})
	}
	runners.Wait()
	if got := calls.Load(); got != chats {
		t.Errorf("the action ran %d times, want %d", got, chats)
	}
	if got := h.count(`select count(*) from turn`); got != 4*chats {
		t.Errorf("%d turns, want %d", got, 4*chats)
	}
}

func TestFailingTurnHarmsNobodyElse(t *testing.T) {
	t.Parallel()
	h := open(t, func(context.Context, storage.Tx, actions.Call) (dialogs.CallResult, error) {
		return dialogs.CallResult{}, errors.New("the core is broken")
	})
	h.hear("anna", "привет", "Да", "Анна", "Казань", "ещё")
	h.hear("boris", "привет", "Да", "Борис")
	for now := noon; now.Before(noon.Add(time.Hour)); now = now.Add(time.Minute) {
		h.settle(now)
	}
	said := h.said()
	if diff := cmp.Diff([]string{consent, "Как вас зовут?", "А город?"}, said["boris"]); diff != "" {
		t.Errorf("boris heard (-want +got):\n%s", diff)
	}
	anna := said["anna"]
	if len(anna) < 4 || !strings.Contains(anna[3], "сломалось") {
		t.Errorf("anna was not told that we failed: %q", anna)
	}
	if got := h.count(`select count(*) from inbox_open where state = 'parked'`); got == 0 {
		t.Error("nothing was put aside for a person to look at")
	}
	if got := h.count(`select count(*) from inbox_open where state in ('ready', 'solo')`); got != 0 {
		t.Errorf("%d rows wait for ever", got)
	}
}

// edited is the programme's folder with one file that says otherwise.
func edited(file, from, to string) fstest.MapFS {
	changed := maps.Clone(folder)
	changed[file] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(folder[file].Data), from, to))}
	return changed
}

// TestFieldOfAnotherType: what was answered before the edit is not known after
// it, and who answered talks on.
func TestFieldOfAnotherType(t *testing.T) {
	t.Parallel()
	h := open(t, done)
	h.hear("anna", "привет", "Да", "Анна", "Казань")
	h.settle(noon)
	later := edited("profile.yaml", `city: { type: text, title: "Город" }`, `city: { type: date, title: "Город" }`)
	later["flows/talk.yaml"] = &fstest.MapFile{Data: []byte(`
flow: talk
start: { any: true }
steps:
  stranger: { say: "Откуда вы?", skip: profile.city }
  bye: { say: "Пока.", end: true }
`)}
	h.publish(release.New(h.db), later)
	h.hear("anna", "снова")
	h.settle(noon)
	said := h.said()["anna"]
	if got := said[len(said)-1]; !strings.HasPrefix(got, "Откуда вы?") {
		t.Errorf("heard %q", got)
	}
}

func TestDemonstrationMarksEveryMessage(t *testing.T) {
	t.Parallel()
	h := open(t, func(context.Context, storage.Tx, actions.Call) (dialogs.CallResult, error) {
		return dialogs.CallResult{Outcome: "nonsense"}, nil
	})
	h.Demo = true
	h.hear("anna", "привет", "Да", "Анна", "Казань")
	h.settle(noon)
	said := h.said()["anna"]
	for _, text := range said {
		if !strings.HasSuffix(text, "Демонстрация: бонусы ненастоящие.") {
			t.Errorf("not marked: %q", text)
		}
	}
	if len(said) != 4 { // the last one is an apology
		t.Errorf("%d messages, want 4", len(said))
	}
	voice := runner.Voice{Texts: h.Texts, Releases: h.Releases, Demo: true}
	if text := voice.Notice(chat.Webchat, "ru", "chat.sorry"); strings.Contains(text, "Демонстрация") {
		t.Errorf("marked in the web chat, whose pages are: %q", text)
	}
}

// TestProgrammeSpeaksItsOwnLanguages: a chat begins in Russian, and a hint may
// name a language that nobody here speaks.
func TestProgrammeSpeaksItsOwnLanguages(t *testing.T) {
	t.Parallel()
	h := open(t, func(context.Context, storage.Tx, actions.Call) (dialogs.CallResult, error) {
		return dialogs.CallResult{Outcome: "nonsense"}, nil
	})
	h.publish(release.New(h.db), edited("programme.yaml", "languages: [ru]", "languages: [en]"))
	h.Demo = true
	a := conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1"}
	for _, text := range []string{"привет", "Да", "Анна", "Казань"} {
		a.Messages = append(a.Messages, conversation.Message{Key: text, Peer: "anna", At: noon, In: chat.Inbound{Text: text, Lang: "de-AT"}})
	}
	if err := h.door.Receive(t.Context(), noon, a); err != nil {
		t.Fatal(err)
	}
	h.settle(noon)
	for _, text := range h.said()["anna"] {
		if strings.Contains(text, "Демонстрация") {
			t.Errorf("said in Russian: %q", text)
		}
	}
	if got := h.count(`select count(*) from conversation where lang = 'en'`); got != 1 {
		t.Error("the chat does not go on in the programme's language")
	}
}
