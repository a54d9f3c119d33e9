package flows

import "testing"

// TestNormal: what people write for one thing is one thing, and what they write
// for another is not.
func TestNormal(t *testing.T) {
	t.Parallel()
	for want, all := range map[string][]string{
		"2":        {"2", " 2. ", "2)", "(2)", "№2", "№ 2", "#2", "2️⃣", "2⃣", "٢", "۲", "२", "２", "𝟐", "②"},
		"10":       {"10", "🔟", "1️⃣0️⃣", "١٠"},
		"1 москва": {"1. Москва", "1) МОСКВА!", "1️⃣ москва"},
		"чай":      {"Чай", "чаи\u0306", "ЧАЙ", "«чай»"},
		"еж":       {"ёж", "Е\u0308Ж", "еж"},
		"σοφοσ":    {"ΣΟΦΟΣ", "σοφος", "σοφοσ"},
		"café":     {"Café", "cafe\u0301", "ＣＡＦＥ\u0301"},
		"полянка":  {"Полянка™", "Полянка®", "полянка"},
		"/start":   {"/start", "/START"},
		"👍":        {"👍", "👍🏽", " 👍 "},
		"не знаю":  {"Не знаю", "не\u00a0знаю", "не - знаю"},
		"":         {"", " ", "\u200b"},
	} {
		for _, s := range all {
			if got := Normal(s); got != want {
				t.Errorf("Normal(%q) = %q, want %q", s, got, want)
			}
		}
	}
}

func FuzzNormal(f *testing.F) {
	for _, s := range []string{"2️⃣", "№2", "ﷺ", "/Старт", "é́", "🇷🇺", "İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := Normal(s); Normal(once) != once {
			t.Errorf("%q is %q, and that is %q", s, once, Normal(once))
		}
	})
}
