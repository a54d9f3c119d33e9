package main

import (
	"strings"
	"testing"

	"besedka/storage"
)

// TestCodeBySMS: who has shown their own contact in Telegram types the number in the web
// chat, reads the code in an SMS and is the same member there. The code is forgotten
// once it has left.
func TestCodeBySMS(t *testing.T) {
	r := startRehearsal(t, "--codes")
	for _, act := range []fields{
		{"text": "/start"},
		{"button": "Согласие даю"},
		{"text": "Анна"},
		{"text": "12.05.1990"},
		{"text": "Казань"},
		{"button": "Нет"},
		{"button": "От друзей"},
		{"contact": fields{"phone": annas, "own": true}},
	} {
		r.do(t, "telegram", "77", act)
	}
	for _, act := range []fields{{"text": "/start"}, {"button": "Согласие даю"}, {"text": "Мы уже знакомы"}} {
		r.do(t, "webchat", "home", act)
	}
	heard := r.do(t, "webchat", "home", fields{"text": annas})
	sms := r.messages(t, "sms", annas)
	if len(sms) != 1 || !strings.Contains(heard, "Отправила SMS") {
		t.Fatalf("the chat says %q, the phone shows %+v", heard, sms)
	}
	code := sixDigits.FindString(sms[0].Text)
	if heard := r.do(t, "webchat", "home", fields{"text": code}); !strings.Contains(heard, "Узнала вас") {
		t.Errorf("the code %s is answered by %q", code, heard)
	}
	if a, b := r.member(t, "telegram", "77"), r.member(t, "webchat", "home"); a.ID != b.ID {
		t.Errorf("two members: %d and %d", a.ID, b.ID)
	}
	left, err := storage.Value[int](t.Context(), r.database(t), `select count(*)::int from letter where sealed_text is not null`)
	if err != nil || left != 0 {
		t.Errorf("the words of %d letters are left, %v", left, err)
	}
}
