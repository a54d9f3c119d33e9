package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/storage"
)

// saysOf puts messages about receipt 7 into the outbox, as the runner would.
func (h *house) saysOf(t *testing.T, person int64, wires ...chat.Wire) {
	t.Helper()
	err := h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		who, err := h.members.SubjectsTx(ctx, tx, noon, chat.Telegram, []string{strconv.FormatInt(person, 10)})
		if err != nil {
			return err
		}
		for _, w := range wires {
			notice := conversation.Notice{Conversation: who[0].Conversation, Channel: chat.Telegram, Key: fmt.Sprintf("%d/%s", person, w.Text), Wire: w, Seal: who[0].Key}
			if err := h.conv.SayTx(ctx, tx, noon, notice); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// chatOf is a person's chat as they see it: what was changed stands as it is now.
func (h *house) chatOf(person int64) []string {
	var texts []string
	at := map[int64]int{}
	for _, m := range h.fake.Sent(person, 0) {
		if i, ok := at[m.MessageID]; ok {
			texts[i] = m.Text
			continue
		}
		at[m.MessageID] = len(texts)
		texts = append(texts, m.Text)
	}
	return texts
}

var (
	taken    = chat.Wire{Text: "Проверяю", Thread: "receipt/7"}
	credited = chat.Wire{Text: "+64,22", Thread: "receipt/7", Over: "receipt/7"}
	returned = chat.Wire{Text: "Отменён", Thread: "receipt/7", Over: "receipt/7"}
)

// TestDeliverEdits: the news of a receipt change its message, whatever happens on
// the way; when they cannot, they are said.
func TestDeliverEdits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		first []chat.Wire // said and delivered
		fault fake.Fault  // then
		act   fake.Act
		then  []chat.Wire   // said and delivered, with a look a minute later
		late  time.Duration // after noon
		want  []string
		calls int // messages and changes that reached the person
	}{
		{name: "edited", first: []chat.Wire{taken}, then: []chat.Wire{credited}, want: []string{"+64,22"}, calls: 2},
		{name: "edited_twice", first: []chat.Wire{taken}, then: []chat.Wire{credited, returned}, want: []string{"Отменён"}, calls: 3},
		{name: "all_in_one_go", then: []chat.Wire{taken, credited, returned}, want: []string{"Отменён"}, calls: 3},
		{name: "other_words_go_first", first: []chat.Wire{taken}, then: []chat.Wire{{Text: "Извините"}, credited}, want: []string{"+64,22", "Извините"}, calls: 3},
		{name: "nothing_to_change", then: []chat.Wire{credited}, want: []string{"+64,22"}, calls: 1},
		{name: "of_another_receipt", first: []chat.Wire{{Text: "Второй", Thread: "receipt/8"}}, then: []chat.Wire{credited}, want: []string{"Второй", "+64,22"}, calls: 2},
		{name: "too_late", first: []chat.Wire{taken}, then: []chat.Wire{credited}, late: chat.Fresh + time.Second, want: []string{"Проверяю", "+64,22"}, calls: 2},
		{name: "deleted_by_the_person", first: []chat.Wire{taken}, act: fake.Act{From: 1, Delete: true}, then: []chat.Wire{credited}, want: []string{"Проверяю", "+64,22"}, calls: 2},
		{name: "cannot_be_edited", first: []chat.Wire{taken}, fault: fake.Fault{Kind: fake.Freeze, Method: "editMessageText"}, then: []chat.Wire{credited}, want: []string{"Проверяю", "+64,22"}, calls: 2},
		{name: "throttled", first: []chat.Wire{taken}, fault: fake.Fault{Kind: fake.Throttle, Method: "editMessageText", RetryAfter: 5, Times: 1}, then: []chat.Wire{credited}, want: []string{"+64,22"}, calls: 2},
		{name: "outage", first: []chat.Wire{taken}, fault: fake.Fault{Kind: fake.Outage, Method: "editMessageText", Times: 1}, then: []chat.Wire{credited}, want: []string{"+64,22"}, calls: 2},
		{name: "answer_lost", first: []chat.Wire{taken}, fault: fake.Fault{Kind: fake.Drop, Method: "editMessageText", Times: 1}, then: []chat.Wire{credited}, want: []string{"+64,22"}, calls: 2},
		{name: "answers_lost_and_more_to_come", first: []chat.Wire{taken}, fault: fake.Fault{Kind: fake.Drop, Method: "editMessageText", Times: 1}, then: []chat.Wire{credited, {Text: "б"}}, want: []string{"+64,22", "б"}, calls: 3},
		{name: "the_answer_to_a_photo", first: []chat.Wire{{Text: "Смотрю фото…", Thread: "photo/5"}}, then: []chat.Wire{{Text: "Не вижу кода", Over: "photo/5"}}, want: []string{"Не вижу кода"}, calls: 2},
		{name: "through_it_all", first: []chat.Wire{{Text: "Смотрю фото…", Thread: "photo/5"}, {Text: "Проверяю", Thread: "receipt/7", Over: "photo/5"}}, then: []chat.Wire{credited}, want: []string{"+64,22"}, calls: 3},
		{name: "blocked", first: []chat.Wire{taken}, act: fake.Act{From: 1, Block: true}, then: []chat.Wire{credited}, want: []string{"Проверяю"}, calls: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			now := noon
			d := NewDeliver(h.conv, h.bot, chat.Rates{}, func() {}, func() time.Time { return now }, slog.New(slog.DiscardHandler))
			h.opens(t, 1)
			h.saysOf(t, 1, tt.first...)
			mustStep(t, d.Step, now)
			if tt.fault.Kind != "" {
				h.fake.Spoil(tt.fault)
			}
			if tt.act.From != 0 {
				if _, err := h.fake.Do(tt.act); err != nil {
					t.Fatal(err)
				}
			}
			now = now.Add(tt.late)
			h.saysOf(t, 1, tt.then...)
			mustStep(t, d.Step, now)
			now = now.Add(10 * time.Second)
			mustStep(t, d.Step, now)
			if diff := cmp.Diff(tt.want, h.chatOf(1)); diff != "" {
				t.Errorf("the chat (-want +got):\n%s", diff)
			}
			if got := len(h.heard(1)); got != tt.calls {
				t.Errorf("%d calls reached the person, want %d: %q", got, tt.calls, h.heard(1))
			}
			if left := h.states(t)["pending"]; left != 0 {
				t.Errorf("%d messages are left", left)
			}
		})
	}
}

// TestDoubtfulMessageIsNotEdited: what may not have arrived is nothing that the
// person can be taken to look at.
func TestDoubtfulMessageIsNotEdited(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	now := noon
	d := NewDeliver(h.conv, h.bot, chat.Rates{}, func() {}, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	h.opens(t, 1)
	h.fake.Spoil(fake.Fault{Kind: fake.Drop, Method: "sendMessage", Times: 2})
	h.saysOf(t, 1, taken, credited)
	for range 3 {
		mustStep(t, d.Step, now)
		now = now.Add(5 * time.Second)
	}
	if diff := cmp.Diff(map[string]int{"unknown unknown_outcome": 1, "sent": 1}, h.states(t)); diff != "" {
		t.Errorf("outbox (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Проверяю", "Проверяю", "+64,22"}, h.chatOf(1)); diff != "" {
		t.Errorf("the chat (-want +got):\n%s", diff)
	}
}

// TestKilledBetweenEditAndMark: whoever takes the chat over edits again, and the
// messenger says that nothing changes.
func TestKilledBetweenEditAndMark(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := h.deliver()
	h.opens(t, 1)
	h.saysOf(t, 1, taken)
	mustStep(t, d.Step, noon)
	if err := h.bot.Edit(t.Context(), "1", "2", strconv.FormatInt(h.fake.Sent(1, 0)[0].MessageID, 10), credited); err != nil {
		t.Fatal(err)
	}
	h.saysOf(t, 1, credited)
	mustStep(t, d.Step, noon)
	if diff := cmp.Diff([]string{"+64,22"}, h.chatOf(1)); diff != "" {
		t.Errorf("the chat (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"sent": 2}, h.states(t)); diff != "" {
		t.Errorf("outbox (-want +got):\n%s", diff)
	}
}
