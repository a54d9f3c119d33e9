package qr

import (
	"context"
	"image"
)

// Hint is what was measured on a picture without a code. Like troubles, hints choose
// the words that a shopper gets: do not rename them.
type Hint string

// The hints, each with a cure of its own.
const (
	TooSmall Hint = "too_small" // too few pixels for the code of a receipt: come closer
	TooDark  Hint = "dark"      // find light
	CutOff   Hint = "cut_off"   // a part of the code is outside: take all of it
	Glare    Hint = "glare"     // light is mirrored in it: turn it away
	Blurred  Hint = "blurred"   // no edge is sharp: hold still
)

// The measures are rough: they say what is plainly wrong, or nothing.
const (
	leastSide   = 120  // pixels of a picture; a fiscal code has 33 modules and needs two or three for each
	leastModule = 2.5  // pixels of a module
	darkMean    = 45   // of 255
	wellSeen    = 3    // lines that crossed a corner pattern
	mirrored    = 250  // of 255
	leastGlare  = 0.01 // of the picture's pixels: fewer are sparks
	mostPaper   = 200  // of 255: where half of a picture is brighter, its paper is white by itself
	leastRange  = 30   // of 255: below it there is nothing to be sharp
	sharpEdge   = 0.16 // of the range, from one pixel to the next
)

// hint says what is plainly wrong with a picture in which nothing was found. It takes a
// moment even when the time is over: such a picture needs its hint most.
func (s *search) hint() Hint {
	g := s.fit()
	if min(g.Rect.Dx(), g.Rect.Dy()) < leastSide {
		return TooSmall
	}
	shades := count(g.Pix)
	if shades.mean() < darkMean {
		return TooDark
	}
	found := patterns(context.Background(), level(g, 24))
	for i, p := range found {
		if p.votes < wellSeen {
			found = found[:i]
			break
		}
	}
	switch {
	case len(codesAmong(found)) == 0 && leaves(found, g.Rect):
		return CutOff
	case len(found) > 0 && shades.share(mirrored) > leastGlare && shades.quantile(0.5) < mostPaper:
		return Glare
	case blurred(g, shades):
		return Blurred
	case len(found) > 1 && found[0].module < leastModule:
		return TooSmall
	}
	return ""
}

// leaves says whether two patterns are seen whose code may end outside: its third
// pattern, which is not seen, would be there.
func leaves(found []pattern, picture image.Rectangle) bool {
	if len(found) != 2 {
		return false
	}
	for _, c := range append(codesWith(found[0], found[1]), codesWith(found[1], found[0])...) {
		for _, corner := range c {
			if !image.Pt(int(corner.X), int(corner.Y)).In(picture) {
				return true
			}
		}
	}
	return false
}

func codesWith(p, q pattern) (places []place) {
	for _, c := range thirds(p, q) {
		if g, ok := together(c[0], c[1], c[2]); ok {
			places = append(places, g.place)
		}
	}
	return places
}

// blurred says whether next to no neighbours differ as those at an edge do.
func blurred(g *image.Gray, shades histogram) bool {
	span := shades.quantile(0.98) - shades.quantile(0.02)
	if span < leastRange {
		return false
	}
	var steps histogram
	for y := range g.Rect.Dy() {
		row := g.Pix[y*g.Stride : y*g.Stride+g.Rect.Dx()]
		for x, v := range row[1:] {
			steps[max(v, row[x])-min(v, row[x])]++
		}
	}
	return float64(steps.quantile(0.998)) < sharpEdge*float64(span)
}

// histogram counts pixels by brightness.
type histogram [256]int

func count(pixels []uint8) (h histogram) {
	for _, v := range pixels {
		h[v]++
	}
	return h
}

func (h *histogram) total() (n int) {
	for _, c := range h {
		n += c
	}
	return n
}

func (h *histogram) mean() int {
	sum := 0
	for v, c := range h {
		sum += v * c
	}
	return sum / h.total()
}

// share is that of the pixels at v and above.
func (h *histogram) share(v int) float64 {
	n := 0
	for _, c := range h[v:] {
		n += c
	}
	return float64(n) / float64(h.total())
}

// quantile is the brightness that a share of the pixels does not exceed.
func (h *histogram) quantile(share float64) int {
	left := int(share * float64(h.total()))
	for v, c := range h {
		if left -= c; left < 0 {
			return v
		}
	}
	return len(h) - 1
}
