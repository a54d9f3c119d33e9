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

// square is three corner patterns that may be those of one code: top left, top right
// and bottom left.
type square struct {
	patterns [3]pattern
	side     float64 // modules from the middle of one to that of the next

	// What a square seen straight has none of: how far its corner is from a right
	// angle, its sides from one length, its patterns from one size.
	slant, stretch, sizes float64
}

// squareOf takes b for the pattern between the others.
func squareOf(a, b, c pattern) square {
	ax, ay, cx, cy := a.X-b.X, a.Y-b.Y, c.X-b.X, c.Y-b.Y
	if cx*ay-cy*ax < 0 { // c is clockwise of a
		a, c, ax, ay, cx, cy = c, a, cx, cy, ax, ay
	}
	la, lc := math.Hypot(ax, ay), math.Hypot(cx, cy)
	aslant := (max(math.Abs(ax), math.Abs(ay))/la + max(math.Abs(cx), math.Abs(cy))/lc) / 2 // a pattern on its corner is crossed from corner to corner
	return square{
		patterns: [3]pattern{b, c, a},
		side:     (la + lc) / 2 / ((a.module + b.module + c.module) / 3 * aslant),
		slant:    math.Abs(ax*cx+ay*cy) / (la*lc + 1e-9),
		stretch:  math.Abs(math.Log(la / lc)),
		sizes:    math.Log(max(a.module, b.module, c.module) / min(a.module, b.module, c.module)),
	}
}

// off is the less, the squarer.
func (q square) off() float64 { return q.slant + q.stretch + q.sizes }

// plausible says whether it may be a code of any size.
func (q square) plausible() bool {
	const fewest, most = 21 - 7 - 3, 177 - 7 + 20 // seen aslant
	return q.slant < 0.6 && q.stretch < 0.7 && q.sizes < 0.8 && q.side > fewest && q.side < most
}

// corners are those of the code, if a side of it has so many modules.
func (q square) corners(modules int) place {
	const half = 3.5 // of a pattern
	b, c, a := q.patterns[0], q.patterns[1], q.patterns[2]
	cx, cy, ax, ay := c.X-b.X, c.Y-b.Y, a.X-b.X, a.Y-b.Y
	k := half / (float64(modules) - 2*half)
	corner := func(x, y, u, v float64) mend.Point {
		return mend.Point{X: x + k*(u*cx+v*ax), Y: y + k*(u*cy+v*ay)}
	}
	return place{corner(b.X, b.Y, -1, -1), corner(c.X, c.Y, 1, -1), corner(a.X+cx, a.Y+cy, 1, 1), corner(a.X, a.Y, -1, 1)}
}

// squares are the codes that patterns may be of, the squarest first.
func squares(found []pattern) (all []square) {
	const most = 15
	found = found[:min(len(found), most)]
	for i, a := range found {
		for k, c := range found[:i] {
			for j, b := range found {
				if q := squareOf(a, b, c); j != i && j != k && q.plausible() {
					all = append(all, q)
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b square) int { return cmp.Compare(a.off(), b.off()) })
	return all
}

// byGrid looks for codes of any size by their corner patterns: a grid is laid over what
// they enclose, and gozxing reads its modules, which its own detector has not found.
func byGrid(s *search, ctx context.Context, g *image.Gray) {
	const most = 10 // what is behind them is hardly ever a code
	all := squares(patterns(ctx, g))
	for _, q := range all[:min(len(all), most)] {
		if s.over(ctx) {
			return
		}
		s.found(q.read(ctx, g))
	}
}

// read tries the sizes that a square may have, the likeliest first.
func (q square) read(ctx context.Context, g *image.Gray) string {
	for _, version := range q.versions() {
		if ctx.Err() != nil {
			return ""
		}
		for dark := range mend.Modules(g, version, q.corners(17+4*version)) {
			if text := textOf(dark); text != "" {
				return text
			}
		}
	}
	return ""
}

// versions are sizes of 17 modules and four for each; of a bigger code they are told
// less surely.
func (q square) versions() (all []int) {
	const most = 40
	likely := (q.side + 7 - 17) / 4
	off := func(v int) float64 { return math.Abs(float64(v) - likely) }
	for v := 1; v <= most; v++ {
		if off(v) <= 1+likely/10 {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b int) int { return cmp.Compare(off(a), off(b)) })
	return all
}

// textOf reads modules; the text is "" when they are no code.
func textOf(dark [][]bool) (text string) {
	defer func() {
		if recover() != nil { // the library does on some grids
			text = ""
		}
	}()
	result, err := decoder.NewDecoder().DecodeBoolMapWithoutHint(dark)
	if err != nil {
		return ""
	}
	return result.GetText()
}
