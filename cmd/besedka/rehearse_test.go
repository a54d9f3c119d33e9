package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"besedka/core/conversation"
	"besedka/core/ledger"
)

// TestRehearse plays scenarios against the command, over HTTP, one after
// another on one stage. Each has people of its own; time only goes on.
func TestRehearse(t *testing.T) {
	r := startRehearsal(t)
	for _, scene := range []struct {
		name string
		play func(*testing.T, rehearsed)
	}{
		{"docs", playDocs},
		{"a new person", playNewPerson},
		{"a question for words", playWords},
		{"a typed phone joins nothing", playTypedPhone},
		{"receipt first, form later, elsewhere", playAbandoned},
		{"one update three times", playThrice},
		{"a receipt that arrives after three hours", playLate},
		{"faults of the tax service", playFaults},
		{"twenty at once", playCrowd},
		{"one message a receipt", playOneMessage},
		{"goods that a person teaches", playGoods},
		{"a place that a person teaches", playPlaces},
		{"a prize", playPrize},
		{"WhatsApp", playWhatsApp},
		{"a picture", playPicture},
		{"two photos of one receipt", playTwoPhotos},
		{"other ways in", playWays},
		{"a day without an answer", playDesk},
		{"a forged receipt", playForged},
		{"what people look at", playReview},
		{"a survey", playSurvey},
		{"new terms from a publication on", playNewTerms},
		{"an edited programme", playEdited},
		{"who asks to be forgotten", playForgotten},
		{"requests nobody understands", playNonsense},
		{"half a year later", playExpiry},
	} {
		if !t.Run(scene.name, func(t *testing.T) { scene.play(t, r) }) {
			return
		}
		var books ledger.Report
		if r.must(t, "GET", "books", nil, &books); len(books.Breaches) > 0 {
			t.Fatalf("after %s the books are wrong: %+v", scene.name, books.Breaches)
		}
	}
}

func playNewPerson(t *testing.T, r rehearsed) {
	now := r.now(t)
	for _, line := range []struct {
		act  fields
		want string
	}{
		{fields{"text": "/start", "name": "Анна К."}, "[Согласие даю] [Не сейчас]"},
		{fields{"button": "Согласие даю"}, "?"},
		{fields{"text": "Анна"}, "день рождения"},
		{fields{"text": "12.05.1990"}, "город"},
		{fields{"text": "Казань"}, "[Есть] [Нет]"},
		{fields{"button": "Есть"}, "[В магазине] [От друзей] [Из рекламы] [В интернете]"},
		{fields{"button": "В магазине"}, "[Поделиться номером] [Пропустить]"},
		{fields{"contact": fields{"phone": "+79990000001", "own": true}}, "Готово, Анна!"},
	} {
		if got := r.do(t, "telegram", "anna", line.act); !strings.Contains(got, line.want) {
			t.Fatalf("%v: heard %q, want %q", line.act, got, line.want)
		}
	}
	m := r.member(t, "telegram", "anna")
	if m.RegisteredAt == nil || !m.RegisteredAt.Equal(now) {
		t.Errorf("registered at %v, want %v", m.RegisteredAt, now)
	}
	for _, c := range m.Consents {
		if c.Kind == "advertising" && c.Granted {
			t.Error("agreed to advertising without having been asked")
		}
		if c.Kind == "personal_data" && (!c.Granted || c.Version == "" || c.Channel != "telegram" || !c.At.Equal(now)) {
			t.Errorf("consent to personal data: %+v", c)
		}
	}
	if len(m.Consents) == 0 {
		t.Error("no consent is kept")
	}
}

// playWords: who answers in their own words hears the answer at once, for the time
// that the bot waits for more.
func playWords(t *testing.T, r rehearsed) {
	began := r.now(t)
	r.do(t, "telegram", "anna", fields{"text": "отзыв"})
	r.do(t, "telegram", "anna", fields{"text": "4"})
	if now := r.now(t); !now.Equal(began) {
		t.Errorf("a mark took until %s, want no time at %s", now, began)
	}
	if got := r.do(t, "telegram", "anna", fields{"text": "Очереди длинные"}); got == "" {
		t.Error("nothing was said to the words")
	}
	if now, want := r.now(t), began.Add(conversation.Pause); !now.Equal(want) {
		t.Errorf("the words took until %s, want %s", now, want)
	}
	r.do(t, "telegram", "anna", fields{"text": "отзыв"})
	r.do(t, "telegram", "anna", fields{"text": "5"})
	if got := r.do(t, "telegram", "anna", fields{"button": "Без слов"}); got == "" {
		t.Error("nothing was said to the button")
	}
	if now, want := r.now(t), began.Add(conversation.Pause); !now.Equal(want) {
		t.Errorf("the button took until %s, want %s", now, want)
	}
	r.advance(t, 2*time.Second-conversation.Pause) // Telegram tells whole seconds, which the next scenes compare
}

// playTypedPhone: who types somebody's number learns nothing of theirs, before
// they prove it and after, and the number goes on meaning its owner alone.
func playTypedPhone(t *testing.T, r rehearsed) {
	const proved, proving = "8 999 000-00-01", "+7 999 000-00-09"
	anna := r.member(t, "telegram", "anna").ID
	r.do(t, "telegram", "anna", fields{"photo": fields{"qr": r.receipt(t, 60_000, nil)}})
	r.register(t, "webchat", "mallory")
	r.learnsNothing(t, fields{"contact": fields{"phone": proved, "own": true}}, fields{"text": proved})
	r.learnsNothing(t, fields{"contact": fields{"phone": proving, "own": true}}, fields{"text": proving})
	r.register(t, "telegram", "olga")
	r.do(t, "telegram", "olga", fields{"contact": fields{"phone": proving, "own": true}})
	r.do(t, "telegram", "olga", fields{"photo": fields{"qr": r.receipt(t, 60_000, nil)}})
	r.advance(t, time.Minute)
	r.learnsNothing(t, fields{"text": "меню"})
	if olga := r.member(t, "telegram", "olga"); olga.points() != 3000 {
		t.Errorf("who proved the number has %d, want 3000", olga.points())
	}
	var found []memberView
	r.must(t, "GET", "members?phone=%2B79990000001", nil, &found)
	if mallory := r.member(t, "webchat", "mallory").ID; mallory == anna || len(found) != 1 || found[0].ID != anna {
		t.Errorf("by her phone %+v is found, want only %d; who typed it is %d", found, anna, mallory)
	}
}

// learnsNothing lets Mallory act and ask for a balance that is nobody else's.
func (r rehearsed) learnsNothing(t *testing.T, acts ...fields) {
	t.Helper()
	var heard string
	for _, act := range append(acts, fields{"text": "баланс"}) {
		heard = r.do(t, "webchat", "mallory", act)
	}
	if !strings.Contains(heard, "Бонусов пока 0") && !strings.Contains(heard, "Пока пусто") {
		t.Errorf("after %v Mallory heard %q, want an empty balance", acts, heard)
	}
}

var linkPayload = regexp.MustCompile(`start=(link_\w+)`)

func playAbandoned(t *testing.T, r rehearsed) {
	qr := r.receipt(t, 170_000, nil)
	uploaded := r.now(t)
	if got := r.do(t, "telegram", "boris", fields{"photo": fields{"qr": qr}}); !strings.Contains(got, "чек на 1 700 ₽") {
		t.Fatalf("after the photo: %q", got)
	}
	for _, act := range []fields{{"button": "Согласие даю"}, {"text": "Борис"}, {"text": "01.02.1980"}, {"text": "Тула"}} {
		r.do(t, "telegram", "boris", act)
	}
	r.advance(t, 2*time.Hour)
	if m := r.member(t, "telegram", "boris"); m.points() != 0 || m.RegisteredAt != nil {
		t.Fatalf("before the questionnaire is done: %+v", m)
	}
	link := linkPayload.FindStringSubmatch(r.do(t, "telegram", "boris", fields{"text": "связать"}))
	if link == nil {
		t.Fatal("no link was given")
	}
	r.do(t, "webchat", "boris at home", fields{"text": "/start " + link[1]})
	r.do(t, "webchat", "boris at home", fields{"button": "Да, это тоже я"})
	r.do(t, "telegram", "boris", fields{"button": "Да, это тоже я"})
	if a, b := r.member(t, "telegram", "boris"), r.member(t, "webchat", "boris at home"); a.ID != b.ID {
		t.Fatalf("the chats are still two members, %d and %d", a.ID, b.ID)
	}
	if got := r.do(t, "webchat", "boris at home", fields{"text": "начать"}); !strings.Contains(got, "[Есть] [Нет]") {
		t.Fatalf("the form goes on with %q, want the fourth question", got)
	}
	for _, act := range []fields{{"button": "Нет"}, {"button": "От друзей"}, {"button": "Пропустить"}} {
		r.do(t, "webchat", "boris at home", act)
	}
	m := r.member(t, "webchat", "boris at home")
	if m.RegisteredAt == nil || !m.RegisteredAt.Equal(uploaded) {
		t.Errorf("registered at %v, want the upload, %v", m.RegisteredAt, uploaded)
	}
	if m.points() != 8500 || len(m.Statement) != 1 {
		t.Errorf("balance %v, statement %+v, want one accrual of 85", m.Balances, m.Statement)
	}
}

// playForgotten: all is told before, an hour is left to think better of it, and
// then a stranger comes.
func playForgotten(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "ulyana")
	r.do(t, "telegram", "ulyana", fields{"photo": fields{"qr": r.receipt(t, 60_000, nil)}})
	r.advance(t, time.Minute)
	before := r.member(t, "telegram", "ulyana")
	if before.points() != 3000 {
		t.Fatalf("she has %d points, want 3000", before.points())
	}
	for _, line := range []struct{ act, says, want string }{
		{"text", "удалить мои данные", "30 бонусов, они пропадут"},
		{"button", "Удалить всё", "Через час"},
		{"text", "не удаляйте", ""},
	} {
		if got := r.do(t, "telegram", "ulyana", fields{line.act: line.says}); !strings.Contains(got, line.want) {
			t.Fatalf("%s: heard %q, want %q", line.says, got, line.want)
		}
	}
	r.advance(t, 2*time.Hour)
	if kept := r.member(t, "telegram", "ulyana"); kept.ID != before.ID || kept.points() != 3000 {
		t.Fatalf("who thought better of it is %+v, want member %d", kept, before.ID)
	}
	late := r.receipt(t, 90_000, fields{"arrives": "90m"})
	r.do(t, "telegram", "ulyana", fields{"photo": fields{"qr": late}})
	r.do(t, "telegram", "ulyana", fields{"text": "удалить мои данные"})
	r.do(t, "telegram", "ulyana", fields{"button": "Удалить всё"})
	r.advance(t, 3*time.Hour) // the tax service is asked for the last time after about two
	if got := r.do(t, "telegram", "ulyana", fields{"text": "баланс"}); !strings.Contains(got, "Бонусов пока 0") {
		t.Errorf("after the hour she heard %q, want what strangers hear", got)
	}
	if now := r.member(t, "telegram", "ulyana"); now.ID == before.ID || now.RegisteredAt != nil || now.points() != 0 {
		t.Errorf("after the hour she is %+v, she was %d", now, before.ID)
	}
	r.register(t, "telegram", "ulyana")
	r.do(t, "telegram", "ulyana", fields{"photo": fields{"qr": late}}) // nobody was paid for it
	r.advance(t, time.Minute)
	if again := r.member(t, "telegram", "ulyana"); again.points() != 4500 {
		t.Errorf("the stranger has %d points, want 4500", again.points())
	}
}

// playEdited: what a marketer saves is spoken by the next chat, and whoever was
// being asked goes on being asked.
func playEdited(t *testing.T, r rehearsed) {
	r.do(t, "webchat", "waiting", fields{"text": "/start"})
	r.do(t, "webchat", "waiting", fields{"button": "Согласие даю"})
	file := filepath.Join(r.folder, "flows", "help.yaml")
	const words = "Пишите в беседку под липой."
	text := fmt.Sprintf("flow: help\nsteps:\n  say: { say: %q, end: true }\n", words)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := r.do(t, "webchat", "waiting", fields{"text": "Ксения"}); !strings.Contains(got, "Ксения") {
		t.Errorf("after the publication the answer is met with %q", got)
	}
	if got := r.do(t, "webchat", "newcomer", fields{"text": "помощь"}); !strings.Contains(got, words) {
		t.Errorf("a new chat says %q, want %q", got, words)
	}
}

func playNonsense(t *testing.T, r rehearsed) {
	for _, tt := range []struct {
		method, path string
		in           any
		status       int
	}{
		{"POST", "channels/pigeon/inbound", fields{"from": "x", "text": "x"}, http.StatusNotFound},
		{"GET", "channels/pigeon/outbound?to=x", nil, http.StatusNotFound},
		{"POST", "channels/telegram/inbound", fields{"from": "x", "txt": "x"}, http.StatusBadRequest},
		{"POST", "channels/telegram/inbound", fields{"from": "x"}, http.StatusUnprocessableEntity},
		{"POST", "channels/telegram/inbound", fields{"text": "x"}, http.StatusUnprocessableEntity},
		{"POST", "channels/telegram/inbound", fields{"from": "x", "button": "x"}, http.StatusUnprocessableEntity},
		{"POST", "channels/webchat/inbound", fields{"from": "x", "button": "x"}, http.StatusUnprocessableEntity},
		{"POST", "channels/webchat/inbound", fields{"from": "x", "location": fields{"lat": 55.7, "lon": 37.6}}, http.StatusUnprocessableEntity},
		{"POST", "channels/webchat/inbound", fields{"from": "x", "photo": fields{}}, http.StatusUnprocessableEntity},
		{"POST", "fiscal/faults", fields{"kind": "lazy"}, http.StatusBadRequest},
		{"POST", "fiscal/faults", fields{"kind": "down", "provider": "ofd"}, http.StatusBadRequest},
		{"POST", "fiscal/faults", fields{"kind": "slow", "provider": "proverkacheka"}, http.StatusBadRequest},
		{"POST", "fiscal/receipts", fields{"receipt": fields{}}, http.StatusBadRequest},
		{"POST", "clock", fields{"advance": "soon"}, http.StatusUnprocessableEntity},
		{"GET", "members?phone=x", nil, http.StatusUnprocessableEntity},
		{"GET", "weather", nil, http.StatusNotFound},
	} {
		status, answer := r.call(t, tt.method, tt.path, tt.in, &struct{}{})
		if status != tt.status || !strings.Contains(answer, `"type":"urn:besedka:problem:`) {
			t.Errorf("%s %s %v: got %d %s, want %d", tt.method, tt.path, tt.in, status, answer, tt.status)
		}
	}
	r.token = "wrong"
	if status, _ := r.call(t, "GET", "clock", nil, &struct{}{}); status != http.StatusUnauthorized {
		t.Errorf("with a wrong token: %d", status)
	}
}
