package qr

import (
	"context"
	"image"

	"besedka/core/qr/zxing"
)

// pass is one way of looking at a picture; prepare returns nil when the pass does
// not suit it.
type pass struct {
	prepare func(*image.Gray) *image.Gray
	look    func(*search, context.Context, *image.Gray)
}

// Sizes between which passes choose, in pixels.
const (
	ample = 3_000_000 // the first passes look at no more than this
	small = 1_600_000 // worth enlarging
)

// enginePasses are tried in this order: what reads most pictures, unread by the
// passes before it, for its time.
var enginePasses = []pass{
	{fit, byEngine(zxing.Options{})},
	{fit, byGo(hybrid)},
	{enlarged, byEngine(zxing.Options{})},
	{func(g *image.Gray) *image.Gray { return sharpen(enlarged(g), 3, 1.5) }, byEngine(zxing.Options{})},
	{func(g *image.Gray) *image.Gray { return level(enlarged(g), 24) }, byEngine(zxing.Options{})},
	{func(g *image.Gray) *image.Gray { return blur(fit(g), 1) }, byEngine(zxing.Options{})},
	{func(g *image.Gray) *image.Gray { return blur(enlarged(g), 2) }, byEngine(zxing.Options{})},
	{half, byEngine(zxing.Options{})},
	{fit, byEngine(zxing.Options{Denoise: true})},
	{func(g *image.Gray) *image.Gray { return sharpen(enlarged(g), 5, 2.5) }, byEngine(zxing.Options{})},
	{enlarged, byGo(hybrid)},
	{func(g *image.Gray) *image.Gray { return level(enlarged(g), 24) }, byGo(hybrid)},
	{third, byGo(hybrid)},
	{whole, byEngine(zxing.Options{})},
}

// goPasses are what there is without the engine. Each one earned its place on several
// hundred pictures.
var goPasses = []pass{
	{fit, byGo(hybrid)},
	{third, byGo(hybrid)},
	{fit, byGo(global)},
	{func(g *image.Gray) *image.Gray { return sharpen(fit(g), 2, 1.5) }, byGo(hybrid)},
	{func(g *image.Gray) *image.Gray { return turn(half(g), 30) }, byGo(hybrid)},
	{half, byGo(global)},
	{half, byGo(hybrid)},
	{func(g *image.Gray) *image.Gray { return invert(fit(g)) }, byGo(hybrid)},
	{func(g *image.Gray) *image.Gray { return turn(fit(g), 15) }, byGo(hybrid)},
	{func(g *image.Gray) *image.Gray { return turn(fit(g), 60) }, byGo(hybrid)},
	{func(g *image.Gray) *image.Gray { return level(fit(g), 24) }, byGo(hybrid)},
	{enlarged, byGo(hybrid)},
	{func(g *image.Gray) *image.Gray { return level(fit(g), 24) }, byGo(global)},
	{func(g *image.Gray) *image.Gray { return sharpen(enlarged(g), 3, 1.5) }, byGo(hybrid)},
	{whole, byGo(hybrid)},
}

func half(g *image.Gray) *image.Gray  { return shrink(fit(g), 2) }
func third(g *image.Gray) *image.Gray { return shrink(fit(g), 3) }

// fit shrinks a big picture to an ample one.
func fit(g *image.Gray) *image.Gray {
	n := 1
	for g.Rect.Dx()*g.Rect.Dy()/(n*n) > ample {
		n++
	}
	return shrink(g, n)
}

// enlarged doubles a small picture.
func enlarged(g *image.Gray) *image.Gray {
	if g.Rect.Dx()*g.Rect.Dy() > small {
		return nil
	}
	return double(g)
}

// whole is a big picture as it came.
func whole(g *image.Gray) *image.Gray {
	if g.Rect.Dx()*g.Rect.Dy() <= ample {
		return nil
	}
	return g
}
