package mend_test

import (
	"image"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	qrcode "github.com/skip2/go-qrcode"

	"besedka/core/qr/mend"
)

// aslant draws modules on paper that is seen aslant and curls. Three of the corners
// are told as their patterns tell them, the fourth as if the paper were seen straight.
func aslant(dark [][]bool) (*image.Gray, [4]mend.Point) {
	const pixel, margin, curl = 6.0, 60, 0.4 // the curl in modules
	side := float64(len(dark))
	module := func(px, py float64) (x, y float64) {
		x, y = (px-margin)/pixel, (py-margin)/pixel
		depth := 1 + 0.08*(x+y)/(2*side) // the far corner is further away
		return x * depth, y*depth + curl*math.Sin(math.Pi*x*depth/side)
	}
	g := image.NewGray(image.Rect(0, 0, int(pixel*side)+2*margin, int(pixel*side)+2*margin))
	for i := range g.Pix {
		x, y := module(float64(i%g.Stride)+0.5, float64(i/g.Stride)+0.5)
		g.Pix[i] = 200
		if x >= 0 && y >= 0 && x < side && y < side && dark[int(y)][int(x)] {
			g.Pix[i] = 60
		}
	}
	at := func(x, y float64) mend.Point { // where module leads there, found step by step
		p := mend.Point{X: margin + pixel*x, Y: margin + pixel*y}
		for range 30 {
			mx, my := module(p.X, p.Y)
			p = mend.Point{X: p.X + pixel*(x-mx), Y: p.Y + pixel*(y-my)}
		}
		return p
	}
	p, q, r := at(0, 0), at(side, 0), at(0, side)
	return g, [4]mend.Point{p, q, {X: q.X + r.X - p.X, Y: q.Y + r.Y - p.Y}, r}
}

func TestModulesOfEverySize(t *testing.T) {
	t.Parallel()
	for _, version := range []int{1, 2, 5, 7, 13, 21, 32, 40} {
		c, err := qrcode.NewWithForcedVersion(strings.Repeat("7", 2+version), version, qrcode.Medium)
		if err != nil {
			t.Fatal(err)
		}
		c.DisableBorder = true
		want := c.Bitmap()
		least := len(want) * len(want)
		for got := range mend.Modules(photographed(want)) {
			least = min(least, differing(got, want))
		}
		if least > len(want)*len(want)/16 {
			t.Errorf("version %d: %d of %d modules are wrong", version, least, len(want)*len(want))
		}
	}
}

func photographed(dark [][]bool) (*image.Gray, int, [4]mend.Point) {
	g, corners := aslant(dark)
	return g, (len(dark) - 17) / 4, corners
}

func differing(a, b [][]bool) (n int) {
	for y := range a {
		for x := range a[y] {
			if a[y][x] != b[y][x] {
				n++
			}
		}
	}
	return n
}

// What looks like no code of that size gives no modules for anybody to read a meaning
// into.
func TestNoModulesInNoise(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	dice := rand.New(rand.NewPCG(seed, 1))
	for version := 1; version <= 40; version += 4 {
		side := 17 + 4*version
		noise := make([][]bool, side)
		for y := range noise {
			noise[y] = make([]bool, side)
			for x := range noise[y] {
				noise[y][x] = dice.IntN(2) == 0
			}
		}
		for range mend.Modules(photographed(noise)) {
			t.Errorf("seed %d: noise is a code of version %d", seed, version)
		}
	}
}
