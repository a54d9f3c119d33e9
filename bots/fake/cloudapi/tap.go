package cloudapi

import (
	"encoding/json"
	"fmt"
	"slices"
)

// tap finds the newest button or row with the title.
func (s *Server) tap(a Act) (map[string]any, error) {
	for _, m := range slices.Backward(s.sentTo(a.From, 0)) {
		for _, b := range m.Buttons {
			if b.Title == a.Button {
				return pressed(m, b), nil
			}
		}
	}
	return nil, fmt.Errorf("chat %s has no button with this title", a.From)
}

// pressed is the content of a message that answers m by a key.
func pressed(m Sent, b Button) map[string]any {
	kind := m.Kind + "_reply"
	return map[string]any{"type": kind, kind: b}
}

// Tap presses a key, from 0, of the message numbered n, be it the newest or an old
// one, and returns the wamid of what tells the bot.
func (s *Server) Tap(from string, n, key int) (string, error) {
	all := s.Sent(from, max(n-1, 0))
	if len(all) == 0 || all[0].N != n || key < 0 || key >= len(all[0].Buttons) {
		return "", fmt.Errorf("chat %s has no key %d of message %d", from, key, n)
	}
	m := all[0]
	said, err := json.Marshal(map[string]any{
		"type": "interactive", "interactive": pressed(m, m.Buttons[key]), "context": map[string]any{"id": m.ID},
	})
	if err != nil {
		return "", err
	}
	return s.Do(Act{From: from, Message: said})
}
