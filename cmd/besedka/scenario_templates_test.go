package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTemplatesScenario: 25 hours after the shopper's last word in WhatsApp a receipt that
// they showed at a desk is confirmed. Its template arrives at once; the question that is asked again after it waits
// for their answer, and follows it. Where no template is written all of it waits.
func TestTemplatesScenario(t *testing.T) {
	r := startRehearsal(t)
	const template, question = "засчитан: +400 бонусов. На счету 400. Вопросы — прямо здесь, в чате.\n", "завтракаете дома?"
	late := func(who string) string {
		r.noon(t)
		r.register(t, "whatsapp", who)
		r.do(t, "whatsapp", who, fields{"text": "опрос"})
		r.advance(t, 25*time.Hour)
		before := r.heard(t, "whatsapp", who)
		r.desk(t, who, r.member(t, "whatsapp", who).ID, r.receipt(t, 800_000, nil))
		r.advance(t, time.Minute)
		if got := r.member(t, "whatsapp", who).points(); got != 400_00 {
			t.Fatalf("%d points for the receipt, want %d", got, 400_00)
		}
		return strings.TrimPrefix(r.heard(t, "whatsapp", who), before)
	}
	if heard := late("vera"); !strings.HasPrefix(heard, "Ваш чек на ") || !strings.HasSuffix(heard, template) || strings.Count(heard, "\n") != 1 {
		t.Errorf("a day later: heard %q, want %q alone", heard, template)
	}
	if heard := r.do(t, "whatsapp", "vera", fields{"text": "баланс"}); strings.Contains(heard, "за чек") || !strings.Contains(heard, question) || !strings.Contains(heard, "400") {
		t.Errorf("answered: heard %q, want %q and the balance", heard, question)
	}
	for _, act := range []fields{{"text": "/start"}, {"button": "Согласие даю"}} {
		r.do(t, "whatsapp", "olga", act)
	}
	r.advance(t, 25*time.Hour)
	if heard := r.heard(t, "whatsapp", "olga"); !strings.HasSuffix(heard, "\nВаша анкета ждёт: осталась пара ответов. Продолжить можно прямо здесь, с того же вопроса.\n") {
		t.Errorf("reminded a day later: heard %q", heard)
	}
	for _, name := range []string{"templates.yaml", "locales/en/templates.yaml"} {
		if err := os.Remove(filepath.Join(r.folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	if heard := late("nina"); heard != "" {
		t.Errorf("without a template: heard %q", heard)
	}
	if heard := r.do(t, "whatsapp", "nina", fields{"text": "баланс"}); !strings.Contains(heard, "400 бонусов за чек на ") {
		t.Errorf("answered without a template: heard %q", heard)
	}
}
