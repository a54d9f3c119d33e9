package mend

import (
	"cmp"
	"context"
	"image"
	"slices"
)

// What a reading must show before it is believed.
const (
	leastFit      = 0.4 // of the layout
	leastShape    = 0.5 // of the frame, as a share of the agreement that is possible
	leastPromise  = 0.4 // the same, for a closer look: noise gives 0.31, and in one case of ten 0.38
	leastEvidence = 7.5 // of every block
	formatsTried  = 2
	framesTried   = 6
)

// Read reads the fiscal code whose corners are about here: top left first, clockwise
// as the code stands. The picture is evened out: what is 128 lies between dark and
// light. The text is "" when nothing is sure; then seen is the best of what there was, for
// a further picture of the code to add to, nil when there is nothing like a code.
func Read(ctx context.Context, g *image.Gray, corners [4]Point) (text string, seen Glimpse) {
	type laid struct {
		*layout
		*warp
		fit float64
	}
	var tries []laid
	for version := leastVersion; version <= mostVersion; version++ {
		l := newLayout(version)
		if w, agreement := fit(g, l, corners); agreement >= leastFit {
			tries = append(tries, laid{l, w, agreement})
		}
	}
	slices.SortFunc(tries, func(a, b laid) int { return cmp.Compare(b.fit, a.fit) })
	for _, try := range tries {
		if ctx.Err() != nil {
			return "", seen
		}
		straight := soften(g, try.layout, try.warp)
		text, promise := decode(try.layout, straight)
		if text != "" {
			return text, nil
		}
		if seen.Promise() < int(255*promise) {
			seen = newGlimpse(try.layout, promise, straight)
		}
		if promise < leastPromise {
			continue
		}
		try.relax(g, try.layout)
		bent := soften(g, try.layout, try.warp)
		both := sum(bent, straight)
		for _, soft := range [][]float64{bent, both} {
			text, promise := decode(try.layout, soft)
			if text != "" {
				return text, nil
			}
			if seen.Promise() < int(255*promise) {
				seen = newGlimpse(try.layout, promise, soft)
			}
		}
	}
	return "", seen
}

// decode reads the text out of modules. How much of a receipt's frame they show is its
// promise, as a share of what is possible.
func decode(l *layout, soft []float64) (text string, promise float64) {
	for _, f := range l.formats(soft)[:formatsTried] {
		text, share := read(l, soft, f)
		if text != "" {
			return text, share
		}
		promise = max(promise, share)
	}
	return "", promise
}

// format is a protection and a mask, with the agreement of their information.
type format struct {
	blocks
	mask  int
	score float64
}

// formats are what the format information may say, the likeliest first.
func (l *layout) formats(soft []float64) (all []format) {
	for _, level := range []int{levelL, levelM, levelQ} {
		protection, ok := protections[[2]int{l.version, level}]
		for mask := 0; ok && mask < 8; mask++ {
			f := format{blocks: protection, mask: mask}
			for i := range 15 {
				s := soft[l.format[0][i]] + soft[l.format[1][i]]
				if formatBits(level, mask)>>(14-i)&1 == 0 {
					s = -s
				}
				f.score += s
			}
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b format) int { return cmp.Compare(b.score, a.score) })
	return all
}

// read tries the likeliest frames on the bytes of a code.
func read(l *layout, soft []float64, f format) (text string, share float64) {
	bits := unmask(l, soft, f)
	data := bits[:8*f.count*f.data]
	likely, possible := likelihoods(data), 1e-9
	for _, s := range data {
		possible += max(s, -s)
	}
	shapes := likeliest(f.count*f.data, likely)
	share = shapes[0].score / possible
	field := newField()
	for _, shape := range shapes[:min(framesTried, len(shapes))] {
		if shape.score < leastShape*possible {
			break
		}
		if text := shape.repair(bits, f, field); text != "" {
			return text, share
		}
	}
	return "", share
}

// unmask gives the bits of a code block by block: all data, then all check bytes.
// In the code the blocks take turns, byte by byte.
func unmask(l *layout, soft []float64, f format) []float64 {
	out := make([]float64, 8*f.count*(f.data+f.check))
	for i := range out {
		at := l.path[i]
		s := soft[at]
		if masked(f.mask, at%l.side, at/l.side) {
			s = -s
		}
		n, base, size := i/8, 0, f.data
		if n >= f.count*f.data {
			n, base, size = n-f.count*f.data, f.count*f.data, f.check
		}
		out[8*(base+n%f.count*size+n/f.count)+i%8] = s
	}
	return out
}

// repair reads the text of a frame, when every block agrees.
func (shape *frame) repair(bits []float64, f format, field *field) string {
	var all []byte
	for n := range f.count {
		checks := 8 * (f.count*f.data + n*f.check)
		soft := slices.Concat(bits[8*n*f.data:8*(n+1)*f.data], bits[checks:checks+8*f.check])
		b := newBlock(shape.nibbles[2*n*f.data:2*(n+1)*f.data], soft, f.check, field)
		data, evidence, ok := b.repair()
		if !ok || evidence < leastEvidence {
			return ""
		}
		all = append(all, data...)
	}
	text := make([]byte, shape.text) // half a byte after the mode and the count
	for i := range text {
		text[i] = all[i+1]<<4 | all[i+2]>>4
	}
	return string(text)
}
