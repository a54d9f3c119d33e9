package conversation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/conversation"
)

// TestFind: words are found in what was said long ago, whatever their case and their ё, in a
// caption and in the code of a receipt, and not in what others said; about the place that
// was found stands what was said before and after it.
func TestFind(t *testing.T) {
	t.Parallel()
	h := open(t)
	n := 0
	says := func(peer string, in chat.Inbound) {
		n++
		at := noon.Add(time.Duration(n/3) * time.Second) // three in a second
		err := h.Receive(t.Context(), at, conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{{Key: fmt.Sprint(n), Peer: peer, At: at, In: in}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	says("anna", chat.Inbound{Text: "Зелёный ЧАЙ и пряник"})
	says("boris", chat.Inbound{Text: "зеленый чай"})
	for i := range 700 { // more than is opened at once
		says("anna", chat.Inbound{Text: fmt.Sprint("слово ", i)})
	}
	says("anna", chat.Inbound{Text: "вот чек", Photo: &chat.Photo{Blob: "b", Codes: []string{"t=20261122T1200&s=400.00&fn=9289000100000001&i=7&fp=7&n=1"}}})
	h.say("anna", 1)
	find := func(sought string) (texts []string, hits []conversation.Hit) {
		t.Helper()
		hits, next, err := h.Find(t.Context(), 1, sought, conversation.Cursor{})
		if err != nil || next != (conversation.Cursor{}) && len(hits) < conversation.FindRows {
			t.Fatalf("%q: %v, on at %v", sought, err, next)
		}
		for _, f := range hits {
			texts = append(texts, f.Before+"["+f.Match+"]"+f.After)
		}
		return texts, hits
	}
	for sought, want := range map[string][]string{
		"зеленый  чай":     {"[Зелёный] ЧАЙ и пряник"},
		"чАЙ ЗЕЛЁН":        {"Зелёный [ЧАЙ] и пряник"},
		"зелёный слово":    nil,
		"слово 17":         {"[слово] 617", "[слово] 517", "[слово] 417", "[слово] 317", "[слово] 217", "[слово] 179", "[слово] 178", "[слово] 177", "[слово] 176", "[слово] 175", "[слово] 174", "[слово] 173", "[слово] 172", "[слово] 171", "[слово] 170", "[слово] 117", "[слово] 17"},
		"9289000100000001": {"вот чек\nt=20261122T1200&s=400.00&fn=[9289000100000001]&i=7&fp=7&n=1"},
		" ":                nil,
	} {
		got, _ := find(sought)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", sought, diff)
		}
	}
	_, hits := find("слово 17")
	about, err := h.Around(t.Context(), 1, hits[len(hits)-1].Place(), 3)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, e := range about {
		texts = append(texts, e.In.Text)
	}
	if got := strings.Join(texts, ", "); got != "слово 15, слово 16, слово 17, слово 18, слово 19, слово 20" {
		t.Errorf("about it stand %s", got)
	}
	hits, next, err := h.Find(t.Context(), 1, "слово", conversation.Cursor{})
	if err != nil || len(hits) != conversation.FindRows || next != hits[len(hits)-1].Place() {
		t.Fatalf("%d of many, on at %v, %v", len(hits), next, err)
	}
	if more, _, err := h.Find(t.Context(), 1, "слово", next); err != nil || more[0].In.Text != "слово 649" {
		t.Errorf("then comes %+v, %v", more[0], err)
	}
}
