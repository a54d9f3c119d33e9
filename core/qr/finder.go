package qr

import (
	"cmp"
	"context"
	"image"
	"math"
	"slices"

	"besedka/core/qr/mend"
)

// pattern is one of the three squares in the corners of a code: dark, light, dark,
// light, dark over 1, 1, 3, 1 and 1 modules, whichever way it is crossed.
type pattern struct {
	mend.Point
	module float64 // its size in pixels
	votes  int     // of the lines that crossed it
}

// darkBelow is what counts as dark in a picture that is evened out about 128.
const darkBelow = 122

// maxPatterns are looked among when another one is seen: more are a mosaic, and every
// crossing of a line would cost their number.
const maxPatterns = 2000

// patterns finds the corner patterns of an evened out picture, those seen best first.
func patterns(ctx context.Context, g *image.Gray) (found []pattern) {
	for y := 0; y < g.Rect.Dy() && len(found) < maxPatterns && ctx.Err() == nil; y++ {
		crossings(g, g.PixOffset(0, y), 1, g.Rect.Dx(), func(at, module float64) {
			p, ok := confirm(g, at, float64(y), module)
			if ok {
				found = vote(found, p)
			}
		})
	}
	found = slices.DeleteFunc(found, func(p pattern) bool { return p.votes < 2 })
	slices.SortFunc(found, func(a, b pattern) int { return cmp.Compare(b.votes, a.votes) })
	return found
}

// crossings calls hit for the middle of every 1 1 3 1 1 on a line of n pixels, step
// apart from the pixel first on.
func crossings(g *image.Gray, first, step, n int, hit func(at, module float64)) {
	var runs [5]int // the last ones, the one that is being counted at the end
	dark := false
	for i := range n + 1 {
		if i < n && (g.Pix[first+i*step] < darkBelow) == dark {
			runs[4]++
			continue
		}
		if dark {
			if module, ok := finderLike(runs); ok {
				hit(float64(i)-float64(runs[4]+runs[3])-float64(runs[2])/2, module)
			}
		}
		copy(runs[:], runs[1:])
		runs[4], dark = 1, !dark
	}
}

// finderLike tells whether runs of dark, light, dark, light, dark are those of a corner
// pattern, blur and slant allowed for.
func finderLike(runs [5]int) (module float64, ok bool) {
	total := runs[0] + runs[1] + runs[2] + runs[3] + runs[4]
	module = float64(total) / 7
	if total < 10 {
		return 0, false
	}
	const slack = 0.75 // of a module
	for i, n := range runs {
		want := 1.0
		if i == 2 {
			want = 3
		}
		if n == 0 || math.Abs(float64(n)-want*module) > slack*module*math.Sqrt(want) {
			return 0, false
		}
	}
	return module, true
}

// confirm crosses a pattern upright, and then level again through the middle found.
func confirm(g *image.Gray, x, y, module float64) (pattern, bool) {
	y, upright, ok := across(g, x, y, module, true)
	if !ok {
		return pattern{}, false
	}
	x, level, ok := across(g, x, y, module, false)
	return pattern{Point: mend.Point{X: x, Y: y}, module: (upright + level) / 2, votes: 1}, ok
}

// across looks for a crossing of about the same size through a point.
func across(g *image.Gray, x, y, module float64, upright bool) (middle, size float64, ok bool) {
	at, other, step, limit := x, int(y), 1, g.Rect.Dx()
	if upright {
		at, other, step, limit = y, int(x), g.Stride, g.Rect.Dy()
	}
	low, high := max(int(at-7*module), 0), min(int(at+7*module), limit)
	first := g.PixOffset(low, other)
	if upright {
		first = g.PixOffset(other, low)
	}
	if high <= low || other < 0 || !upright && other >= g.Rect.Dy() || upright && other >= g.Rect.Dx() {
		return 0, 0, false
	}
	crossings(g, first, step, high-low, func(m, s float64) {
		m += float64(low)
		if math.Abs(m-at) < 1.5*module && s > module/1.6 && s < module*1.6 {
			middle, size, ok = m, s, true
		}
	})
	return middle, size, ok
}

// vote joins p with a pattern found on another line.
func vote(found []pattern, p pattern) []pattern {
	for i, old := range found {
		if math.Hypot(old.X-p.X, old.Y-p.Y) < 2*old.module && p.module < 1.5*old.module && old.module < 1.5*p.module {
			n := float64(old.votes)
			found[i] = pattern{mend.Point{X: (old.X*n + p.X) / (n + 1), Y: (old.Y*n + p.Y) / (n + 1)}, (old.module*n + p.module) / (n + 1), old.votes + 1}
			return found
		}
	}
	return append(found, p)
}

// byPatterns looks for corner patterns that stand as those of one code do: what is
// seen of a code that no reader has recognised.
func byPatterns(s *search, ctx context.Context, g *image.Gray) {
	const most = 10 // the squarest: what is behind them is hardly ever a code
	found := patterns(ctx, g)
	for had, guesses := len(s.places), append(codesAmong(found), codesOfTwo(found)...); len(guesses) > 0 && len(s.places) < had+most; guesses = guesses[1:] {
		s.note(guesses[0].scaled(s.picture, g))
	}
}

// guess is where a code may stand; the less off, the squarer.
type guess struct {
	place
	off float64
}

func squarest(guesses []guess) (places []place) {
	slices.SortFunc(guesses, func(a, b guess) int { return cmp.Compare(a.off, b.off) })
	for _, g := range guesses {
		places = append(places, g.place)
	}
	return places
}

// codesAmong are the threes of patterns that may be a code.
func codesAmong(found []pattern) []place {
	const most = 12
	found = found[:min(len(found), most)]
	var guesses []guess
	for i, a := range found {
		for k, c := range found[:i] {
			for j, b := range found {
				if g, ok := together(a, b, c); ok && j != i && j != k {
					guesses = append(guesses, g)
				}
			}
		}
	}
	return squarest(guesses)
}

// codesOfTwo are the codes of which the best seen patterns may be two.
func codesOfTwo(found []pattern) []place {
	const most = 4
	found = found[:min(len(found), most)]
	var guesses []guess
	for i, a := range found {
		for j, b := range found {
			for _, c := range thirds(a, b) {
				if g, ok := together(c[0], c[1], c[2]); ok && i != j {
					guesses = append(guesses, g)
				}
			}
		}
	}
	return squarest(guesses)
}

// thirds are the ways in which two patterns may be those of a code whose third one is
// lost to glare or a fold.
func thirds(p, q pattern) [3][3]pattern {
	dx, dy := q.X-p.X, q.Y-p.Y
	third := func(x, y float64) pattern {
		return pattern{Point: mend.Point{X: x, Y: y}, module: (p.module + q.module) / 2}
	}
	return [3][3]pattern{
		{third(p.X-dy, p.Y+dx), p, q}, // p top left, q top right
		{q, p, third(p.X+dy, p.Y-dx)}, // q bottom left
		{q, third((p.X+q.X-dy)/2, (p.Y+q.Y+dx)/2), p},
	}
}

// together says whether three patterns may be those of one receipt's code, b the one
// between the others, and where that code would stand.
func together(a, b, c pattern) (guess, bool) {
	const usual = 37                     // modules of a side
	const fewest, most = 33 - 16, 41 + 7 // modules between two patterns, seen aslant
	q := squareOf(a, b, c)
	if !(q.slant < 0.5 && q.stretch < 0.5 && q.sizes < 0.6 && q.side > fewest && q.side < most) {
		return guess{}, false
	}
	return guess{q.corners(usual), q.off()}, true
}
