package staffgroup_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	fake "besedka/bots/fake/telegram"
	"besedka/core/staff"
)

// edit lets somebody change what they wrote last in the only topic.
func (h *stage) edit(who int64, text string) {
	h.t.Helper()
	h.act(fake.Act{From: who, Group: room, Thread: h.topic().Thread, Edit: text})
}

// late is a conversation that Anna has, in which she has said something too late.
func late(t *testing.T) (h *stage, message int64) {
	t.Helper()
	h = taken(t)
	h.says(11, "Уже не надо")
	message = h.in(anna, "Приз ваш")
	h.ticks(4)
	h.shown("покупатель успел написать ещё", "👤 12:00  Уже не надо")
	h.equal("the shopper hears", len(h.heard(11)), 0)
	return h, message
}

// TestSendAnyway: words that came too late leave by a key, once, by their author alone.
func TestSendAnyway(t *testing.T) {
	t.Parallel()
	h, m := late(t)
	h.equal("a colleague's", h.tap(boris, "Отправить всё равно"), "Это слова другого сотрудника: отправить их может только он.")
	h.equal("sent", h.tap(anna, "Отправить всё равно"), "Отправлено")
	if toast := h.tap(anna, "Отправить всё равно"); !strings.Contains(toast, "уже ушли") {
		t.Errorf("a second time: %q", toast)
	}
	h.ticks(2)
	h.equal("the shopper hears", h.heard(11), []string{"Приз ваш"})
	h.equal("mark", h.group.Mark(room, m), "👍")
	h.equal("kept", h.count(`select count(*) from topic_held`), 0)
}

// TestSendAnywayTooLateAgain: what the shopper has written since the warning warns anew,
// and then the words go.
func TestSendAnywayTooLateAgain(t *testing.T) {
	t.Parallel()
	h, _ := late(t)
	h.says(11, "Совсем не надо")
	if toast := h.tap(anna, "Отправить всё равно"); !strings.Contains(toast, "написал ещё раз") {
		t.Errorf("words that the shopper overtook again: %q", toast)
	}
	h.equal("sent", h.tap(anna, "Отправить всё равно"), "Отправлено")
	h.tick()
	h.equal("the shopper hears", h.heard(11), []string{"Приз ваш"})
}

// TestHeldWordsAreMended: a correction changes what the key sends; words that became a note
// never leave.
func TestHeldWordsAreMended(t *testing.T) {
	t.Parallel()
	h, _ := late(t)
	h.edit(anna, "Приз {имя}")
	h.edit(anna, "Приз ваш, Иван")
	h.tap(anna, "Отправить всё равно")
	h.ticks(2)
	h.equal("the shopper hears", h.heard(11), []string{"Приз ваш, Иван"})

	h.says(11, "И ещё")
	h.in(anna, "Он надоел")
	h.ticks(4)
	h.edit(anna, "// он надоел")
	if toast := h.tap(anna, "Отправить всё равно"); !strings.Contains(toast, "уже ушли") {
		t.Errorf("what became a note: %q", toast)
	}
	h.tick()
	h.equal("the shopper hears", h.heard(11), []string{"Приз ваш, Иван"})
	h.shown("покупателю это не уйдёт")
}

// TestHeldPictureIsMended: what the key sends is the picture that its author sees by then.
func TestHeldPictureIsMended(t *testing.T) {
	t.Parallel()
	h, _ := late(t)
	photo := picture(t)
	h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, Edit: "Вот он", Photo: photo})
	h.edit(anna, "Вот ваш приз")
	h.tap(anna, "Отправить всё равно")
	h.ticks(2)
	got := h.shoppers.Standing(11, 0)
	if len(got) != 1 || !bytes.Equal(got[0].Photo, photo) || got[0].Text != "Вот ваш приз" {
		t.Errorf("the shopper sees %+v", got)
	}
}

// TestHeldWordsOfWhoLostIt: who does not have the conversation, or the right, any more
// sends nothing; and nobody does after a day.
func TestHeldWordsOfWhoLostIt(t *testing.T) {
	t.Parallel()
	h, _ := late(t)
	h.tap(boris, "Забрать у Анна")
	if toast := h.tap(anna, "Отправить всё равно"); !strings.Contains(toast, "ведёт Борис") {
		t.Errorf("of whom the conversation was taken: %q", toast)
	}
	h.must(h.staff.SetRoles(t.Context(), h.now(), h.people[anna], []staff.Role{staff.Auditor}))
	if toast := h.tap(anna, "Отправить всё равно"); !strings.Contains(toast, "не дано") {
		t.Errorf("of who may not any more: %q", toast)
	}
	h.in(anna, "Я ещё здесь")
	h.tick()
	h.shown("Вам не дано отвечать покупателям")
	for worked := true; worked; {
		var err error
		worked, _, err = h.g.ForgetStep(t.Context(), h.now().Add(25*time.Hour))
		h.must(err)
	}
	h.equal("kept for more than a day", h.count(`select count(*) from topic_held`), 0)
	h.equal("the shopper hears", len(h.heard(11)), 0)
}

// TestNoteNeverLeaves: however a note is changed, nothing of it goes to the shopper.
func TestNoteNeverLeaves(t *testing.T) {
	t.Parallel()
	h := taken(t)
	h.in(anna, "// склад 17")
	h.edit(anna, "// склад 18")
	h.edit(anna, "склад 19")
	h.edit(anna, "//")
	h.in(anna, "//")
	h.edit(anna, "склад 20")
	h.in(anna, "//  \u200b ")
	h.in(anna, "// "+strings.Repeat("я", 4001))
	h.edit(anna, "коротко")
	h.in(anna, "/ /не заметка")
	h.in(anna, strings.Repeat("я", 4097))
	h.ticks(3)
	h.equal("the shopper hears", len(h.heard(11)), 0)
	h.tap(boris, "Заметки")
	h.tick()
	h.shown("склад 17", "исправлено: склад 18", "Заметка осталась заметкой")
	h.equal("notes", h.count(`select count(*) from note`), 3)
}

// TestCloseWithReason: who has a conversation closes it in the group for a reason of the
// programme's, as in the console.
func TestCloseWithReason(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	id := h.call()
	h.tick()
	h.tap(anna, "Взять")
	h.tick()
	h.equal("not theirs", h.tap(boris, "Закрыть"), "Не вышло: разговор ведёт Анна. Заберите его кнопкой вверху темы, если надо.")
	h.equal("asked", h.tap(anna, "Закрыть"), "Выберите причину на карточке")
	h.tick()
	h.shown("Почему закрываем?")
	h.equal("kept", h.tap(anna, "Не закрывать"), "Разговор остаётся открытым")
	h.tick()
	h.hidden("Почему закрываем?")
	h.tap(anna, "Закрыть")
	h.tick()
	h.equal("closed by a colleague", h.tap(boris, "✓ Молчит"), "Не вышло: разговор ведёт Анна. Заберите его кнопкой вверху темы, если надо.")
	h.equal("closed", h.tap(anna, "✓ Вопрос решён"), "Закрыто, дальше бот")
	h.equal("closed in the log", h.count(`select count(*) from audit where act = 'conversations.close' and detail->>'in' = 'telegram' and detail->>'reason' = 'solved'`), 1)
	h.equal("given back", h.count(`select count(*) from inbox where kind = 'event'`), 1)
	h.takeUp(id)
	h.ticks(2)
	h.shown("🤖 Разговор ведёт бот")
	h.equal("closed", h.topic().Closed, true)
	h.handOff(id)
	h.tick()
	h.tap(anna, "Взять")
	h.tick()
	h.hidden("Почему закрываем?")
	h.tap(anna, "Закрыть")
	h.must(h.take(id, boris, h.people[anna]))
	h.ticks(2)
	h.hidden("Почему закрываем?") // it is Boris's by now
}

// TestCardHasAllKeys of the staff's work.
func TestCardHasAllKeys(t *testing.T) {
	t.Parallel()
	h := taken(t)
	var titles []string
	for _, m := range h.group.Standing(room, h.topic().Thread) {
		for _, k := range slices.Concat(m.Inline...) {
			titles = append(titles, k.Text)
		}
	}
	h.equal("keys", titles, []string{"Вернуть боту", "Закрыть", "В очередь", "Заметки", "Забрать у Анна", "Открыть в консоли"})
}

// TestUnreadableUpdate is kept, and who is behind it is told.
func TestUnreadableUpdate(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	raw, err := json.Marshal(map[string]any{"message": map[string]any{
		"message_id": 900, "message_thread_id": h.topic().Thread, "chat": map[string]any{"id": room}, "text": map[string]any{"new": "kind"},
	}})
	h.must(err)
	h.act(fake.Act{From: anna, Raw: raw})
	h.tick()
	h.shown("Бот не смог это обработать")
	h.equal("kept", h.count(`select count(*) from quarantine`), 1)
}
