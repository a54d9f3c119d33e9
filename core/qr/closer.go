package qr

import (
	"context"
	"image"
	"math"

	"besedka/core/qr/mend"
)

// maxPlaces is how many places of a picture are looked at closely.
const maxPlaces = 48

// leastPart is how many pixels of a place a side must be inside the picture: it may be
// guessed from two corner patterns to stand outside.
const leastPart = 20

// place is where a code was seen that could not be read: its corners in the picture,
// top left first, clockwise as the code stands.
type place [4]mend.Point

func placeOf(corners [4]image.Point) (p place) {
	for i, c := range corners {
		p[i] = mend.Point{X: float64(c.X), Y: float64(c.Y)}
	}
	return p
}

// scaled is a place of the picture from in the picture to, which is the same one in
// another size.
func (p place) scaled(to, from *image.Gray) place {
	k := float64(to.Rect.Dx()) / float64(from.Rect.Dx())
	for i := range p {
		p[i].X, p[i].Y = p[i].X*k, p[i].Y*k
	}
	return p
}

// note keeps a place once.
func (s *search) note(p place) {
	if len(s.places) < maxPlaces && p.plausible() && !s.known(p) {
		s.places = append(s.places, p)
	}
}

// plausible says whether a place may be a receipt's code: about square, and of two
// pixels a module or more.
func (p place) plausible() bool {
	const least, squeeze = 60, 2.5
	short, long := math.Inf(1), 0.0
	for i, c := range p {
		next := p[(i+1)%4]
		side := math.Hypot(next.X-c.X, next.Y-c.Y)
		short, long = min(short, side), max(long, side)
	}
	return short >= least && long <= squeeze*short
}

// known says whether the same code was seen before, within a module or so.
func (s *search) known(p place) bool {
	for _, old := range s.places {
		off := 0.0
		for i := range p {
			off = max(off, math.Hypot(p[i].X-old[i].X, p[i].Y-old[i].Y))
		}
		if off < math.Hypot(p[0].X-p[2].X, p[0].Y-p[2].Y)/80 {
			return true
		}
	}
	return false
}

// lookCloser takes the places that are new: a small part of the picture can be
// enlarged and looked at many times for what the whole of it costs once.
func (s *search) lookCloser(ctx context.Context) {
	for ; s.close < len(s.places) && !s.over(ctx); s.close++ {
		p := s.places[s.close]
		if box := p.bounds().Intersect(s.picture.Rect); min(box.Dx(), box.Dy()) < leastPart {
			continue
		}
		part, corners := s.crop(p)
		text, seen := mend.Read(ctx, part, corners)
		s.found(text)
		s.glimpsed(seen)
	}
}

// crop cuts a place out, with a margin, enlarges it until its modules have several
// pixels and evens its brightness out.
func (s *search) crop(p place) (*image.Gray, [4]mend.Point) {
	box := p.bounds().Intersect(s.picture.Rect)
	part := image.NewGray(image.Rect(0, 0, box.Dx(), box.Dy()))
	for y := range box.Dy() {
		at := s.picture.PixOffset(box.Min.X, box.Min.Y+y)
		copy(part.Pix[y*part.Stride:], s.picture.Pix[at:at+box.Dx()])
	}
	k := 1.0
	const ample, modules = 300, 37
	for ; min(part.Rect.Dx(), part.Rect.Dy()) < ample; k *= 2 {
		part = double(part)
	}
	var corners [4]mend.Point
	for i, c := range p {
		corners[i] = mend.Point{X: (c.X - float64(box.Min.X)) * k, Y: (c.Y - float64(box.Min.Y)) * k}
	}
	module := math.Hypot(corners[1].X-corners[0].X, corners[1].Y-corners[0].Y) / modules
	return level(part, max(int(5*module), 8)), corners
}

// bounds is the part of a picture that a place covers, with its quiet zone.
func (p place) bounds() image.Rectangle {
	low, high := p[0], p[0]
	for _, c := range p {
		low = mend.Point{X: min(low.X, c.X), Y: min(low.Y, c.Y)}
		high = mend.Point{X: max(high.X, c.X), Y: max(high.Y, c.Y)}
	}
	margin := max(high.X-low.X, high.Y-low.Y) / 6
	return image.Rect(int(low.X-margin), int(low.Y-margin), int(high.X+margin), int(high.Y+margin))
}
