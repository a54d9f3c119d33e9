package dialogs_test

import (
	"strings"
	"testing"

	"besedka/core/chat"
	"besedka/dialogs"
	"besedka/locales"
)

// Every kind of file has words in each language, and so has every trouble with one.
func TestUnseenWords(t *testing.T) {
	t.Parallel()
	for _, lang := range locales.Languages {
		for _, key := range []string{"watch", "listen", "sticker", "document", chat.TooBig, chat.Unreachable} {
			if text := locales.BuiltIn().Printer(lang).Text("unseen."+key, nil); text == "unseen."+key || strings.Contains(text, "{") {
				t.Errorf("%s in %s: %q", key, lang, text)
			}
		}
	}
}

// TestUnseen: a file that nobody can open is told so, the question stands with its
// buttons, and no try is lost; a late edit is told once.
func TestUnseen(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, small(map[string]string{
		"flows/x.yaml": "flow: x\nstart: { words: [/start] }\nsteps:\n  q: { ask: \"Как вас зовут?\", buttons: { skip: Пропустить }, expect: text, set: { x: answer } }\n  e: { say: Спасибо., end: true }\n",
	})))
	var s dialogs.Session
	turn := int64(0)
	hear := func(in chat.Inbound, want string) {
		t.Helper()
		turn++
		out, err := e.Turn(s, dialogs.Input{Chat: &in}, env(turn))
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, f := range out.Effects {
			if m, ok := f.(dialogs.Say); ok {
				said = append(said, m.Message.Text)
			}
		}
		if got := strings.Join(said, "|"); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("said %q, want %q", got, want)
		}
		s = out.Session
	}
	hear(chat.Inbound{Text: "/start"}, "Как вас зовут?")
	hear(chat.Inbound{File: &chat.File{Kind: chat.Voice}}, "Слушать я не умею")
	hear(chat.Inbound{Text: "Анна", File: &chat.File{Kind: chat.Video, Trouble: chat.TooBig}}, "слишком велик")
	hear(chat.Inbound{File: &chat.File{Kind: chat.Sticker, Trouble: chat.TooBig}}, "Стикеры")
	if s.Tries != 0 || s.Step != "q" {
		t.Errorf("the question has %d tries and the step is %q", s.Tries, s.Step)
	}
	hear(chat.Inbound{File: &chat.File{Kind: chat.Video}, Album: "g"}, "Смотреть видео")
	hear(chat.Inbound{File: &chat.File{Kind: chat.Video}, Album: "g"}, "")
	hear(chat.Inbound{Text: "Ана", Edits: "m1"}, "Правка видна")
	hear(chat.Inbound{Text: "Анна", Edits: "m1"}, "")
}
