package mend

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// frame is one shape of a receipt's text in a code's data, half a byte at a time: the
// values that each may have, as a set of bits. Half bytes are what the standard's
// fields begin and end with, from the mode's four bits on.
type frame struct {
	text    int // bytes of text
	nibbles []uint16
}

// frames are all shapes of a text that fit into so many bytes of data, for every size
// that there is; made when they are needed first.
var frames = sync.OnceValue(func() map[int][]frame {
	all := map[int][]frame{}
	for _, p := range protections {
		all[p.count*p.data] = shapes(p.count * p.data)
	}
	return all
})

func shapes(data int) (all []frame) {
	for _, seconds := range []string{"", "ed"} {
		for sum := 1; sum <= 6; sum++ {
			for fd := 1; fd <= 7; fd++ {
				for fp := 8; fp <= 10; fp++ {
					shape := "t=20cdadcdTbded" + seconds + "&s=" + digits(sum) + ".dd&fn=" + digits(16) + "&i=" + digits(fd) + "&fp=" + digits(fp) + "&n=o"
					if len(shape)+2 <= data {
						all = append(all, newFrame(shape, data))
					}
				}
			}
		}
	}
	return all
}

func digits(n int) string { return strings.Repeat("d", n) }

func newFrame(shape string, data int) frame {
	f := frame{text: len(shape)}
	put := func(b byte) { f.nibbles = append(f.nibbles, 1<<(b>>4), 1<<(b&15)) }
	const bytesMode, end = 4, 0
	f.nibbles = append(f.nibbles, 1<<bytesMode)
	put(byte(len(shape)))
	for i := range len(shape) {
		f.nibbles = append(f.nibbles, nibbles(shape[i])...)
	}
	f.nibbles = append(f.nibbles, 1<<end)
	for pad := byte(0xEC); len(f.nibbles) < 2*data; pad ^= 0xEC ^ 0x11 {
		put(pad)
	}
	return f
}

// classes are the letters of shapes that stand for several digits: those that begin
// years, months, days, hours and minutes, any at all, and the four operations.
var classes = map[byte]uint16{'a': 0b11, 'b': 0b111, 'c': 0b1111, 'e': 0b111111, 'd': 0b1111111111, 'o': 0b11110}

// nibbles are the two halves of what a character of a shape stands for.
func nibbles(c byte) []uint16 {
	if set, ok := classes[c]; ok {
		return []uint16{1 << ('0' >> 4), set}
	}
	return []uint16{1 << (c >> 4), 1 << (c & 15)}
}

// likelihoods are the agreement of every half byte with each of its values.
func likelihoods(soft []float64) [][16]float64 {
	all := make([][16]float64, len(soft)/4)
	for i := range all {
		for v := range 16 {
			for b := range 4 {
				if v>>(3-b)&1 != 0 {
					all[i][v] += soft[4*i+b]
				} else {
					all[i][v] -= soft[4*i+b]
				}
			}
		}
	}
	return all
}

// judged is a frame with the agreement of the likeliest text of its shape.
type judged struct {
	*frame
	score float64
}

// likeliest are the frames for so many bytes of data, the best one first.
func likeliest(data int, likely [][16]float64) []judged {
	all := frames()[data]
	out := make([]judged, len(all))
	for i := range all {
		out[i] = judged{&all[i], all[i].judge(likely)}
	}
	slices.SortFunc(out, func(a, b judged) int { return cmp.Compare(b.score, a.score) })
	return out
}

func (f *frame) judge(likely [][16]float64) (score float64) {
	for i, set := range f.nibbles {
		best := -1e9
		for ; set != 0; set &= set - 1 {
			best = max(best, likely[i][bits.TrailingZeros16(set)])
		}
		score += best
	}
	return score
}
