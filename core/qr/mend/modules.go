package mend

import (
	"image"
	"iter"
)

// leastLikeness is the agreement with what is known of every code of its version
// below which there is none: noise gives 0.4 in one try of a thousand.
const leastLikeness = 0.55

// Modules reads the modules of a code of any version whose corners are about here:
// which are dark, row by row. There are several readings to try, the likeliest first,
// and none when nothing like such a code is there. The picture is evened out, see Read.
func Modules(g *image.Gray, version int, corners [4]Point) iter.Seq[[][]bool] {
	return func(yield func([][]bool) bool) {
		l := newLayout(version)
		w, agreement := fit(g, l, farCorner(g, l, corners))
		if agreement < leastLikeness {
			return
		}
		bent := *w
		bent.relax(g, l)
		if !yield(darkOnes(l, soften(g, l, &bent))) || !yield(darkOnes(l, soften(g, l, w))) || version > 1 {
			return
		}
		w.corners[2] = opposite(w.corners) // near which the smallest code has nothing that is known
		w.project()
		yield(darkOnes(l, soften(g, l, w)))
	}
}

// opposite is where the third corner is of a code that is seen straight.
func opposite(corners [4]Point) Point {
	a, b, d := corners[0], corners[1], corners[3]
	return Point{b.X + d.X - a.X, b.Y + d.Y - a.Y}
}

func darkOnes(l *layout, soft []float64) [][]bool {
	dark := make([][]bool, l.side)
	for y := range dark {
		dark[y] = make([]bool, l.side)
		for x := range dark[y] {
			dark[y][x] = soft[y*l.side+x] > 0
		}
	}
	return dark
}

// farCorner moves the corner that has no pattern of its own to where the layout agrees
// best: seen aslant it is off by several modules.
func farCorner(g *image.Gray, l *layout, corners [4]Point) [4]Point {
	w := newWarp(l.side, corners)
	module, best := w.module(), w.agreement(g, l)
	look := func(middle Point, reach, step int) {
		for dy := -reach; dy <= reach; dy += step {
			for dx := -reach; dx <= reach; dx += step {
				w.corners[2] = Point{middle.X + float64(dx)*module, middle.Y + float64(dy)*module}
				w.project()
				if now := w.agreement(g, l); now > best {
					best, corners[2] = now, w.corners[2]
				}
			}
		}
	}
	look(corners[2], 4+l.side/32*2, 2)
	look(corners[2], 1, 1)
	return corners
}
