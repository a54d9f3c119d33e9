package runner_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/conversation"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/storage"
)

// TestHandoff: people have the conversation until they give it back, once.
func TestHandoff(t *testing.T) {
	t.Parallel()
	if dialogs.GivenBack != conversation.GivenBack {
		t.Fatal("the engine waits for another event than the door sends")
	}
	folder := edited("flows/talk.yaml", "  no: {", "  people: { say: \"Зову.\", handoff: support, go: no }\n  no: {")
	talk := folder["flows/talk.yaml"]
	talk.Data = bytes.Replace(talk.Data, []byte("steps:"), []byte("listen:\n  - { words: [человек], go: people }\nsteps:"), 1)
	h := openProgramme(t, folder, actions.Set{})
	h.hear("anna", "привет")
	h.settle(noon)
	held := func() []conversation.Held {
		t.Helper()
		rows, err := conversation.Helds(t.Context(), h.db, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	giveBack := func(key string) error {
		return h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
			return h.door.GiveBackTx(ctx, tx, noon, conversation.GiveBack{Conversation: 1, Key: key, Seen: conversation.SeenAll})
		})
	}
	if err := giveBack("a"); !errors.Is(err, conversation.ErrNotHeld) {
		t.Errorf("the bot's conversation was given back: %v", err)
	}
	h.hear("anna", "человек", "Да", "ау")
	h.settle(noon)
	if got := held(); len(got) != 1 || got[0].Queue != "support" || got[0].Lifecycle != "queued" || !got[0].Since.Equal(noon) {
		t.Errorf("people have %+v", got)
	}
	for range 2 {
		if err := giveBack("b"); err != nil {
			t.Error(err)
		}
	}
	h.settle(noon)
	if got := held(); len(got) != 0 {
		t.Errorf("people still have %+v", got)
	}
	if diff := cmp.Diff([]string{consent, "Зову.", "Хорошо."}, h.said()["anna"]); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}
