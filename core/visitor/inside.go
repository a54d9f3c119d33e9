package visitor

import "time"

// Inside is how long a session lasts that a messenger vouched for. Opening the chat from
// the messenger again brings a new one.
const Inside = 24 * time.Hour

const insideKind = "inside session"

// Admit gives a session to the peer of the web chat whom a messenger vouches for.
func (s *Service) Admit(peer string) (string, error) {
	return s.seal(insideKind, session{Peer: peer, Until: s.Now().Add(Inside)})
}

// Admitted is the peer of a session that Admit gave; ok is false when it is not one of
// ours or its time is over.
func (s *Service) Admitted(text string) (peer string, ok bool) {
	one, ok := s.open(insideKind, text)
	return one.Peer, ok
}
