package staffgroup_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/staff"
)

// TestConversationInItsTopic: who calls people gets a topic with a card; one of the staff
// takes it, says something that reaches the shopper and is marked when it has, notes
// something that does not, and gives it back; called again the same topic goes on.
func TestConversationInItsTopic(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	h.says(11, "Где приз?")
	id := h.call()
	h.tick()
	h.shown("👤 12:00  Здравствуйте\n👤 12:00  Где приз?", "⏳ Человека ждут с 22.11 12:00")
	h.equal("name of the topic", h.topic().Name, "Участник 1 · Telegram")
	card := h.group.Standing(room, h.topic().Thread)[0]
	h.equal("pinned", h.group.Pinned(room), []int64{card.MessageID})

	h.equal("taken", h.tap(anna, "Взять"), "Разговор ваш, бот молчит")
	h.tick()
	h.shown("👤 Ведёт Анна с 22.11 12:00")
	m := h.in(anna, "Уже в пути")
	h.tick()
	h.equal("the shopper hears", h.heard(11), []string{"Уже в пути"})
	h.tick()
	h.equal("mark", h.group.Mark(room, m), "👍")
	h.hidden("Уже в пути") // it stands there as Anna wrote it

	n := h.in(anna, "// приз 17 на складе")
	h.tick()
	h.equal("mark of a note", h.group.Mark(room, n), "✍")
	h.says(11, "Спасибо")
	h.ticks(3)
	h.shown("👤 12:00  Спасибо")
	h.must(h.reply(id, anna, "Пожалуйста"))
	h.ticks(3)
	h.shown("💬 Анна 12:00  Пожалуйста")
	h.tap(boris, "Заметки")
	h.tick()
	h.shown("📝 Анна 22.11 12:00  приз 17 на складе")
	h.equal("the shopper hears", h.heard(11), []string{"Уже в пути", "Пожалуйста"})

	h.says(11, "Постойте") // and it does not stand in the topic yet
	h.equal("given back past it", h.tap(anna, "Вернуть боту"), "Разговор остался у вас: покупатель успел написать ещё. Прочтите и нажмите снова.")
	h.ticks(3)
	h.shown("👤 12:00  Постойте")
	h.equal("given back", h.tap(anna, "Вернуть боту"), "Бот продолжит и повторит вопрос")
	h.equal("events", h.count(`select count(*) from inbox where kind = 'event'`), 1)
	h.takeUp(id)
	h.tick()
	h.shown("🤖 Разговор ведёт бот")
	h.equal("closed", h.topic().Closed, true)
	h.says(11, "Человека!")
	h.ticks(3)
	h.hidden("Человека!")
	h.handOff(id)
	h.ticks(3)
	h.equal("closed", h.topic().Closed, false)
	h.shown("⏳ Человека ждут", "👤 12:00  Человека!", "👤 12:00  Спасибо")
	h.equal("acts in the log", h.count(`select count(*) from audit where act like 'conversations.%' and detail->>'in' = 'telegram'`), 5)
}

// TestConsoleAndGroupAgree: of two who take a conversation at once, one in the console and
// one in the group, one has it, and the other is told who.
func TestConsoleAndGroupAgree(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	id := h.call()
	h.tick()
	console := make(chan error, 1)
	go func() { console <- h.take(id, boris, 0) }()
	toast := h.tap(anna, "Взять")
	err := <-console
	taken, late := errors.AsType[*conversation.TakenError](err)
	switch {
	case late && (taken.Holder != h.people[anna] || toast != "Разговор ваш, бот молчит"):
		t.Errorf("the console is told %v, the group %q", err, toast)
	case !late && err != nil:
		t.Error(err)
	case !late && !strings.Contains(toast, "ведёт Борис"):
		t.Errorf("Boris has it and Anna is told %q", toast)
	}
	h.ticks(2)
	if !late {
		h.equal("taken from the colleague who is on the card", h.tap(anna, "Забрать у Борис"), "Разговор ваш, бот молчит")
		h.tick()
	}
	h.shown("👤 Ведёт Анна")
	h.skip(50 * time.Hour) // Telegram does not say any more where such a card stands
	h.equal("on an old card", h.tap(boris, "В очередь"), "Не вышло: разговор ведёт Анна. Заберите его кнопкой вверху темы, если надо.")
	h.in(boris, "Я тоже здесь")
	h.tick()
	h.shown("Не вышло: разговор ведёт Анна")
	h.equal("the shopper hears", len(h.heard(11)), 0)
}

// TestRefusedReplies: what is not sent is answered with why, and nothing of it goes.
func TestRefusedReplies(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	id := h.call()
	h.tick()
	h.in(anna, "Слушаю вас")
	h.tick()
	h.shown("разговор никто не взял")
	h.tap(anna, "Взять")
	h.tick()
	h.says(11, "И ещё вопрос") // it does not stand in the topic yet
	h.in(anna, "Приз ваш")
	h.ticks(3)
	h.shown("покупатель успел написать ещё", "👤 12:00  И ещё вопрос")
	h.equal("the shopper hears", len(h.heard(11)), 0)
	h.in(anna, "/take")
	h.in(anna, "Здравствуйте, {имя}!")
	h.in(anna, strings.Repeat("я", 4001))
	sticker := &fake.File{Kind: "sticker", Data: []byte("webp")}
	h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, File: sticker})
	h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, File: sticker})
	for range 2 { // each time is told of
		h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, Edit: "вот он"})
	}
	h.tick()
	h.shown("Команд здесь нет", "имя в скобках", "от 1 до 4000")
	h.equal("corrections that are refused", strings.Count(h.shows(), "правка тоже не уйдёт"), 2)
	h.equal("files that are refused", strings.Count(h.shows(), "стикер покупателю не переслать"), 2)
	m := h.in(anna, "Приз ваш")
	h.ticks(2)
	h.equal("the shopper hears", h.heard(11), []string{"Приз ваш"})
	h.equal("mark", h.group.Mark(room, m), "👍")

	_, err := h.shoppers.Do(fake.Act{From: 11, Block: true})
	h.must(err)
	m = h.in(anna, "Вы здесь?")
	h.ticks(2)
	h.equal("mark", h.group.Mark(room, m), "👎")
	h.shown("Не дошло: покупатель остановил бота.")
	h.takeUp(id)
	h.ticks(2)
	h.equal("of a conversation that the bot has", h.topic().Closed, true)
	h.in(anna, "Ау")
	h.tick()
	h.equal("the shopper hears", len(h.heard(11)), 1)
}

// TestStrangersAreNotHeard: who sits in the group and is not of the staff says nothing to
// a shopper, takes nothing, and is told so once.
func TestStrangersAreNotHeard(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	id := h.call()
	h.tick()
	if toast := h.tap(stranger, "Взять"); !strings.Contains(toast, "не знаем, кто вы") {
		t.Errorf("a stranger takes: %q", toast)
	}
	h.must(h.take(id, anna, 0))
	for range 3 {
		h.in(stranger, "Верните деньги на карту 1234")
		h.in(stranger, "// секрет")
	}
	h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, Message: []byte(`{"text":"я канал","sender_chat":{"id":-5,"type":"channel"}}`)})
	h.act(fake.Act{From: stranger, Text: "/start " + strings.Repeat("x", 32)})
	h.ticks(2)
	h.shown("Мы не знаем, кто вы: покупателю ничего не уходит", "анонимным администраторам")
	h.equal("what was kept of them", h.count(`select (select count(*) from outbox) + (select count(*) from note) + (select count(*) from topic_reply)`), 0)
	h.must(h.staff.Disable(t.Context(), h.now(), h.people[anna]))
	h.in(anna, "Я ещё здесь")
	h.tick()
	h.equal("of who left", h.count(`select count(*) from outbox`), 0)
}

// TestDeletedTopicIsMadeAnew with its card and what was said, and goes on from there.
func TestDeletedTopicIsMadeAnew(t *testing.T) {
	t.Parallel()
	h := taken(t)
	h.in(anna, "Слушаю вас")
	h.ticks(2)
	first := h.topic().Thread
	h.group.DropTopic(room, first)
	h.says(11, "Где приз?")
	h.ticks(5)
	if h.topic().Thread == first {
		t.Fatal("no other topic was made")
	}
	h.shown("👤 Ведёт Анна", "👤 12:00  Здравствуйте", "💬 Анна 12:00  Слушаю вас", "👤 12:00  Где приз?")
	m := h.in(anna, "Уже в пути")
	h.ticks(2)
	h.equal("the shopper hears", h.heard(11), []string{"Слушаю вас", "Уже в пути"})
	h.equal("mark", h.group.Mark(room, m), "👍")
	h.equal("topics that were ever made", len(h.group.Topics(room)), 2)
}

// TestAnotherGroup: who moves to another group finds there what people have, with what was
// said, and its messages are not taken for those of the group before.
func TestAnotherGroup(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	h.tap(anna, "Взять")
	h.in(anna, "Слушаю вас")
	h.ticks(2)
	const other = room - 1
	h.group.AddGroup(other)
	h.kill()
	h.room = other
	h.start()
	h.ticks(5)
	topics := h.group.Topics(other)
	if len(topics) != 1 {
		t.Fatalf("%d topics in the other group", len(topics))
	}
	all := ""
	for _, m := range h.group.Standing(other, topics[0].Thread) {
		all += m.Text + "\n"
	}
	for _, want := range []string{"👤 Ведёт Анна", "👤 12:00  Здравствуйте", "💬 Анна 12:00  Слушаю вас"} {
		if !strings.Contains(all, want) {
			t.Errorf("the other group does not show %q:\n%s", want, all)
		}
	}
	h.equal("replies of the group before", h.count(`select count(*) from topic_reply`), 0)
}

// TestGroupThatMoves: Telegram gives a group another number; the staff go on there, also
// when the process starts anew and is told the old one.
func TestGroupThatMoves(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	const other = room - 7
	h.group.Migrate(room, other)
	h.says(11, "Где приз?")
	h.ticks(6)
	for range 2 {
		topics := h.group.Topics(other)
		if len(topics) != 1 {
			t.Fatalf("%d topics in the group as it is now", len(topics))
		}
		var all string
		for _, m := range h.group.Standing(other, topics[0].Thread) {
			all += m.Text + "\n"
		}
		for _, want := range []string{"⏳ Человека ждут", "Здравствуйте", "Где приз?"} {
			if strings.Count(all, want) != 1 {
				t.Errorf("the group does not show %q once:\n%s", want, all)
			}
		}
		h.kill()
		h.start()
		h.ticks(3)
	}
	h.equal("trouble", h.g.Trouble(), "")
}

// TestBotThatIsPutOut of the group says so where people look, and goes on once it is let
// in: nothing that was said meanwhile is lost.
func TestBotThatIsPutOut(t *testing.T) {
	t.Parallel()
	h := taken(t)
	h.in(anna, "/take")
	h.group.Kick(room)
	h.says(11, "Где приз?")
	h.ticks(40)
	if got := h.g.Trouble(); !strings.Contains(got, "not in it") {
		t.Errorf("trouble: %q", got)
	}
	h.group.AddGroup(room)
	h.ticks(40)
	h.equal("trouble", h.g.Trouble(), "")
	h.shown("👤 12:00  Где приз?", "Команд здесь нет")
}

// TestMemberOfOtherNumber: two members who are joined have one number, which the topic
// goes by from then on.
func TestMemberOfOtherNumber(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	_, err := h.db.Exec(t.Context(), `with other as (insert into member (created_at) values (now()) returning id) update subject set member_id = other.id from other`)
	h.must(err)
	h.ticks(2)
	h.equal("name of the topic", h.topic().Name, "Участник 2 · Telegram")
	h.shown("Участник 2 · Telegram")
}

// TestActsOnTheForgotten are refused in words.
func TestActsOnTheForgotten(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	h.group.AddGroup(room, "can_delete_messages")
	_, err := h.db.Exec(t.Context(), `update subject set wrapped_key = null`)
	h.must(err)
	h.equal("taken", h.tap(anna, "Взять"), "Этого разговора больше нет.")
	h.in(anna, "// важный")
	h.ticks(2)
	h.shown("Участник стёрт. Удалите эту тему", "Этого разговора больше нет.")
	h.equal("notes", h.count(`select count(*) from note`), 0)
}

// TestHostileNames: whatever somebody of the staff calls themselves is one line of text.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.hire(703, "<b>Зло</b>\n👤 12:00 \u202Eя _покупатель_ "+strings.Repeat("о", 150), staff.Operator)
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	h.tap(703, "Взять")
	h.tick()
	h.shown("👤 Ведёт <b>Зло</b> 👤 12:00 я _покупатель_ оо")
	h.hidden("\u202E", strings.Repeat("о", 120))
}

// TestUpdateComesTwice: what Telegram tells again is done once.
func TestUpdateComesTwice(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	h.tap(anna, "Взять")
	h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, Text: "Слушаю вас", Repeat: 3})
	h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, Text: "// важный", Repeat: 3})
	h.ticks(2)
	h.equal("the shopper hears", h.heard(11), []string{"Слушаю вас"})
	h.equal("notes", h.count(`select count(*) from note`), 1)
}

// TestHostileText: a shopper's text is text, and looks like nobody else's.
func TestHostileText(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "<b>x</b> _y_ \u202Eтекст\u200b\x07\n💬 Анна 12:00  верните ему деньги\r\n📝 Борис: да")
	h.write(11, "c", chat.Inbound{Contact: &chat.Contact{Phone: "+79991234567", Own: true}})
	h.write(11, "n", chat.Inbound{Name: "Иван Петров", Text: strings.Repeat("я\n", 3000)})
	h.call()
	h.ticks(4)
	h.shown("👤 12:00  <b>x</b> _y_ текст\n│ 💬 Анна 12:00  верните ему деньги\n│ 📝 Борис: да", "прислал контакт")
	h.hidden("9991234567", "Иван")
	for _, line := range strings.Split(h.shows(), "\n") {
		if strings.HasPrefix(line, "💬") || strings.HasPrefix(line, "📝") {
			t.Errorf("a shopper's line looks like the staff's: %q", line)
		}
	}
}

// TestForgottenTopicGoes with all that stood in it.
func TestForgottenTopicGoes(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	h.says(12, "Добрый день")
	id := h.call()
	h.tick()
	h.takeUp(id)
	h.ticks(2)
	_, err := h.db.Exec(t.Context(), `update subject set wrapped_key = null`)
	h.must(err)
	h.ticks(2)
	gone := func() (n int) {
		for _, t := range h.group.Topics(room) {
			if t.Deleted {
				n++
			}
		}
		return n
	}
	h.equal("topics of open conversations that went", gone(), 1)
	h.skip(10 * time.Minute) // the closed ones are looked through every ten minutes
	h.equal("topics that went", gone(), 2)
	h.equal("kept of them", h.count(`select count(*) from topic`), 0)
}

// TestForgottenTopicsWait while Telegram wants to be left in peace.
func TestForgottenTopicsWait(t *testing.T) {
	t.Parallel()
	h := open(t)
	for peer := range int64(3) {
		h.says(11+peer, "Здравствуйте")
		id := h.call()
		h.tick()
		h.takeUp(id)
		h.ticks(2)
	}
	_, err := h.db.Exec(t.Context(), `update subject set wrapped_key = null`)
	h.must(err)
	h.group.Spoil(fake.Fault{Kind: fake.Throttle, Method: "deleteForumTopic", RetryAfter: 30, Times: 1})
	h.skip(10 * time.Minute)
	h.equal("topics that are kept", h.count(`select count(*) from topic`), 3)
	h.ticks(31)
	h.equal("topics that are kept", h.count(`select count(*) from topic`), 0)
}

// TestForgottenTopicThatMayNotGo holds up nothing, and goes once the bot may delete it.
func TestForgottenTopicThatMayNotGo(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	h.group.AddGroup(room, "can_delete_messages")
	_, err := h.db.Exec(t.Context(), `update subject set wrapped_key = null`)
	h.must(err)
	h.tick()
	h.says(12, "Добрый день")
	h.call()
	h.ticks(5)
	topics := h.group.Topics(room)
	if len(topics) != 2 || topics[0].Deleted || !strings.Contains(strings.Join(h.texts(topics[1].Thread), "\n"), "Добрый день") {
		t.Errorf("topics: %+v", topics)
	}
	h.group.AddGroup(room)
	h.skip(11 * time.Minute)
	h.equal("deleted", h.group.Topics(room)[0].Deleted, true)
}

// TestLinkThatTelegramRefuses leaves a card without it.
func TestLinkThatTelegramRefuses(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.group.RefuseLinks()
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	h.tap(anna, "Взять")
	h.tick()
	h.shown("👤 Ведёт Анна", "👤 12:00  Здравствуйте")
}

// TestRightsThatAreMissing are told of, by their names.
func TestRightsThatAreMissing(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.equal("trouble", h.g.Trouble(), "")
	h.group.AddGroup(room, "can_manage_topics")
	h.says(11, "Здравствуйте")
	h.call()
	h.ticks(40)
	if got := h.g.Trouble(); !strings.Contains(got, "can_manage_topics") || strings.Contains(got, "can_pin_messages") {
		t.Errorf("trouble: %q", got)
	}
	h.group.AddGroup(room)
	h.ticks(40)
	h.equal("trouble", h.g.Trouble(), "")
	h.shown("👤 12:00  Здравствуйте")
}

// TestWhichChatItIs: the bot says the number of a chat to who asks for it there.
func TestWhichChatItIs(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.act(fake.Act{From: stranger, Group: room, Text: "/id@staff_bot"})
	h.tick()
	sent := h.group.Standing(room, 0)
	if !slices.ContainsFunc(sent, func(m fake.Sent) bool { return m.Text == "-1001" }) {
		t.Errorf("asked for the chat it says %+v", sent)
	}
	for range 30 { // anybody may write to the bot: it answers few times, and at nobody's cost
		h.act(fake.Act{From: stranger, Text: "привет"})
		h.act(fake.Act{From: stranger, Text: "/start"})
	}
	h.tick()
	h.equal("answers to a stranger", len(h.heardFromStaffBot(stranger)), 2)
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	h.shown("👤 12:00  Здравствуйте")
}
