package mend

import (
	"image"
	"math"
)

// Point is a place in a picture.
type Point struct{ X, Y float64 }

// warp leads from a code's modules to a picture: a projection of its square, then
// small shifts at the nodes of a net, because paper curls.
type warp struct {
	side    float64
	corners [4]Point
	h       [8]float64
	shifts  [nodes * nodes]Point
	relaxed bool // some shifts are not 0
}

const nodes = 5

func newWarp(side int, corners [4]Point) *warp {
	w := &warp{side: float64(side), corners: corners}
	w.project()
	return w
}

// project finds the projection of the unit square onto the corners (Heckbert, 1989).
func (w *warp) project() {
	a, b, c, d := w.corners[0], w.corners[1], w.corners[2], w.corners[3]
	dx1, dx2, sx := b.X-c.X, d.X-c.X, a.X-b.X+c.X-d.X
	dy1, dy2, sy := b.Y-c.Y, d.Y-c.Y, a.Y-b.Y+c.Y-d.Y
	den := dx1*dy2 - dx2*dy1
	if den == 0 {
		den = 1e-9
	}
	g, h := (sx*dy2-dx2*sy)/den, (dx1*sy-sx*dy1)/den
	w.h = [8]float64{b.X - a.X + g*b.X, d.X - a.X + h*d.X, a.X, b.Y - a.Y + g*b.Y, d.Y - a.Y + h*d.Y, a.Y, g, h}
}

// at is where the point x, y of the code lies, in modules from its top left corner.
func (w *warp) at(x, y float64) (px, py float64) {
	u, v := x/w.side, y/w.side
	den := w.h[6]*u + w.h[7]*v + 1
	px, py = (w.h[0]*u+w.h[1]*v+w.h[2])/den, (w.h[3]*u+w.h[4]*v+w.h[5])/den
	if !w.relaxed {
		return px, py
	}
	fx, fy := min(max(u, 0), 0.999)*(nodes-1), min(max(v, 0), 0.999)*(nodes-1)
	i, j := int(fx), int(fy)
	fx, fy = fx-float64(i), fy-float64(j)
	for _, n := range [4]struct {
		at int
		k  float64
	}{{j*nodes + i, (1 - fx) * (1 - fy)}, {j*nodes + i + 1, fx * (1 - fy)}, {(j+1)*nodes + i, (1 - fx) * fy}, {(j+1)*nodes + i + 1, fx * fy}} {
		px, py = px+n.k*w.shifts[n.at].X, py+n.k*w.shifts[n.at].Y
	}
	return px, py
}

// module is the size of a module in pixels.
func (w *warp) module() float64 {
	a, b, c := w.corners[0], w.corners[1], w.corners[3]
	return (math.Hypot(b.X-a.X, b.Y-a.Y) + math.Hypot(c.X-a.X, c.Y-a.Y)) / 2 / w.side
}

// darkness is how dark a picture is at a point, -1 to 1 about its middle grey.
func darkness(g *image.Gray, x, y float64) float64 {
	x, y = x-0.5, y-0.5
	left, top := int(math.Floor(x)), int(math.Floor(y))
	if left < 0 || top < 0 || left+1 >= g.Rect.Dx() || top+1 >= g.Rect.Dy() {
		return -0.5
	}
	fx, fy := x-float64(left), y-float64(top)
	at := top*g.Stride + left
	upper := float64(g.Pix[at])*(1-fx) + float64(g.Pix[at+1])*fx
	lower := float64(g.Pix[at+g.Stride])*(1-fx) + float64(g.Pix[at+g.Stride+1])*fx
	return 1 - (upper*(1-fy)+lower*fy)/128
}

// leastHope is the agreement, after the first and widest steps, below which there is
// no code.
const leastHope = 0.25

// fit lays the layout over the code that is somewhere about corners, and tells how
// well what is known of it agrees: 0 is not at all.
func fit(g *image.Gray, l *layout, corners [4]Point) (*warp, float64) {
	w := newWarp(l.side, corners)
	best := w.agreement(g, l)
	first := 1.2 * w.module()
	for step := first; step > 0.1*w.module(); step *= 0.6 {
		if step < first && best < leastHope {
			return w, best
		}
		for improved, round := true, 0; improved && round < 6; round++ {
			improved = false
			for c := range 4 {
				for _, d := range directions {
					old := w.corners[c]
					w.corners[c] = Point{old.X + d.X*step, old.Y + d.Y*step}
					w.project()
					if now := w.agreement(g, l); now > best {
						best, improved = now, true
					} else {
						w.corners[c] = old
					}
				}
			}
		}
		w.project()
	}
	return w, best
}

var directions = [4]Point{{1, 0}, {-1, 0}, {0, 1}, {0, -1}}

// agreement is the correlation of what is known of the layout with the picture.
func (w *warp) agreement(g *image.Gray, l *layout) float64 {
	var n, f1, v1, fv, vv float64
	for i, known := range l.fixed {
		if known != 0 {
			x, y := w.at(float64(i%l.side)+0.5, float64(i/l.side)+0.5)
			f, v := float64(known), darkness(g, x, y)
			n, f1, v1, fv, vv = n+1, f1+f, v1+v, fv+f*v, vv+v*v
		}
	}
	return (fv - f1*v1/n) / math.Sqrt((n-f1*f1/n)*(vv-v1*v1/n)+1e-9)
}

// relax moves the nodes of the net a little to where modules are what they should be,
// and where those that may be either are clearly one of both.
func (w *warp) relax(g *image.Gray, l *layout) {
	w.relaxed = true
	for step := 0.4 * w.module(); step > 0.1*w.module(); step *= 0.6 {
		for range 2 {
			for n := range w.shifts {
				best := w.clarity(g, l, n)
				for _, d := range directions {
					old := w.shifts[n]
					w.shifts[n] = Point{old.X + d.X*step, old.Y + d.Y*step}
					if now := w.clarity(g, l, n); now > best+0.01 {
						best = now
					} else {
						w.shifts[n] = old
					}
				}
			}
		}
	}
}

// clarity judges the modules about node n.
func (w *warp) clarity(g *image.Gray, l *layout, n int) float64 {
	span := w.side / (nodes - 1)
	cx, cy := float64(n%nodes)*span, float64(n/nodes)*span
	sum, count := 0.0, 0
	for y := max(int(cy-span), 0); y < min(int(cy+span)+1, l.side); y++ {
		for x := max(int(cx-span), 0); x < min(int(cx+span)+1, l.side); x++ {
			px, py := w.at(float64(x)+0.5, float64(y)+0.5)
			v := darkness(g, px, py)
			if f := l.fixed[y*l.side+x]; f != 0 {
				sum += 2 * float64(f) * v
			} else {
				sum += math.Abs(v)
			}
			count++
		}
	}
	shift := w.shifts[n]
	return sum/float64(count) - 0.05*math.Hypot(shift.X, shift.Y)/w.module()
}
