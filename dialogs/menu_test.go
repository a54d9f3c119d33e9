package dialogs_test

import "testing"

// TestMenu: an answer to a numbered list is understood however its number is
// written, and by the line itself.
func TestMenu(t *testing.T) {
	t.Parallel()
	converse(t, `start: { words: [да] }
steps:
  city: { ask: "Город?", expect: choice, buttons: { msk: "Москва", kzn: "Казань", other: "Другой" }, save: city }
  bye: { say: "Пока.", end: true }`, `
    - { user: да, bot: city }
    - { user: "2", bot: bye, save: { city: kzn } }
    - { user: да, bot: city }
    - { user: " 2) ", bot: bye, save: { city: kzn } }
    - { user: да, bot: city }
    - { user: "№2", bot: bye, save: { city: kzn } }
    - { user: да, bot: city }
    - { user: "2️⃣", bot: bye, save: { city: kzn } }
    - { user: да, bot: city }
    - { user: "٢", bot: bye, save: { city: kzn } }
    - { user: да, bot: city }
    - { user: "2. казань", bot: bye, save: { city: kzn } }
    - { user: да, bot: city }
    - { user: "КАЗАНЬ!", bot: bye, save: { city: kzn } }
    - { user: да, bot: city }
    - { user: "4", bot: [defaults.retry, city] }`)
}
