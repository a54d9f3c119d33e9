package staffgroup_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/member"
	"besedka/core/staff"
	"besedka/storage"
)

// vera is one more of the staff.
const vera = 703

// TestThreeAtOnce: two operators, each at another process of the program, and one in the
// group take a conversation at once: one has it, the others are told who, again and again.
func TestThreeAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.hire(vera, "Вера", staff.Operator)
	names := map[int64]string{h.people[anna]: "Анна", h.people[boris]: "Борис", h.people[vera]: "Вера"}
	h.says(11, "Здравствуйте")
	id := h.call()
	for range 6 {
		h.ticks(2)
		h.shown("⏳ Человека ждут")
		consoles := map[int]chan error{boris: make(chan error, 1), vera: make(chan error, 1)}
		for who, done := range consoles {
			go func() { done <- h.elsewhere(id, who) }()
		}
		toast := h.tap(anna, "Взять")
		won := h.wonAtConsoles(consoles)
		holder := h.holder(id)
		if toast == "Разговор ваш, бот молчит" {
			won = append(won, h.people[anna])
		} else if !strings.Contains(toast, "ведёт "+names[holder]) {
			t.Errorf("%s has it and Anna is told %q", names[holder], toast)
		}
		if len(won) != 1 || won[0] != holder {
			t.Fatalf("%d took it, and %d has it", won, holder)
		}
		h.must(h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
			return h.door.ReleaseTx(ctx, tx, h.now(), id, holder, "")
		}))
	}
}

// elsewhere takes a conversation in another process.
func (h *stage) elsewhere(id int64, who int) error {
	members := member.New(h.db, h.keys, func(context.Context, storage.Tx, time.Time, int64, int64) error { return nil })
	door := conversation.New(h.db, h.keys, members, conversation.Waker{Turns: func() {}, Sends: func(chat.Channel) {}}, quiet())
	return h.db.InTx(h.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return door.TakeTx(ctx, tx, h.now(), conversation.Taking{Conversation: id, Staff: h.people[int64(who)], Queue: "support"})
	})
}

// wonAtConsoles are who was not told that somebody else has the conversation.
func (h *stage) wonAtConsoles(consoles map[int]chan error) (won []int64) {
	h.t.Helper()
	for who, done := range consoles {
		err := <-done
		taken, late := errors.AsType[*conversation.TakenError](err)
		switch {
		case late && (taken.Holder == 0 || taken.Holder == h.people[int64(who)]):
			h.t.Errorf("%d is told that %d has it", who, taken.Holder)
		case !late && err != nil:
			h.t.Error(err)
		case !late:
			won = append(won, h.people[int64(who)])
		}
	}
	return won
}

// holder is who has the conversation.
func (h *stage) holder(id int64) int64 {
	h.t.Helper()
	is, err := conversation.Show(h.t.Context(), h.db, id)
	h.must(err)
	return is.Holder
}
