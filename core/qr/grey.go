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
		doubleLine(wide.Pix[y*wide.Stride:], g.Pix[y*g.Stride:], w, 1)
	}
	out := image.NewGray(image.Rect(0, 0, 2*w, 2*h))
	for x := range 2 * w {
		doubleLine(out.Pix[x:], wide.Pix[x:], h, out.Stride)
	}
	return out
}

// doubleLine writes 2n pixels of dst from n of src, both step apart.
func doubleLine(dst, src []uint8, n, step int) {
	for i := range n {
		window := [5]int{}
		for k := range window {
			window[k] = int(src[min(max(i-2+k, 0), n-1)*step])
		}
		dst[2*i*step] = weigh(window[:4], before)
		dst[(2*i+1)*step] = weigh(window[1:], after)
	}
}

func weigh(v []int, w [4]int) uint8 {
	return uint8(min(max((v[0]*w[0]+v[1]*w[1]+v[2]*w[2]+v[3]*w[3]+64)>>7, 0), 255))
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
			average(b.Pix[y*b.Stride:], a.Pix[y*a.Stride:], w, 1, r)
		}
		for x := range w {
			average(a.Pix[x:], b.Pix[x:], h, b.Stride, r)
		}
	}
	return a
}

// average writes the mean over r neighbours on each side of n pixels step apart.
func average(dst, src []uint8, n, step, r int) {
	sum, count := 0, 0
	for i := range min(r, n) {
		sum, count = sum+int(src[i*step]), count+1
	}
	for i := range n {
		if i+r < n {
			sum, count = sum+int(src[(i+r)*step]), count+1
		}
		dst[i*step] = uint8(sum / count)
		if i-r >= 0 {
			sum, count = sum-int(src[(i-r)*step]), count-1
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

// invert is for light codes on dark ground.
func invert(g *image.Gray) *image.Gray {
	out := image.NewGray(g.Rect)
	for i, v := range g.Pix {
		out.Pix[i] = 255 - v
	}
	return out
}

// turn rotates by degrees about the middle, on white.
func turn(g *image.Gray, degrees float64) *image.Gray {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	w, h := float64(g.Rect.Dx()), float64(g.Rect.Dy())
	nw, nh := math.Abs(w*cos)+math.Abs(h*sin), math.Abs(w*sin)+math.Abs(h*cos)
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
