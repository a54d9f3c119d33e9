package runner_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/conversation"
)

// TestAnswerTakesThePlaceOfTheNotice: what is said to a photo stands where «смотрю
// фото» stood, and only the first words do.
func TestAnswerTakesThePlaceOfTheNotice(t *testing.T) {
	t.Parallel()
	h := open(t, done)
	err := h.door.Receive(t.Context(), noon, conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{
		{Key: "1", Peer: "anna", At: noon, In: chat.Inbound{Photo: &chat.Photo{Remote: "f"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	photos, err := h.door.ClaimFetch(t.Context(), noon, conversation.Photos{Channels: []chat.Channel{chat.Telegram}}, 1)
	if err != nil || len(photos) != 1 {
		t.Fatalf("claimed %d photos, %v", len(photos), err)
	}
	if err := h.door.Say(t.Context(), noon, photos[0].Notice("Смотрю фото…")); err != nil {
		t.Fatal(err)
	}
	if err := h.door.Fetched(t.Context(), photos[0], chat.Inbound{Photo: &chat.Photo{Blob: "b"}}); err != nil {
		t.Fatal(err)
	}
	h.settle(noon)
	h.hear("anna", "нет")
	h.settle(noon)
	lanes, err := h.door.ClaimSends(t.Context(), noon, chat.Telegram, 1, new(conversation.Hand))
	if err != nil || len(lanes) != 1 {
		t.Fatalf("claimed %d chats, %v", len(lanes), err)
	}
	type said struct{ Text, Thread, Over string }
	var got []said
	for _, m := range lanes[0].Messages {
		got = append(got, said{m.Wire.Text, m.Wire.Thread, m.Wire.Over})
	}
	about := conversation.PhotoThread(photos[0].Inbox)
	if diff := cmp.Diff([]said{{"Смотрю фото…", about, ""}, {consent, "", about}, {"Хорошо.", "", ""}}, got); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
	if e, ok, err := h.door.Earlier(t.Context(), lanes[0].Conversation, lanes[0].Messages[1]); ok || err != nil {
		t.Errorf("what was not delivered yet is to be changed: %+v, %v", e, err)
	}
}
