package telegram

import (
	"fmt"
	"slices"
)

// Tap presses a key, from 0 in reading order, of the message numbered n, be it the
// newest or an old one, and returns the id of the update that tells the bot.
func (s *Server) Tap(from int64, n, key int) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n < 1 || n > len(s.sent) || s.sent[n-1].Chat != from {
		return 0, fmt.Errorf("chat %d has no message %d", from, n)
	}
	m, a := s.sent[n-1], Act{From: from}
	inline, reply := slices.Concat(m.Inline...), slices.Concat(m.Reply...)
	switch {
	case key < len(inline):
		return s.update(a, map[string]any{"callback_query": s.query(a, m, inline[key].Data)})
	case key < len(reply) && s.people[from].keyboard == n:
		fields, err := s.tell(typed(a, reply[key]))
		if err != nil {
			return 0, err
		}
		return s.update(a, fields)
	}
	return 0, fmt.Errorf("message %d has no key %d", n, key)
}
