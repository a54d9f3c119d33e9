package mend

import (
	"context"
	"math"
	"slices"
)

// Glimpse is what was seen of a code that could not be read: its version, how much
// of a receipt's frame it shows in 255ths, then row by row how sure every module is to be dark, in 32nds
// from 128 on. With one of another photo of the same code it may be enough: what glare
// hides in one shows in the other.
type Glimpse []byte

// MaxGlimpse is how many bytes the largest one has.
const MaxGlimpse = glimpseHead + (17+4*mostVersion)*(17+4*mostVersion)

const (
	glimpseHead = 2
	glimpseUnit = 32
)

func newGlimpse(l *layout, promise float64, soft []float64) Glimpse {
	g := Glimpse{byte(l.version), byte(min(max(promise, 0), 1) * 255)}
	for _, s := range soft {
		g = append(g, byte(min(max(math.Round(128+s*glimpseUnit), 0), 255)))
	}
	return g
}

// Promise is how much of a receipt's frame it shows, in 255ths.
func (g Glimpse) Promise() int {
	if g.layout() == nil {
		return 0
	}
	return int(g[1])
}

// layout is nil for bytes that are no glimpse.
func (g Glimpse) layout() *layout {
	if len(g) < glimpseHead || g[0] < leastVersion || g[0] > mostVersion {
		return nil
	}
	l := newLayout(int(g[0]))
	if len(g) != glimpseHead+len(l.fixed) {
		return nil
	}
	return l
}

func (g Glimpse) soft() []float64 {
	soft := make([]float64, 0, len(g)-glimpseHead)
	for _, b := range g[glimpseHead:] {
		soft = append(soft, (float64(b)-128)/glimpseUnit)
	}
	return soft
}

// leastAlike is the correlation of the modules that carry bits from which on two
// glimpses may be of one code. Chance gives 0.03, another receipt under another mask
// no more.
const leastAlike = 0.1

// Together reads the code of which g and some of the earlier glimpses are, from the sum
// of what each saw: likelihoods of independent views multiply. It is believed on the
// same evidence as the text of one picture, "" otherwise. Bytes that are no glimpse are
// left out.
func Together(ctx context.Context, g Glimpse, earlier [][]byte) string {
	l := g.layout()
	if l == nil {
		return ""
	}
	own := g.soft()
	var alike [][]float64
	for _, bytes := range earlier {
		if e := Glimpse(bytes); e.layout() != nil && e[0] == g[0] {
			if soft := e.soft(); correlation(l, own, soft) >= leastAlike {
				alike = append(alike, soft)
			}
		}
	}
	for _, soft := range alike {
		if text, _ := decode(l, sum(own, soft)); text != "" || ctx.Err() != nil {
			return text
		}
	}
	if len(alike) < 2 {
		return ""
	}
	text, _ := decode(l, sum(append(alike, own)...))
	return text
}

func sum(all ...[]float64) []float64 {
	out := slices.Clone(all[0])
	for _, soft := range all[1:] {
		for i, s := range soft {
			out[i] += s
		}
	}
	return out
}

// correlation is that of the modules which carry bits.
func correlation(l *layout, a, b []float64) float64 {
	var ab, aa, bb float64
	for _, at := range l.path {
		ab, aa, bb = ab+a[at]*b[at], aa+a[at]*a[at], bb+b[at]*b[at]
	}
	return ab / math.Sqrt(aa*bb+1e-9)
}
