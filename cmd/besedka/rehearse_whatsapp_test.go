package main

import (
	"strings"
	"testing"
	"time"
)

// playWhatsApp walks the programme in WhatsApp: who they are, a receipt, the
// balance, the showcase by its list, and news that wait until the person writes.
func playWhatsApp(t *testing.T, r rehearsed) {
	const who = "vera"
	hears := func(act fields, words ...string) string {
		t.Helper()
		heard := r.do(t, "whatsapp", who, act)
		for _, w := range words {
			if !strings.Contains(heard, w) {
				t.Errorf("%v: heard %q, want %q", act, heard, w)
			}
		}
		return heard
	}
	if first := hears(fields{"text": "start shop-7", "name": "Вера"}, "Познакомимся", "[Согласие даю] [Не сейчас]"); strings.Count(first, "\n") != 3 {
		t.Errorf("the greeting is more than one message:\n%s", first)
	}
	r.register(t, "whatsapp", who)
	r.api(t, "POST", "prizes/kruzhka/stock", `{"change": 1, "reason": "привезли"}`)

	hears(fields{"photo": fields{"qr": r.receipt(t, 800_000, nil)}})
	r.advance(t, time.Minute)
	if got := r.member(t, "whatsapp", who).points(); got != 400_00 {
		t.Fatalf("%d points for the receipt, want %d", got, 400_00)
	}
	hears(fields{"text": "баланс"}, "400")
	hears(fields{"text": "меню"}, "[Баланс]", "[Подарки]")
	hears(fields{"button": "Подарки"}, "Литр молока", "[Ещё подарок]")
	hears(fields{"button": "Ещё подарок"}, "Кружка с коровой", "[Забрать]")
	hears(fields{"button": "Забрать"}, "тложено", "[Забираю] [Не надо]")

	r.advance(t, 49*time.Hour)
	const news = "Бронь закончилась: Кружка с коровой"
	if heard := r.heard(t, "whatsapp", who); strings.Contains(heard, news) {
		t.Errorf("written to two days after their last word: %q", heard)
	}
	if heard := hears(fields{"text": "баланс"}, news, "400"); strings.Index(heard, news) > strings.LastIndex(heard, "400") {
		t.Errorf("what waited came after the answer: %q", heard)
	}
}
