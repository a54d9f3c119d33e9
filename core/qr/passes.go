package qr

import (
	"context"
	"image"
	"image/draw"

	"besedka/core/qr/zxing"
)

// pass is one way of looking at a picture; prepare returns nil when the pass does
// not suit it.
type pass struct {
	prepare func(*search) *image.Gray
	look    func(*search, context.Context, *image.Gray)
}

// Sizes between which passes choose, in pixels.
const (
	ample = 3_000_000 // the first passes look at no more than this
	small = 1_600_000 // worth enlarging
)

// enough of enginePasses are tried when a code was read already, which is not fiscal.
const enough = 5

// enginePasses are tried in this order: what reads most pictures, unread by the
// passes before it, for its time. zxing-cpp comes first, which reads nine in ten of
// them in the time in which gozxing reads six.
var enginePasses = []pass{
	{(*search).fit, byEngine(zxing.Options{})},
	{even, byPatterns},
	{(*search).enlarged, byEngine(zxing.Options{})},
	{(*search).fit, byGo(hybrid)},
	{edgy, byPatterns},
	{clear, byPatterns},
	{(*search).half, byEngine(zxing.Options{})},
	{func(s *search) *image.Gray { return sharpen(s.enlarged(), 3, 1.5) }, byEngine(zxing.Options{})},
	{func(s *search) *image.Gray { return level(s.enlarged(), 24) }, byEngine(zxing.Options{})},
	{func(s *search) *image.Gray { return level(s.enlarged(), 20) }, byPatterns},
	{func(s *search) *image.Gray { return blur(s.fit(), 1) }, byEngine(zxing.Options{})},
	{(*search).fit, byEngine(zxing.Options{Denoise: true})},
	{even, byGrid},
	{far, byGrid},
	{(*search).third, byGo(hybrid)},
	{(*search).fit, byGo(global)},
	{func(s *search) *image.Gray { return level(s.enlarged(), 24) }, byGo(hybrid)},
	{func(s *search) *image.Gray { return scaled(s.fit(), 0.7) }, byEngine(zxing.Options{})},
	{func(s *search) *image.Gray { return scaled(s.fit(), 1.5) }, byEngine(zxing.Options{})},
	{func(s *search) *image.Gray { return blur(s.enlarged(), 2) }, byEngine(zxing.Options{})},
	{func(s *search) *image.Gray { return sharpen(s.enlarged(), 5, 2.5) }, byEngine(zxing.Options{})},
	{thrice, byEngine(zxing.Options{})},
	{(*search).fit, byEngine(zxing.Options{Global: true})},
	{func(s *search) *image.Gray { return clahe(s.fit()) }, byEngine(zxing.Options{})},
	{edgy, byGrid},
	{func(s *search) *image.Gray { return turn(s.fit(), 30) }, byEngine(zxing.Options{})},
	{(*search).enlarged, byGo(hybrid)},
	{func(s *search) *image.Gray { return clahe(s.fit()) }, byGo(hybrid)},
	{(*search).whole, byEngine(zxing.Options{})},
}

// goPasses are what there is without the engine. Each one earned its place on several
// hundred pictures.
var goPasses = []pass{
	{(*search).fit, byGo(hybrid)},
	{even, byPatterns},
	{even, byGrid},
	{far, byGrid},
	{farther, byGrid},
	{edgy, byGrid},
	{clear, byGrid},
	{tiny, byGo(hybrid)},
	{func(s *search) *image.Gray { return level(tiny(s), 24) }, byGrid},
	{func(s *search) *image.Gray { return invert(even(s)) }, byGrid},
	{(*search).third, byGo(hybrid)},
	{(*search).fit, byGo(global)},
	{func(s *search) *image.Gray { return sharpen(s.fit(), 2, 1.5) }, byGo(hybrid)},
	{edgy, byPatterns},
	{clear, byPatterns},
	{func(s *search) *image.Gray { return turn(s.half(), 30) }, byGo(hybrid)},
	{(*search).half, byGo(global)},
	{(*search).half, byGo(hybrid)},
	{func(s *search) *image.Gray { return invert(s.fit()) }, byGo(hybrid)},
	{func(s *search) *image.Gray { return turn(s.fit(), 15) }, byGo(hybrid)},
	{func(s *search) *image.Gray { return turn(s.fit(), 60) }, byGo(hybrid)},
	{func(s *search) *image.Gray { return level(s.fit(), 24) }, byGo(hybrid)},
	{func(s *search) *image.Gray { return level(s.enlarged(), 20) }, byPatterns},
	{(*search).enlarged, byGo(hybrid)},
	{func(s *search) *image.Gray { return level(s.fit(), 24) }, byGo(global)},
	{func(s *search) *image.Gray { return sharpen(s.enlarged(), 3, 1.5) }, byGo(hybrid)},
	{(*search).whole, byGo(hybrid)},
}

// even, edgy and clear are pictures in which corner patterns come out of shadow, of blur
// and of both and noise: the first costs a tenth of the last.
func even(s *search) *image.Gray  { return level(s.fit(), 12) }
func edgy(s *search) *image.Gray  { return level(sharpen(blur(s.fit(), 1), 3, 2.5), 15) }
func clear(s *search) *image.Gray { return level(sharpen(blur(s.enlarged(), 2), 5, 2.5), 48) }

// far and farther are pictures in which the modules of a code that fills them are small
// enough to be told from shadow.
func far(s *search) *image.Gray     { return level(s.third(), 12) }
func farther(s *search) *image.Gray { return level(shrink(s.fit(), 7), 12) }

// tiny is a drawing whose modules have hardly a pixel, with the quiet zone it lacks.
func tiny(s *search) *image.Gray {
	const most, times = 400, 4
	w, h := s.picture.Rect.Dx(), s.picture.Rect.Dy()
	if max(w, h) > most {
		return nil
	}
	framed := image.NewGray(image.Rect(0, 0, w+16, h+16))
	draw.Draw(framed, framed.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(framed, image.Rect(8, 8, w+8, h+8), s.picture, image.Point{}, draw.Src)
	return scaled(framed, times)
}

// thrice is for small pictures only.
func thrice(s *search) *image.Gray {
	const small = 800_000
	if s.picture.Rect.Dx()*s.picture.Rect.Dy() > small {
		return nil
	}
	return scaled(s.enlarged(), 1.5)
}

func (s *search) half() *image.Gray  { return shrink(s.fit(), 2) }
func (s *search) third() *image.Gray { return shrink(s.fit(), 3) }

// fit shrinks a big picture to an ample one.
func (s *search) fit() *image.Gray {
	if s.small == nil {
		n := 1
		for s.picture.Rect.Dx()*s.picture.Rect.Dy()/(n*n) > ample {
			n++
		}
		s.small = shrink(s.picture, n)
	}
	return s.small
}

// enlarged doubles a small picture; a bigger one is good enough as it came, as far as
// it is ample.
func (s *search) enlarged() *image.Gray {
	if s.large == nil {
		s.large = s.fit()
		if s.picture.Rect.Dx()*s.picture.Rect.Dy() <= small {
			s.large = double(s.picture)
		}
	}
	return s.large
}

// whole is a big picture as it came.
func (s *search) whole() *image.Gray {
	size := s.picture.Rect.Dx() * s.picture.Rect.Dy()
	if size <= ample || size > zxing.MaxPixels {
		return nil
	}
	return s.picture
}
