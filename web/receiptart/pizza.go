package receiptart

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// pizzaSide is the width and height of the picture in pixels.
const pizzaSide = 720

var (
	plate   = color.RGBA{0xf3, 0xee, 0xe4, 0xff}
	rim     = color.RGBA{0xdd, 0xd4, 0xc3, 0xff}
	crust   = color.RGBA{0xd9, 0x9a, 0x4e, 0xff}
	toasted = color.RGBA{0xb9, 0x76, 0x33, 0xff}
	sauce   = color.RGBA{0xc6, 0x4a, 0x2b, 0xff}
	cheese  = color.RGBA{0xf6, 0xcf, 0x73, 0xff}
	melted  = color.RGBA{0xfb, 0xe0, 0x9b, 0xff}
	salami  = color.RGBA{0xb1, 0x35, 0x2a, 0xff}
	fat     = color.RGBA{0xd2, 0x60, 0x4c, 0xff}
	olive   = color.RGBA{0x3b, 0x40, 0x33, 0xff}
	basil   = color.RGBA{0x3f, 0x7d, 0x3a, 0xff}
	vein    = color.RGBA{0x6f, 0xa8, 0x5c, 0xff}
)

// A spot is where a topping lies: degrees around the centre and the distance
// from it.
type spot struct{ angle, reach float64 }

var (
	salamis = []spot{{12, 190}, {58, 120}, {95, 205}, {140, 150}, {172, 225}, {205, 110}, {238, 200}, {280, 140}, {305, 225}, {335, 95}, {0, 20}}
	olives  = []spot{{35, 235}, {75, 60}, {118, 100}, {158, 80}, {190, 165}, {220, 245}, {262, 75}, {268, 240}, {320, 165}, {352, 145}}
	leaves  = []spot{{28, 90}, {78, 165}, {122, 235}, {150, 30}, {228, 55}, {255, 165}, {300, 60}, {350, 235}}
	bubbles = []spot{{20, 140}, {66, 215}, {110, 50}, {130, 190}, {185, 60}, {212, 190}, {248, 120}, {290, 200}, {315, 115}, {345, 195}}
)

// Pizza draws what is not a receipt.
func Pizza() image.Image {
	c := canvas{image.NewRGBA(image.Rect(0, 0, pizzaSide, pizzaSide))}
	draw.Draw(c.img, c.img.Bounds(), image.NewUniform(table), image.Point{}, draw.Src)
	const x, y = pizzaSide / 2, pizzaSide / 2
	c.disc(x+6, y+10, 338, shade)
	c.disc(x, y, 338, rim)
	c.disc(x, y, 326, plate)
	c.disc(x, y, 300, toasted)
	c.disc(x, y-3, 296, crust)
	c.disc(x, y, 268, sauce)
	c.disc(x, y, 258, cheese)
	for _, at := range bubbles {
		c.disc(at.x(), at.y(), 20, melted)
	}
	for _, at := range salamis {
		c.salami(at)
	}
	c.cut(25)
	c.cut(70)
	for _, at := range olives {
		c.disc(at.x(), at.y(), 17, olive)
		c.disc(at.x(), at.y(), 7, cheese)
	}
	for _, at := range leaves {
		c.leaf(at)
	}
	return c.img
}

func (s spot) x() float64 { return pizzaSide/2 + s.reach*math.Cos(s.angle*math.Pi/180) }
func (s spot) y() float64 { return pizzaSide/2 + s.reach*math.Sin(s.angle*math.Pi/180) }

type canvas struct{ img *image.RGBA }

// fill paints the shape that path draws, with soft edges.
func (c canvas) fill(col color.Color, path func(z *vector.Rasterizer)) {
	z := vector.NewRasterizer(pizzaSide, pizzaSide)
	path(z)
	z.ClosePath()
	z.Draw(c.img, c.img.Bounds(), image.NewUniform(col), image.Point{})
}

// disc paints a circle as four Bézier curves.
func (c canvas) disc(x, y, r float64, col color.Color) {
	const k = 0.5522847498 // how far the handles of a quarter circle reach
	c.fill(col, func(z *vector.Rasterizer) {
		at := func(dx, dy float64) (float32, float32) { return float32(x + r*dx), float32(y + r*dy) }
		z.MoveTo(at(1, 0))
		for _, q := range [][6]float64{{1, k, k, 1, 0, 1}, {-k, 1, -1, k, -1, 0}, {-1, -k, -k, -1, 0, -1}, {k, -1, 1, -k, 1, 0}} {
			ax, ay := at(q[0], q[1])
			bx, by := at(q[2], q[3])
			ex, ey := at(q[4], q[5])
			z.CubeTo(ax, ay, bx, by, ex, ey)
		}
	})
}

func (c canvas) salami(at spot) {
	c.disc(at.x()+2, at.y()+4, 39, toasted)
	c.disc(at.x(), at.y(), 38, salami)
	for _, fleck := range []spot{{20, 20}, {110, 24}, {200, 14}, {290, 25}} {
		turn := (fleck.angle + at.angle*3) * math.Pi / 180
		c.disc(at.x()+fleck.reach*math.Cos(turn), at.y()+fleck.reach*math.Sin(turn), 4.5, fat)
	}
}

// leaf paints a basil leaf that points its own way.
func (c canvas) leaf(at spot) {
	const length, width = 34.0, 22.0
	sin, cos := math.Sincos((at.angle*2 + 40) * math.Pi / 180)
	on := func(along, across float64) (float32, float32) {
		return float32(at.x() + along*cos - across*sin), float32(at.y() + along*sin + across*cos)
	}
	c.fill(basil, func(z *vector.Rasterizer) {
		z.MoveTo(on(-length, 0))
		for _, side := range []float64{width, -width} {
			cx, cy := on(0, 2*side)
			ex, ey := on(math.Copysign(length, side), 0)
			z.QuadTo(cx, cy, ex, ey)
		}
	})
	c.stroke(vein, 2, func(t float64) (float32, float32) { return on(-length+2*length*t, 0) })
}

// cut is where the knife went, from the centre to the edge.
func (c canvas) cut(angle float64) {
	c.stroke(toasted, 3, func(t float64) (float32, float32) {
		s := spot{angle, 296 * t}
		return float32(s.x()), float32(s.y())
	})
}

// stroke paints a straight line of a width in pixels.
func (c canvas) stroke(col color.Color, width float64, along func(t float64) (float32, float32)) {
	ax, ay := along(0)
	bx, by := along(1)
	length := math.Hypot(float64(bx-ax), float64(by-ay))
	nx, ny := float32(float64(ay-by)/length*width/2), float32(float64(bx-ax)/length*width/2)
	c.fill(col, func(z *vector.Rasterizer) {
		z.MoveTo(ax+nx, ay+ny)
		z.LineTo(bx+nx, by+ny)
		z.LineTo(bx-nx, by-ny)
		z.LineTo(ax-nx, ay-ny)
	})
}
