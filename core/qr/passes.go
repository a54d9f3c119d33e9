package qr

import "image"

// pass is one way of looking at a picture; prepare returns nil when the pass does
// not suit it.
type pass struct {
	prepare  func(*image.Gray) *image.Gray
	binarize binarizer
}

// Sizes between which passes choose, in pixels.
const (
	ample = 3_000_000 // the first passes look at no more than this
	small = 1_600_000 // worth enlarging
)

// passes are tried in this order: what reads most pictures, unread by the passes
// before it, for its time. Each one earned its place on several hundred pictures.
var passes = []pass{
	{fit, hybrid},
	{third, hybrid},
	{fit, global},
	{func(g *image.Gray) *image.Gray { return sharpen(fit(g), 2, 1.5) }, hybrid},
	{func(g *image.Gray) *image.Gray { return turn(half(g), 30) }, hybrid},
	{half, global},
	{half, hybrid},
	{func(g *image.Gray) *image.Gray { return invert(fit(g)) }, hybrid},
	{func(g *image.Gray) *image.Gray { return turn(fit(g), 15) }, hybrid},
	{func(g *image.Gray) *image.Gray { return turn(fit(g), 60) }, hybrid},
	{func(g *image.Gray) *image.Gray { return level(fit(g), 24) }, hybrid},
	{enlarged, hybrid},
	{func(g *image.Gray) *image.Gray { return level(fit(g), 24) }, global},
	{func(g *image.Gray) *image.Gray { return sharpen(enlarged(g), 3, 1.5) }, hybrid},
	{whole, hybrid},
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
