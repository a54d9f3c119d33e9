package qr

import (
	"context"
	"image"
	"slices"

	"besedka/core/qr/zxing"
)

// search is one picture while it is read.
type search struct {
	engine  *zxing.Engine
	picture *image.Gray
	small   *image.Gray // fit and enlarged, once they were asked for
	large   *image.Gray
	codes   []string
	read    []place  // where they stand
	places  []place  // seen and not read, in the order of their discovery
	close   int      // how many of them were looked at closely
	earlier [][]byte // of the same person's photos before this one
	seen    [][]byte // in this one, the best first
	joined  bool     // a code was read with the help of earlier ones
	fault   error
}

// run looks at the picture in one way after the other until a fiscal code is read. A
// code that is none ends it, too, when nothing else in the picture looks like one:
// receipts carry advertising, which is often printed better.
func (s *search) run(ctx context.Context) {
	if s.engine == nil {
		s.all(ctx, goPasses, func() bool { return true })
		return
	}
	s.all(ctx, enginePasses, func() bool { return len(s.codes) == 0 })
	if len(s.codes) > 0 && !s.over(ctx) && s.another(ctx) {
		s.all(ctx, enginePasses[1:enough], func() bool { return true })
	}
}

func (s *search) all(ctx context.Context, passes []pass, while func() bool) {
	for _, p := range passes {
		if s.over(ctx) || !while() {
			return
		}
		if g := p.prepare(s); g != nil {
			p.look(s, ctx, g)
		}
		s.lookCloser(ctx)
	}
}

func (s *search) over(ctx context.Context) bool {
	return ctx.Err() != nil || slices.ContainsFunc(s.codes, isFiscal)
}

// another says whether corner patterns are left of a code that was not read. What was
// read is painted over for good: nobody need look at it again.
func (s *search) another(ctx context.Context) bool {
	for _, p := range s.read {
		s.picture = paintOver(s.picture, p.bounds())
	}
	s.small, s.large = nil, nil
	return len(codesAmong(patterns(ctx, level(s.fit(), 24)))) > 0
}

// found keeps a text once.
func (s *search) found(text string) {
	if text != "" && !slices.Contains(s.codes, text) {
		s.codes = append(s.codes, text)
	}
}

// byEngine looks with zxing-cpp, which finds all codes of a picture at once. A fault
// costs this one look; the engine is left out of the rest of the search.
func byEngine(o zxing.Options) func(*search, context.Context, *image.Gray) {
	return func(s *search, ctx context.Context, g *image.Gray) {
		if s.engine == nil {
			return
		}
		symbols, err := s.engine.Read(ctx, g, o)
		if err != nil && ctx.Err() == nil {
			s.fault, s.engine = err, nil
		}
		for _, symbol := range symbols {
			p := placeOf(symbol.Corners).scaled(s.picture, g)
			if symbol.Err != nil {
				s.note(p)
			} else if symbol.Text != "" {
				s.found(symbol.Text)
				s.read = append(s.read, p)
			}
		}
	}
}

// byGo looks with gozxing, code by code up to the fiscal one: what is not fiscal is
// painted over before it looks again.
func byGo(b binarizer) func(*search, context.Context, *image.Gray) {
	return func(s *search, ctx context.Context, g *image.Gray) {
		for range maxCodes {
			text, area := decode(g, b)
			s.found(text)
			if text == "" || s.over(ctx) {
				return
			}
			g = paintOver(g, area)
		}
	}
}
