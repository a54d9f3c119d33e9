package dialogs_test

import "testing"

// Titles with a comma or an «и» of their own are told apart from those between.
func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	converse(t, `start: { words: [go] }
steps:
  what: { ask: "Что берёте?", expect: multi, buttons: { cactus: "Кактусы", soil: "Грунт и горшки", both: "Лейки, лопатки", pots: "Горшки" }, set: { what: answer } }
  bye:
    say:
      - { when: "\"cactus\" in what and \"soil\" in what and not (\"pots\" in what)", text: "Оба" }
      - { when: "\"both\" in what and \"pots\" in what", text: "Три" }
      - "Иначе"
    end: true`, `
    - { user: go, bot: what }
    - { user: "кактусы и грунт и горшки", bot: bye, text: Оба }
    - { user: go, bot: what }
    - { user: "Кактусы, грунт и горшки", bot: bye, text: Оба }
    - { user: go, bot: what }
    - { user: "лейки, лопатки; горшки", bot: bye, text: Три }
    - { user: go, bot: what }
    - { user: "1, 2", bot: bye, text: Оба }
    - { user: go, bot: what }
    - { user: "кактусы и рыбок", bot: [defaults.retry, what] }`)
}
