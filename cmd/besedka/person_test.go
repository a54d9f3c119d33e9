package main

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"besedka/bots"
	"besedka/bots/gateway"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/expr"
	"besedka/dialogs/actions"
	"besedka/flows/programme"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// strangers is people who write in several messengers to the shipped programme.
type strangers struct {
	*app
	testing.TB
	at    time.Time
	said  int
	codes []actions.CodeMessage // text messages with codes, when somebody sends them
}

// gatherStrangers brings people together until the test ends; codes tells whether text messages are sent.
func gatherStrangers(t *testing.T, codes bool) *strangers {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	in, err := place{DatabaseURL: secret(storagetest.DSN(t)), Data: t.TempDir()}.open(t.Context(), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.close(context.WithoutCancel(t.Context())) }) //nolint:errcheck // the database is thrown away
	c := &strangers{TB: t, at: time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)}
	p := newPublisher(in.db, func() time.Time { return c.at }, log)
	if err := p.publish(t.Context(), programme.Files); err != nil {
		t.Fatal(err)
	}
	var s settings
	if codes {
		s.sendCode = func(_ context.Context, _ storage.Tx, _ time.Time, m actions.CodeMessage) error {
			c.codes = append(c.codes, m)
			return nil
		}
	}
	if c.app, err = newApp(in, p, s); err != nil {
		t.Fatal(err)
	}
	return c
}

// says lets somebody do something, and returns what the bot answers in that chat.
func (c *strangers) says(channel chat.Channel, who string, in chat.Inbound) string {
	c.Helper()
	c.said++
	before := len(c.told(channel, who))
	batch := bots.Batch{Account: string(channel) + "/1", Messages: []bots.Received{{Key: fmt.Sprint(c.said), Peer: who, At: c.at, In: in}}}
	if err := gateway.Sink(c.door, channel, func() time.Time { return c.at })(c.Context(), batch); err != nil {
		c.Fatal(err)
	}
	c.settle()
	c.at = c.at.Add(10 * time.Second) // what might have gone on does not
	c.settle()
	return strings.Join(c.told(channel, who)[before:], "\n")
}

func (c *strangers) text(channel chat.Channel, who, text string) string {
	c.Helper()
	return c.says(channel, who, chat.Inbound{Text: text})
}

// settle runs all turns that are ready, and what they leave to run alone.
func (c *strangers) settle() {
	c.Helper()
	for worked := true; worked; {
		worked = false
		for _, l := range c.loops {
			if l.name != turnLoop && l.name != aloneLoop && l.name != "held texts" {
				continue
			}
			did, _, err := l.step(c.Context(), c.at)
			if err != nil {
				c.Fatal(err)
			}
			worked = worked || did
		}
	}
}

// told is all that the bot has said in a chat, message by message.
func (c *strangers) told(channel chat.Channel, who string) (texts []string) {
	c.Helper()
	s, err := c.members.Find(c.Context(), channel, who)
	if err != nil {
		return nil // never here yet
	}
	sealed, err := storage.Value[[][]byte](c.Context(), c.db, `select coalesce(array_agg(sealed order by id), '{}') from outbox where conversation_id = $1`, s.Conversation)
	if err != nil {
		c.Fatal(err)
	}
	for _, one := range sealed {
		var w chat.Wire
		if err := s.Key.OpenJSON("outbox", one, &w); err != nil {
			c.Fatal(err)
		}
		texts = append(texts, w.Text)
	}
	return texts
}

func (c *strangers) memberOf(channel chat.Channel, who string) int64 {
	c.Helper()
	s, err := c.members.Find(c.Context(), channel, who)
	if err != nil {
		c.Fatal(err)
	}
	return s.Member
}

func (c *strangers) hears(heard string, words ...string) {
	c.Helper()
	for _, w := range words {
		if !strings.Contains(heard, w) {
			c.Errorf("heard %q, want %q", heard, w)
		}
	}
}

// answers takes somebody through the questionnaire up to the question of the number.
func (c *strangers) answers(channel chat.Channel, who, phone string) (last string) {
	c.Helper()
	for _, text := range []string{"/start", "Согласие даю", "Анна", "12.05.1990", "Казань", "Нет", "От друзей"} {
		last = c.says(channel, who, chat.Inbound{Text: text, Phone: phone})
	}
	return last
}

const annas, other = "+79161234567", "+79160000001"

// TestVouchedNumberIsKnownFromTheFirstWord is A2: who has proved their number in
// Telegram writes in WhatsApp, which vouches for it, and is that member at once.
func TestVouchedNumberIsKnownFromTheFirstWord(t *testing.T) {
	t.Parallel()
	c := gatherStrangers(t, false)
	c.answers(chat.Telegram, "anna", "")
	c.hears(c.says(chat.Telegram, "anna", chat.Inbound{Contact: &chat.Contact{Phone: annas}}), "чужой контакт")
	c.hears(c.says(chat.Telegram, "anna", chat.Inbound{Contact: &chat.Contact{Phone: annas, Own: true}}), "Анна")

	greeting := c.says(chat.WhatsApp, "79161234567", chat.Inbound{Text: "Привет", Phone: annas})
	c.hears(greeting, "Анна")
	if strings.Contains(greeting, "согласие") || c.memberOf(chat.WhatsApp, "79161234567") != c.memberOf(chat.Telegram, "anna") {
		t.Errorf("she is asked again: %q", greeting)
	}
	c.hears(c.says(chat.WhatsApp, "79161234567", chat.Inbound{Text: "анкета", Phone: annas}), "Анна")
}

// TestVouchedNumberOfAStrangerWaits: nothing is kept of it before they say that it may
// be, and then it takes one tap.
func TestVouchedNumberOfAStrangerWaits(t *testing.T) {
	t.Parallel()
	c := gatherStrangers(t, false)
	c.hears(c.answers(chat.WhatsApp, "1", annas), "Это ваш номер, +79•••••4567?")
	if _, err := c.members.FindByPhone(t.Context(), annas); err == nil {
		t.Error("the number is kept before anybody said so")
	}
	c.says(chat.WhatsApp, "1", chat.Inbound{Text: "Да, мой", Phone: annas})
	if id, err := c.members.FindByPhone(t.Context(), annas); err != nil || id != c.memberOf(chat.WhatsApp, "1") {
		t.Errorf("the number finds %d, %v", id, err)
	}
	c.answers(chat.WhatsApp, "2", other)
	c.hears(c.says(chat.WhatsApp, "2", chat.Inbound{Text: "Другой номер", Phone: other}), "номер телефона")
}

// TestQuestionOfAVouchedNumberIsAskedAgain: an event that comes between brings no number,
// and the same question is asked after it.
func TestQuestionOfAVouchedNumberIsAskedAgain(t *testing.T) {
	t.Parallel()
	c := gatherStrangers(t, false)
	c.answers(chat.WhatsApp, "1", annas)
	before := len(c.told(chat.WhatsApp, "1"))
	kept := conversation.Event{Name: "receipt.kept", Args: map[string]expr.Value{"sum": expr.MoneyOf(100_00)}}
	if err := c.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return c.door.NotifyTx(ctx, tx, c.at, conversation.Recipient{Member: c.memberOf(chat.WhatsApp, "1")}, "test", kept)
	}); err != nil {
		t.Fatal(err)
	}
	c.settle()
	c.hears(strings.Join(c.told(chat.WhatsApp, "1")[before:], "\n"), "Чек на 100", "Это ваш номер, +79•••••4567?")
	c.says(chat.WhatsApp, "1", chat.Inbound{Text: "Да, мой", Phone: annas})
	if id, err := c.members.FindByPhone(t.Context(), annas); err != nil || id != c.memberOf(chat.WhatsApp, "1") {
		t.Errorf("the number finds %d, %v", id, err)
	}
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// TestTypedNumberIsProvedByACode: in the web chat, where nothing else can prove it.
func TestTypedNumberIsProvedByACode(t *testing.T) {
	t.Parallel()
	c := gatherStrangers(t, true)
	c.answers(chat.Telegram, "anna", "")
	c.says(chat.Telegram, "anna", chat.Inbound{Contact: &chat.Contact{Phone: annas, Own: true}})

	c.answers(chat.Webchat, "at home", "")
	c.hears(c.text(chat.Webchat, "at home", annas), "Отправила SMS на +79•••••4567", "шесть цифр")
	if len(c.codes) != 1 || c.codes[0].To != annas {
		t.Fatalf("sent %+v", c.codes)
	}
	code := sixDigits.FindString(c.codes[0].Text)
	c.hears(c.text(chat.Webchat, "at home", "Новый код"), "через минуту")
	wrong := "111111"
	if code == wrong {
		wrong = "222222"
	}
	c.hears(c.text(chat.Webchat, "at home", wrong), "остались 4 попытки")
	c.hears(c.text(chat.Webchat, "at home", "что?"), "шесть цифр")
	c.hears(c.text(chat.Webchat, "at home", code), "Узнала вас", "Анна!")
	if c.memberOf(chat.Webchat, "at home") != c.memberOf(chat.Telegram, "anna") {
		t.Error("she is not recognised")
	}

	c.answers(chat.Webchat, "boris", "")
	c.text(chat.Webchat, "boris", other)
	c.hears(c.text(chat.Webchat, "boris", "Без кода"), "ваших слов", "Анна!")
	if _, err := c.members.FindByPhone(t.Context(), other); err == nil {
		t.Error("a number without a code is proved")
	}
}

// TestKnownAtTheDoor: who says that we have met is recognised by a number, and not asked
// to answer everything first.
func TestKnownAtTheDoor(t *testing.T) {
	t.Parallel()
	c := gatherStrangers(t, true)
	c.answers(chat.Telegram, "anna", "")
	c.says(chat.Telegram, "anna", chat.Inbound{Contact: &chat.Contact{Phone: annas, Own: true}})
	for _, text := range []string{"/start", "Согласие даю"} {
		c.text(chat.Webchat, "at home", text)
	}
	c.hears(c.text(chat.Webchat, "at home", "Мы уже знакомы"), "напишите номер")
	c.hears(c.text(chat.Webchat, "at home", annas), "Отправила SMS")
	c.hears(c.text(chat.Webchat, "at home", sixDigits.FindString(c.codes[0].Text)), "Узнала вас")
	c.hears(c.text(chat.Webchat, "at home", "Продолжить"), "Анна")
}
