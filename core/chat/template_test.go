package chat

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTemplatesTravel with the first wire of their message, on channels whose window
// closes, and keep it apart from others.
func TestTemplatesTravel(t *testing.T) {
	t.Parallel()
	news := &Template{Name: "news", Lang: "ru", Text: "Новости."}
	long := Message{Text: strings.Repeat("Длинно. ", 600), Template: news}
	picture := Message{Text: "Выберите.", Media: &Media{Alt: "молоко"}, Buttons: []Button{{Title: "1", Token: "1"}, {Title: "2", Token: "2"}, {Title: "3", Token: "3"}, {Title: "4", Token: "4"}}, Template: news}
	for _, tt := range []struct {
		name string
		of   Channel
		said []Message
		want []string
	}{
		{"one among others", WhatsApp, []Message{{Text: "а"}, {Text: "б", Template: news}, {Text: "в"}, {Text: "г"}}, []string{"", "news", ""}},
		{"a long one", WhatsApp, []Message{long}, []string{"news", ""}},
		{"a picture over a list", WhatsApp, []Message{picture}, []string{"news", ""}},
		{"where there is no window", Telegram, []Message{{Text: "б", Template: news}}, []string{""}},
	} {
		var wires []Wire
		for _, m := range tt.said {
			wires = append(wires, Degrade(m, CapsOf(tt.of))...)
		}
		var got []string
		for _, w := range Join(wires, CapsOf(tt.of)) {
			got = append(got, w.Template.of())
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
