package qr

import (
	"cmp"
	"context"
	"slices"

	"besedka/core/qr/mend"
)

// maxSeen is how many glimpses of one picture are kept: of the places where a code may
// stand, the likeliest.
const maxSeen = 3

// glimpsed keeps what was seen of a code that was not read.
func (s *search) glimpsed(g mend.Glimpse) {
	if g == nil {
		return
	}
	s.seen = append(s.seen, g)
	slices.SortStableFunc(s.seen, func(a, b []byte) int { return cmp.Compare(mend.Glimpse(b).Promise(), mend.Glimpse(a).Promise()) })
	s.seen = s.seen[:min(len(s.seen), maxSeen)]
}

// recall joins what this picture shows with what others did before it. It is the last
// thing tried: a photo that can be read alone waits for none of it.
func (s *search) recall(ctx context.Context) {
	if slices.ContainsFunc(s.codes, isFiscal) {
		s.seen = nil
		return
	}
	for _, g := range s.seen {
		if text := mend.Together(ctx, g, s.earlier); text != "" {
			s.found(text)
			s.seen, s.joined = nil, true
			return
		}
	}
}
