package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"besedka/web/rehearsal"
)

// TestLettersScenario is A39 over the wires of the fakes: a file of top-ups 3 x 50.00; m1
// has SMS on, m2 e-mail, m3 none: 1 SMS, 1 e-mail, +50.00 each; the same file again gives
// nothing new. Then one click ends m2's letters, and in quiet hours nobody is written to.
func TestLettersScenario(t *testing.T) {
	r := startRehearsal(t)
	r.writesEmail(t)
	r.noon(t)
	const phone, box = "+79990003901", "m2@example.org"
	m1, m2, m3 := r.subscriber(t, "telegram", "m1", phone), r.subscriber(t, "webchat", "m2", ""), r.subscriber(t, "telegram", "m3", "+79990003903")
	r.do(t, "webchat", "m2", fields{"text": "почта"})
	r.do(t, "webchat", "m2", fields{"text": box})
	r.wants(t, m1, "sms")
	r.wants(t, m2, "email")
	file := fmt.Sprintf("member,amount,reason\n%d,50.00,лето\n%d,50.00,лето\n%d,50.00,лето\n", m1, m2, m3)
	if lines, fresh := r.topUpFile(t, "a39", file); lines != 3 || fresh != 3 {
		t.Errorf("%d lines, %d given", lines, fresh)
	}
	for channel, who := range map[string]string{"sms": phone, "mail": box} {
		if got := r.messages(t, channel, who); len(got) != 1 || !strings.Contains(got[0].Text, "50") {
			t.Errorf("%s: %+v", channel, got)
		}
	}
	if got := r.messages(t, "sms", "+79990003903"); len(got) != 0 {
		t.Errorf("m3 is written to: %+v", got)
	}
	if _, fresh := r.topUpFile(t, "a39-again", file); fresh != 0 {
		t.Errorf("the same file again gives %d", fresh)
	}
	letter := r.messages(t, "mail", box)
	if len(letter) != 1 || len(r.messages(t, "sms", phone)) != 1 {
		t.Fatal("the same file again is written of")
	}
	for member, from := range map[int64]string{m1: "telegram m1", m2: "webchat m2", m3: "telegram m3"} {
		channel, name, _ := strings.Cut(from, " ")
		if has := r.member(t, channel, name); has.ID != member || has.points() != 50_00 {
			t.Errorf("%s has %d, want 5000", from, has.points())
		}
	}
	r.endsLetters(t, letter[0])
	r.toNight(t)
	r.topUpFile(t, "night", fmt.Sprintf("member,amount\n%d,1\n%d,1\n", m1, m2))
	if got := r.messages(t, "sms", phone); len(got) != 1 {
		t.Errorf("at night: %+v", got)
	}
	r.advance(t, 12*time.Hour)
	if got := r.messages(t, "sms", phone); len(got) != 2 {
		t.Errorf("in the morning: %+v", got)
	}
	if got := r.messages(t, "mail", box); len(got) != 1 {
		t.Errorf("after one click: %+v", got)
	}
	r.booksRight(t)
}

// endsLetters follows the link of a letter as a mail program does: to look changes nothing,
// to post ends them.
func (r rehearsed) endsLetters(t *testing.T, letter rehearsal.Message) {
	t.Helper()
	if len(letter.Buttons) != 1 || !strings.Contains(letter.Text, letter.Buttons[0].URL) {
		t.Fatalf("no way to end letters: %+v", letter)
	}
	link := letter.Buttons[0].URL
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPost} {
		req, err := http.NewRequestWithContext(t.Context(), method, link, strings.NewReader("List-Unsubscribe=One-Click"))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s of the link: %d", method, resp.StatusCode)
		}
	}
	forged := link[:len(link)-1] + map[bool]string{true: "A", false: "B"}[link[len(link)-1] != 'A']
	if resp, err := http.Post(forged, "text/plain", nil); err != nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("a forged link: %v %v", resp, err)
	}
}

// writesEmail gives the programme a question about e-mail and words for it.
func (r rehearsed) writesEmail(t *testing.T) {
	t.Helper()
	for name, more := range map[string]string{
		"profile.yaml":            "\n  email: { type: email, sealed: true, consent: personal_data, title: \"Почта\" }\n",
		"locales/en/profile.yaml": "\nfields.email.title: \"E-mail\"\n",
		"letters.yaml":            "    email: { title: \"Ещё {points} {points|бонус|бонуса|бонусов}\", text: \"За что: {reason}. Всего {total}.\\n\\nБольше не писать: {unsubscribe}\" }\n",
		"locales/en/letters.yaml": "points.expiring.email.title: \"x\"\npoints.expiring.email.text: \"{unsubscribe}\"\n",
		"flows/email.yaml":        "flow: email\nlisten: []\nsteps:\n  ask: { skip: not consent.personal_data, ask: \"Почта?\", expect: email, retry: \"Почта, пожалуйста.\", save: email, end: true }\n",
		"locales/en/email.yaml":   "ask.ask: \"E-mail?\"\nask.retry: \"E-mail, please.\"\n",
	} {
		path := filepath.Join(r.folder, name)
		text, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		switch name {
		case "letters.yaml": // after the SMS of points.given
			text = []byte(strings.Replace(string(text), "  points.expiring:", more+"  points.expiring:", 1))
		case "locales/en/letters.yaml":
			text = append(text, strings.NewReplacer("expiring", "given", "\"x\"", "\"{points}\"", "\"{uns", "\"{reason} {total} {uns").Replace(more)...)
		default:
			text = append(text, more...)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(r.folder, "programme.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = []byte(strings.Replace(string(text), "listen:\n", "listen:\n  - { words: [почта], run: email }\n", 1))
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// subscriber is a member who has met the bot and, when there is a phone, proved it.
func (r rehearsed) subscriber(t *testing.T, channel, name, phone string) int64 {
	t.Helper()
	last := fields{"button": "Пропустить"}
	if phone != "" {
		last = fields{"contact": fields{"phone": phone, "own": true}}
	}
	for _, act := range []fields{
		{"text": "/start"}, {"button": "Согласие даю"}, {"text": "Анна"}, {"text": "12.05.1990"}, {"text": "Казань"}, {"button": "Нет"}, {"button": "От друзей"}, last,
	} {
		r.do(t, channel, name, act)
	}
	return r.member(t, channel, name).ID
}

func (r rehearsed) wants(t *testing.T, member int64, medium string) {
	t.Helper()
	r.api(t, "POST", fmt.Sprintf("members/%d/subscriptions", member), fmt.Sprintf(`{"channel": %q, "wanted": true}`, medium))
}

// topUpFile gives what a file says, and how much of it was new.
func (r rehearsed) topUpFile(t *testing.T, key, csv string) (lines, fresh int) {
	t.Helper()
	var out struct{ Lines, New int }
	if status := r.told(t, "POST", "topups", key, fmt.Sprintf(`{"name": "a39.csv", "csv": %q}`, csv), &out); status != http.StatusOK {
		t.Fatalf("%s: %d", key, status)
	}
	return out.Lines, out.New
}

// noon and toNight move the clock to an hour of the programme's day.
func (r rehearsed) noon(t *testing.T)    { r.toHour(t, 12) }
func (r rehearsed) toNight(t *testing.T) { r.toHour(t, 23) }

func (r rehearsed) toHour(t *testing.T, hour int) {
	t.Helper()
	now := r.now(t).In(time.FixedZone("MSK", 3*60*60))
	at := time.Date(now.Year(), now.Month(), now.Day(), hour, 0, 0, 0, now.Location())
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	r.clock(t, at.Format(time.RFC3339))
}
