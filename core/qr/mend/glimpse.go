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

// Together reads the code of which both g and one of the earlier glimpses are, from the
// sum of what each saw: likelihoods of independent views multiply. It is believed on the
// same evidence as the text of one picture, "" otherwise; of two codes the sum is noise.
// Bytes that are no glimpse are left out.
func Together(ctx context.Context, g Glimpse, earlier [][]byte) string {
	l := g.layout()
	if l == nil {
		return ""
	}
	own := g.soft()
	for _, bytes := range earlier {
		e := Glimpse(bytes)
		if e.layout() == nil || e[0] != g[0] {
			continue
		}
		if text, _ := decode(l, sum(own, e.soft())); text != "" || ctx.Err() != nil {
			return text
		}
	}
	return ""
}

func sum(a, b []float64) []float64 {
	out := slices.Clone(a)
	for i, s := range b {
		out[i] += s
	}
	return out
}
