package botstest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
)

// say sends a message as it is fitted to the channel and returns what reached the
// person last, and the keyboard that was to stand under it.
func (s *stand) say(t *testing.T, id string, m chat.Message) (Sent, *chat.Keyboard) {
	t.Helper()
	var last chat.Wire
	for _, w := range chat.Degrade(m, chat.CapsOf(s.Adapter.Channel())) {
		if _, err := s.Adapter.Send(t.Context(), s.Peer, id, w); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		last = w
	}
	all := s.Sent()
	if len(all) == 0 {
		t.Fatalf("%s: nothing reached the person", id)
	}
	return all[len(all)-1], last.Keyboard
}

func choices(n int, title string) []chat.Button {
	all := make([]chat.Button, n)
	for i := range all {
		all[i] = chat.Button{Title: fmt.Sprintf("%s %d", title, i+1), Token: fmt.Sprintf("t%d.", i) + strings.Repeat("x", chat.TokenBytes-3)}
	}
	return all
}

// keys goes down the ladder of keyboards: what the person sees is what stands in
// the wire, and a press brings back the token of its key, as long as tokens get,
// or types its title.
func keys(t *testing.T, s *stand) {
	need(t, s.Sent != nil && s.Tap != nil)
	heard := 0
	for name, buttons := range map[string][]chat.Button{
		"two":     choices(2, "Да"),
		"three":   choices(3, "Город"),
		"ten":     choices(10, "Месяц"),
		"twins":   {{Title: "Йогурт", Token: "a"}, {Title: "Йогурт", Token: "b"}},
		"long":    choices(3, "Показать все мои чеки за последние полгода"),
		"longer":  choices(4, "Показать все мои чеки за последние полгода"),
		"link":    {{Title: "Правила", URL: "https://example.test/rules"}, {Title: "Согласен", Token: "yes"}},
		"contact": {{Title: "Поделиться", Contact: true}, {Title: "Пропустить", Token: "skip"}},
	} {
		sent, kb := s.say(t, name, chat.Message{Text: "Вопрос " + name, Label: "Выбрать", Buttons: buttons})
		if kb == nil || kb.Kind == chat.Numbered {
			continue
		}
		s.wantKeys(t, name, sent, kb)
		for i, b := range flat(kb) {
			if b.URL != "" {
				continue
			}
			if err := s.Tap(sent, i); err != nil {
				t.Errorf("%s: press %q: %v", name, b.Title, err)
				continue
			}
			heard++
			s.wantPress(t, name, kb.Kind, b, heard)
		}
	}
}

func flat(kb *chat.Keyboard) (all []chat.Button) {
	for _, row := range kb.Rows {
		all = append(all, row...)
	}
	return all
}

// wantKeys compares what the person sees; the tokens are not for their eyes.
func (s *stand) wantKeys(t *testing.T, name string, sent Sent, kb *chat.Keyboard) {
	t.Helper()
	var want []chat.Button
	for _, b := range flat(kb) {
		want = append(want, chat.Button{Title: b.Title, Desc: b.Desc, URL: b.URL, Contact: b.Contact})
	}
	if diff := cmp.Diff(want, sent.Keys); diff != "" {
		t.Errorf("%s: keys (-want +got):\n%s", name, diff)
	}
}

func (s *stand) wantPress(t *testing.T, name string, kind chat.Kind, b chat.Button, n int) {
	t.Helper()
	got, _ := s.hear(t)
	if len(got) != n {
		t.Fatalf("%s: heard %d messages, want %d", name, len(got), n)
	}
	in := got[n-1].In
	switch {
	case b.Contact && (in.Contact == nil || !in.Contact.Own || !strings.HasPrefix(in.Contact.Phone, "+")):
		t.Errorf("%s: heard %+v, want the person's own phone", name, in)
	case !b.Contact && kind == chat.Reply && in.Tap == "" && in.Text != b.Title, // a messenger may give the token
		!b.Contact && kind != chat.Reply && in.Tap != b.Token:
		t.Errorf("%s: heard %+v of %q", name, in, b.Title)
	}
}

// oldKey presses a key of a message above the newest one.
func oldKey(t *testing.T, s *stand) {
	need(t, s.Sent != nil && s.Tap != nil)
	ask := func(id, token string) (Sent, *chat.Keyboard) {
		return s.say(t, id, chat.Message{Text: "Вопрос " + id, Buttons: []chat.Button{{Title: "Да", Token: token}}})
	}
	old, kb := ask("1", "first")
	ask("2", "second")
	need(t, kb.Kind == chat.Inline || kb.Kind == chat.List)
	if err := s.Tap(old, 0); err != nil {
		t.Fatal(err)
	}
	if got, _ := s.hear(t); len(got) != 1 || got[0].In.Tap != "first" {
		t.Errorf("heard %+v, want the tap of the older message", got)
	}
}
