package gateway

import (
	"log/slog"
	"testing"
	"time"

	"besedka/bots/telegram"
	"besedka/core/chat"
	"besedka/storage"
)

// away is a bot that sends from another process.
type away struct{ *telegram.Adapter }

func (away) Here() bool { return false }

// TestSendsFromWhereItIs: a process that cannot send takes neither the chats nor the
// pace of who can.
func TestSendsFromWhereItIs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.opens(t, 1)
	h.says(t, 1, "а")
	rates := chat.CapsOf(chat.Telegram).Rates
	now := func() time.Time { return noon }
	mustStep(t, NewDeliver(h.conv, away{h.bot}, rates, func() {}, now, slog.New(slog.DiscardHandler)).Step, noon)
	taken, err := storage.Value[int](t.Context(), h.db, `select count(*)::int from pace`)
	if err != nil || taken != 0 || len(h.heard(1)) != 0 {
		t.Errorf("it took the pace %d times and sent %d messages, %v", taken, len(h.heard(1)), err)
	}
	mustStep(t, NewDeliver(h.conv, h.bot, rates, func() {}, now, slog.New(slog.DiscardHandler)).Step, noon)
	if len(h.heard(1)) != 1 {
		t.Error("who has the account sent nothing")
	}
}
