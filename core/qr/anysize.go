package qr

import (
	"cmp"
	"context"
	"image"
	"math"
	"slices"

	"github.com/makiuchi-d/gozxing/qrcode/decoder"

	"besedka/core/qr/mend"
)

// square is three corner patterns that may be those of one code, in the order of its
// corners: top left, top right, bottom left.
type square struct {
	patterns [3]pattern
	off      float64 // the less, the squarer
	modules  float64 // of a side
}

// squareOf tells whether three patterns may be those of a code, b the one between the
// others.
func squareOf(a, b, c pattern) (square, bool) {
	ax, ay, cx, cy := a.X-b.X, a.Y-b.Y, c.X-b.X, c.Y-b.Y
	if cx*ay-cy*ax < 0 { // c is clockwise of a
		a, c, ax, ay, cx, cy = c, a, cx, cy, ax, ay
	}
	la, lc := math.Hypot(ax, ay), math.Hypot(cx, cy)
	slant := math.Abs(ax*cx+ay*cy) / (la*lc + 1e-9)
	stretch := math.Abs(math.Log(la / lc))
	sizes := math.Log(max(a.module, b.module, c.module) / min(a.module, b.module, c.module))
	side := (la + lc) / 2 / ((a.module + b.module + c.module) / 3)
	s := square{[3]pattern{b, c, a}, slant + stretch + sizes, side + 7}
	return s, slant < 0.5 && stretch < 0.5 && sizes < 0.7 && side > 11 && side < 190
}

// corners are those of the code, whose side has so many modules.
func (s square) corners(side int) (p place) {
	const half = 3.5
	b, c, a := s.patterns[0], s.patterns[1], s.patterns[2]
	k := half / (float64(side) - 2*half)
	cx, cy, ax, ay := c.X-b.X, c.Y-b.Y, a.X-b.X, a.Y-b.Y
	corner := func(x, y, u, v float64) mend.Point {
		return mend.Point{X: x + k*(u*cx+v*ax), Y: y + k*(u*cy+v*ay)}
	}
	return place{corner(b.X, b.Y, -1, -1), corner(c.X, c.Y, 1, -1), corner(a.X+cx, a.Y+cy, 1, 1), corner(a.X, a.Y, -1, 1)}
}

// squares are the codes that patterns may be of, the squarest first.
func squares(found []pattern) (all []square) {
	const most = 12
	found = found[:min(len(found), most)]
	for i, a := range found {
		for k, c := range found[:i] {
			for j, b := range found {
				if s, ok := squareOf(a, b, c); ok && j != i && j != k {
					all = append(all, s)
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b square) int { return cmp.Compare(a.off, b.off) })
	return all
}

// byGrid looks for codes of any size by their corner patterns: a grid is laid over what
// they enclose, and gozxing reads its modules.
func byGrid(s *search, ctx context.Context, g *image.Gray) {
	const most = 6
	all := squares(patterns(ctx, g))
	for _, q := range all[:min(len(all), most)] {
		if s.over(ctx) {
			return
		}
		s.found(q.read(ctx, g))
	}
}

// read tries the versions that the size of the patterns' modules tells of.
func (q square) read(ctx context.Context, g *image.Gray) string {
	likely := (q.modules - 17) / 4
	reach := 1 + likely/10
	var versions []int
	for v := 1; v <= 40; v++ {
		if math.Abs(float64(v)-likely) <= reach {
			versions = append(versions, v)
		}
	}
	slices.SortFunc(versions, func(a, b int) int {
		return cmp.Compare(math.Abs(float64(a)-likely), math.Abs(float64(b)-likely))
	})
	for _, v := range versions {
		if ctx.Err() != nil {
			return ""
		}
		if text := textOf(mend.Modules(g, v, q.corners(17+4*v))); text != "" {
			return text
		}
	}
	return ""
}

// textOf reads modules; the text is "" when they are no code.
func textOf(dark [][]bool) (text string) {
	defer func() {
		if recover() != nil { // the library does on some grids
			text = ""
		}
	}()
	if dark == nil {
		return ""
	}
	result, err := decoder.NewDecoder().DecodeBoolMapWithoutHint(dark)
	if err != nil {
		return ""
	}
	return result.GetText()
}
