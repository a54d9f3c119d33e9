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
	codes   []string
	places  []place // seen and not read, in the order of their discovery
	close   int     // how many of them were looked at closely
	fault   error
}

// run looks at the picture in one way after the other until a fiscal code is read.
func (s *search) run(ctx context.Context) {
	passes := goPasses
	if s.engine != nil {
		passes = enginePasses
	}
	for _, p := range passes {
		if s.over(ctx) {
			return
		}
		s.try(ctx, p, s.picture)
		s.lookCloser(ctx)
	}
}

func (s *search) over(ctx context.Context) bool {
	return ctx.Err() != nil || slices.ContainsFunc(s.codes, isFiscal)
}

func (s *search) try(ctx context.Context, p pass, g *image.Gray) {
	if g := p.prepare(g); g != nil {
		p.look(s, ctx, g)
	}
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
			s.found(symbol.Text)
			if symbol.Err != nil {
				s.seen(symbol.Corners, g)
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
