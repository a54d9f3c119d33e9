package mend

import "image"

// leastLikeness is the agreement with what is known of every code of its version
// below which there is none: noise gives 0.4 in one try of a thousand.
const leastLikeness = 0.55

// Modules reads the modules of a code of any version whose corners are about here,
// and says which are dark, row by row; nil when nothing like such a code is there. The
// picture is evened out, see Read.
func Modules(g *image.Gray, version int, corners [4]Point) [][]bool {
	l := newLayout(version)
	w, agreement := fit(g, l, farCorner(g, l, corners))
	if agreement < leastLikeness {
		return nil
	}
	w.relax(g, l)
	soft := soften(g, l, w)
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
	reach := 3 + l.side/16
	w := newWarp(l.side, corners)
	module := w.module()
	best, at := w.agreement(g, l), corners[2]
	for dy := -reach; dy <= reach; dy++ {
		for dx := -reach; dx <= reach; dx++ {
			w.corners[2] = Point{corners[2].X + float64(dx)*module, corners[2].Y + float64(dy)*module}
			w.project()
			if now := w.agreement(g, l); now > best {
				best, at = now, w.corners[2]
			}
		}
	}
	corners[2] = at
	return corners
}
