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
	a, b, c, d := at(0), at(0), at(0), at(1)
	for i := range src {
		e := at(i + 2)
		dst[2*i] = weigh(a, b, c, d, before)
		dst[2*i+1] = weigh(b, c, d, e, after)
		a, b, c, d = b, c, d, e
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
	sums, count := make([]uint32, w), 0
	row := func(g *image.Gray, y int) []uint8 { return g.Pix[y*g.Stride:][:w] }
	for y := range min(r, h) {
		count++
		for x, v := range row(src, y) {
			sums[x] += uint32(v)
		}
	}
	for y := range h {
		if y+r < h {
			count++
			for x, v := range row(src, y+r) {
				sums[x] += uint32(v)
			}
		}
		part, means := reciprocal(count), row(dst, y)
		for x, sum := range sums {
			means[x] = uint8(uint64(sum) * part >> 32)
		}
		if y-r >= 0 {
			count--
			for x, v := range row(src, y-r) {
				sums[x] -= uint32(v)
			}
		}
	}
}

// reciprocal is what to multiply sums of n pixels by for 2^32 times their mean: a
// division of every sum takes ten times as long.
func reciprocal(n int) uint64 { return (1<<32 + uint64(n) - 1) / uint64(n) }

// average writes the mean over r neighbours on each side of every pixel of a line.
func average(dst, src []uint8, r int) {
	sum, count := uint32(0), 0
	for _, v := range src[:min(r, len(src))] {
		sum, count = sum+uint32(v), count+1
	}
	mean := func(i int) {
		dst[i] = uint8(uint64(sum) * reciprocal(count) >> 32)
	}
	head := min(r+1, max(len(src)-r, 0)) // where the window has not all of its pixels on the left
	for i := range head {
		sum, count = sum+uint32(src[i+r]), count+1
		mean(i)
	}
	i := head
	if i+r < len(src) { // here it has all of them
		part := reciprocal(count)
		gone, come := src[:len(src)-r-i], src[i+r:]
		for k, v := range come {
			sum += uint32(v) - uint32(gone[k])
			dst[i+k] = uint8(uint64(sum) * part >> 32)
		}
		i += len(come)
	}
	for ; i < len(src); i++ {
		if i-r-1 >= 0 {
			sum, count = sum-uint32(src[i-r-1]), count-1
		}
		mean(i)
	}
}

// sharpen adds k times the difference from a blur of radius r; nil stays nil.
func sharpen(g *image.Gray, r int, k float64) *image.Gray {
	if g == nil {
		return nil
	}
	var added [511]int // for every difference
	for d := range added {
		added[d] = int(math.Floor(k * float64(d-255)))
	}
	soft := blur(g, r)
	for i, v := range g.Pix {
		soft.Pix[i] = uint8(min(max(int(v)+added[255+int(v)-int(soft.Pix[i])], 0), 255))
	}
	return soft
}

// level divides by the mean within r pixels, which evens out shadow and fading.
func level(g *image.Gray, r int) *image.Gray {
	if g == nil {
		return nil
	}
	var part [256]float32 // for every mean
	for m := range part {
		part[m] = 255 / (float32(m) + 4)
	}
	n := max(r/coarse, 1) // a wide mean hardly changes from one pixel to the next
	mean := blur(shrink(g, n), r/n)
	out := image.NewGray(image.Rect(0, 0, g.Rect.Dx(), g.Rect.Dy()))
	for y := range out.Rect.Dy() {
		means := mean.Pix[min(y/n, mean.Rect.Dy()-1)*mean.Stride:][:mean.Rect.Dx()]
		from, to := g.Pix[y*g.Stride:][:g.Rect.Dx()], out.Pix[y*out.Stride:]
		for i, m := range means {
			first, last := i*n, (i+1)*n
			if i == len(means)-1 {
				last = len(from)
			}
			for x := first; x < last; x++ {
				to[x] = uint8(min(max(128-255+int(float32(from[x])*part[m]), 0), 255))
			}
		}
	}
	return out
}

// coarse is how many pixels of a shrunken picture a mean goes each way, at least.
const coarse = 12

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
