package qr

import (
	"image"
	"math"
)

// shrink averages squares of n by n pixels; n of 1 is the picture itself.
func shrink(g *image.Gray, n int) *image.Gray {
	w, h := g.Rect.Dx()/n, g.Rect.Dy()/n
	if n == 1 || w == 0 || h == 0 {
		return g
	}
	out := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sum := 0
			for j := range n {
				at := (y*n+j)*g.Stride + x*n
				for _, v := range g.Pix[at : at+n] {
					sum += int(v)
				}
			}
			out.Pix[y*out.Stride+x] = uint8(sum / (n * n))
		}
	}
	return out
}

// before and after are the weights, in 128ths, of a Catmull-Rom cubic a quarter of
// a pixel on either side of a pixel's middle: where doubling puts its pixels.
var (
	before = [4]int{-3, 29, 111, -9}
	after  = [4]int{-9, 111, 29, -3}
)

// double enlarges twice with a cubic: lines drawn between pixels stay straight.
func double(g *image.Gray) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	wide := image.NewGray(image.Rect(0, 0, 2*w, h))
	for y := range h {
		doubleLine(wide.Pix[y*wide.Stride:], g.Pix[y*g.Stride:y*g.Stride+w])
	}
	out := image.NewGray(image.Rect(0, 0, 2*w, 2*h))
	row := func(y int) []uint8 { y = min(max(y, 0), h-1); return wide.Pix[y*wide.Stride : (y+1)*wide.Stride] }
	for y := range h {
		rows := [5][]uint8{row(y - 2), row(y - 1), row(y), row(y + 1), row(y + 2)}
		upper, lower := out.Pix[2*y*out.Stride:], out.Pix[(2*y+1)*out.Stride:]
		for x := range 2 * w {
			upper[x] = weigh(rows[0][x], rows[1][x], rows[2][x], rows[3][x], before)
			lower[x] = weigh(rows[1][x], rows[2][x], rows[3][x], rows[4][x], after)
		}
	}
	return out
}

// doubleLine writes twice the pixels of src.
func doubleLine(dst, src []uint8) {
	at := func(i int) uint8 { return src[min(max(i, 0), len(src)-1)] }
	for i := range src {
		dst[2*i] = weigh(at(i-2), at(i-1), src[i], at(i+1), before)
		dst[2*i+1] = weigh(at(i-1), src[i], at(i+1), at(i+2), after)
	}
}

func weigh(a, b, c, d uint8, w [4]int) uint8 {
	return uint8(min(max((int(a)*w[0]+int(b)*w[1]+int(c)*w[2]+int(d)*w[3]+64)>>7, 0), 255))
}

// blur is three box averages of radius r: about a Gaussian of sigma r.
func blur(g *image.Gray, r int) *image.Gray {
	if g == nil {
		return nil
	}
	w, h := g.Rect.Dx(), g.Rect.Dy()
	a := &image.Gray{Pix: append([]uint8(nil), g.Pix...), Stride: g.Stride, Rect: g.Rect}
	b := image.NewGray(image.Rect(0, 0, w, h))
	for range 3 {
		for y := range h {
			average(b.Pix[y*b.Stride:y*b.Stride+w], a.Pix[y*a.Stride:y*a.Stride+w], r)
		}
		averageDown(a, b, r)
	}
	return a
}

// averageDown is average for all columns at once, row by row: a column at a time would
// fetch every pixel from far away.
func averageDown(dst, src *image.Gray, r int) {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	sums, count := make([]int32, w), int32(0)
	add := func(y int, sign int32) {
		count += sign
		for x, v := range src.Pix[y*src.Stride : y*src.Stride+w] {
			sums[x] += sign * int32(v)
		}
	}
	for y := range min(r, h) {
		add(y, 1)
	}
	for y := range h {
		if y+r < h {
			add(y+r, 1)
		}
		row := dst.Pix[y*dst.Stride : y*dst.Stride+w]
		for x := range row {
			row[x] = uint8(sums[x] / count)
		}
		if y-r >= 0 {
			add(y-r, -1)
		}
	}
}

// average writes the mean over r neighbours on each side of every pixel of a line.
func average(dst, src []uint8, r int) {
	sum, count := uint32(0), uint32(0)
	for _, v := range src[:min(r, len(src))] {
		sum, count = sum+uint32(v), count+1
	}
	for i := range src {
		if i+r < len(src) {
			sum, count = sum+uint32(src[i+r]), count+1
		}
		dst[i] = uint8(sum / count)
		if i-r >= 0 {
			sum, count = sum-uint32(src[i-r]), count-1
		}
	}
}

// sharpen adds k times the difference from a blur of radius r; nil stays nil.
func sharpen(g *image.Gray, r int, k float64) *image.Gray {
	if g == nil {
		return nil
	}
	soft := blur(g, r)
	for i, v := range g.Pix {
		soft.Pix[i] = uint8(min(max(float64(v)+k*(float64(v)-float64(soft.Pix[i])), 0), 255))
	}
	return soft
}

// level divides by the mean within r pixels, which evens out shadow and fading.
func level(g *image.Gray, r int) *image.Gray {
	if g == nil {
		return nil
	}
	mean := blur(g, r)
	for i, v := range g.Pix {
		ratio := float64(v) / (float64(mean.Pix[i]) + 4)
		mean.Pix[i] = uint8(min(max(128+(ratio-1)*255, 0), 255))
	}
	return mean
}

// clahe evens out the histograms of an eighth of the picture at a time, with a limit
// to how far contrast is stretched, and blends between them (Zuiderveld, 1994).
func clahe(g *image.Gray) *image.Gray {
	const tiles = 8
	w, h := g.Rect.Dx(), g.Rect.Dy()
	if w < tiles || h < tiles {
		return nil
	}
	var curves [tiles][tiles][256]float64
	for ty := range tiles {
		for tx := range tiles {
			curves[ty][tx] = curve(g, image.Rect(tx*w/tiles, ty*h/tiles, (tx+1)*w/tiles, (ty+1)*h/tiles))
		}
	}
	out := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		top, low, ky := neighbours(y, h, tiles)
		for x := range w {
			left, right, kx := neighbours(x, w, tiles)
			v := g.Pix[y*g.Stride+x]
			upper := curves[top][left][v]*(1-kx) + curves[top][right][v]*kx
			lower := curves[low][left][v]*(1-kx) + curves[low][right][v]*kx
			out.Pix[y*out.Stride+x] = uint8(upper*(1-ky) + lower*ky)
		}
	}
	return out
}

// neighbours are the tiles whose middles are before and behind a pixel, and how far it
// is on the way between them.
func neighbours(at, size, tiles int) (a, b int, k float64) {
	f := (float64(at)+0.5)*float64(tiles)/float64(size) - 0.5
	first := math.Floor(f)
	return max(int(first), 0), min(int(first)+1, tiles-1), f - first
}

// curve is where clahe sends the brightnesses of a tile.
func curve(g *image.Gray, tile image.Rectangle) (c [256]float64) {
	const steepest = 3
	for y := tile.Min.Y; y < tile.Max.Y; y++ {
		for _, v := range g.Pix[y*g.Stride+tile.Min.X : y*g.Stride+tile.Max.X] {
			c[v]++
		}
	}
	n, over := float64(tile.Dx()*tile.Dy()), 0.0
	for i := range c {
		limit := steepest * n / 256
		over += max(c[i]-limit, 0)
		c[i] = min(c[i], limit)
	}
	sum := 0.0
	for i := range c {
		sum += c[i] + over/256
		c[i] = 255 * sum / n
	}
	return c
}

// invert is for light codes on dark ground.
func invert(g *image.Gray) *image.Gray {
	out := image.NewGray(g.Rect)
	for i, v := range g.Pix {
		out.Pix[i] = 255 - v
	}
	return out
}

// scaled resizes k times, between the pixels as they are.
func scaled(g *image.Gray, k float64) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, int(float64(g.Rect.Dx())*k), int(float64(g.Rect.Dy())*k)))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.Pix[y*out.Stride+x] = between(g, (float64(x)+0.5)/k-0.5, (float64(y)+0.5)/k-0.5)
		}
	}
	return out
}

// turn rotates by degrees about the middle, on white; nil for a ribbon, whose turned
// picture would be next to nothing but white, and gigabytes of it.
func turn(g *image.Gray, degrees float64) *image.Gray {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	w, h := float64(g.Rect.Dx()), float64(g.Rect.Dy())
	nw, nh := math.Abs(w*cos)+math.Abs(h*sin), math.Abs(w*sin)+math.Abs(h*cos)
	const most = 4 // times the pixels there were
	if nw*nh > most*w*h {
		return nil
	}
	out := image.NewGray(image.Rect(0, 0, int(nw), int(nh)))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			dx, dy := float64(x)-nw/2, float64(y)-nh/2
			out.Pix[y*out.Stride+x] = between(g, dx*cos+dy*sin+w/2, dy*cos-dx*sin+h/2)
		}
	}
	return out
}

// between is the brightness at a point between four pixels.
func between(g *image.Gray, x, y float64) uint8 {
	left, top := int(math.Floor(x)), int(math.Floor(y))
	if left < 0 || top < 0 || left+1 >= g.Rect.Dx() || top+1 >= g.Rect.Dy() {
		return 255
	}
	fx, fy := x-float64(left), y-float64(top)
	at := top*g.Stride + left
	upper := float64(g.Pix[at])*(1-fx) + float64(g.Pix[at+1])*fx
	lower := float64(g.Pix[at+g.Stride])*(1-fx) + float64(g.Pix[at+g.Stride+1])*fx
	return uint8(upper*(1-fy) + lower*fy + 0.5)
}
