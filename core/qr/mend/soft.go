package mend

import (
	"image"
	"math"
)

// soften reads every module of a code: how sure it is dark (above 0) or light. Blur
// mixes neighbours; how much of each is learnt from the modules that are known, then
// from all.
func soften(g *image.Gray, l *layout, w *warp) []float64 {
	seen := w.sample(g, l.side)
	target := make([]float64, len(l.fixed))
	for i, f := range l.fixed {
		target[i] = float64(f)
	}
	soft := weigh(seen, target, l.side)
	for range 2 {
		for i, f := range l.fixed {
			if f == 0 {
				target[i] = math.Max(-1, math.Min(1, 2*soft[i]))
			}
		}
		soft = weigh(seen, target, l.side)
	}
	return soft
}

// sample is the darkness of the modules with a frame of one module around them, and
// with the contrast of their neighbourhood evened out.
func (w *warp) sample(g *image.Gray, side int) [][]float64 {
	seen := make([][]float64, side+2)
	for y := range seen {
		seen[y] = make([]float64, side+2)
		for x := range seen[y] {
			for _, d := range [5]Point{{0, 0}, {-0.2, -0.2}, {0.2, -0.2}, {-0.2, 0.2}, {0.2, 0.2}} {
				px, py := w.at(float64(x)-0.5+d.X, float64(y)-0.5+d.Y)
				seen[y][x] += darkness(g, px, py) / 5
			}
		}
	}
	return even(seen)
}

// even takes the mean of the modules around away and divides by their spread.
func even(seen [][]float64) [][]float64 {
	const r = 4
	out := make([][]float64, len(seen))
	for y := range seen {
		out[y] = make([]float64, len(seen))
		for x := range seen {
			mean, spread, n := 0.0, 0.0, 0.0
			for j := max(y-r, 1); j <= min(y+r, len(seen)-2); j++ {
				for i := max(x-r, 1); i <= min(x+r, len(seen)-2); i++ {
					mean, spread, n = mean+seen[j][i], spread+seen[j][i]*seen[j][i], n+1
				}
			}
			mean /= n
			spread = math.Sqrt(math.Max(spread/n-mean*mean, 0))
			out[y][x] = (seen[y][x] - mean) / (spread + 0.08)
		}
	}
	return out
}

// weigh finds the weights of a module and its eight neighbours that come closest to
// the targets (least squares; a target of 0 is not known), and applies them.
func weigh(seen [][]float64, target []float64, side int) []float64 {
	const n = 10
	var normal [n][n + 1]float64
	for i := range n {
		normal[i][i] = 2 // keeps the weights small
	}
	for i, t := range target {
		if t == 0 {
			continue
		}
		f := features(seen, i%side, i/side)
		for a := range n {
			for b := range n {
				normal[a][b] += f[a] * f[b]
			}
			normal[a][n] += f[a] * t
		}
	}
	weights := solve(normal)
	soft := make([]float64, len(target))
	for i := range soft {
		for k, f := range features(seen, i%side, i/side) {
			soft[i] += weights[k] * f
		}
	}
	return soft
}

func features(seen [][]float64, x, y int) (f [10]float64) {
	for k := range 9 {
		f[k] = seen[y+k/3][x+k%3]
	}
	f[9] = 1
	return f
}

// solve is Gauss's elimination; the matrix is positive definite.
func solve(m [10][11]float64) (x [10]float64) {
	for i := range m {
		for j := i + 1; j < len(m); j++ {
			k := m[j][i] / m[i][i]
			for c := i; c <= len(m); c++ {
				m[j][c] -= k * m[i][c]
			}
		}
	}
	for i := len(m) - 1; i >= 0; i-- {
		x[i] = m[i][len(m)]
		for j := i + 1; j < len(m); j++ {
			x[i] -= m[i][j] * x[j]
		}
		x[i] /= m[i][i]
	}
	return x
}
