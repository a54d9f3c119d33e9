package mend

import (
	"math"
	"math/bits"
	"slices"
)

// bitset holds the bits of a block that are not known: of its data first, then of its
// check bytes. 27 check bytes and the digits of the longest text fit.
type bitset [8]uint64

func (b *bitset) has(i int) bool { return b[i/64]>>(i%64)&1 != 0 }
func (b *bitset) set(i int)      { b[i/64] |= 1 << (i % 64) }
func (b *bitset) add(o *bitset) {
	for i := range b {
		b[i] ^= o[i]
	}
}

// block is one block of a code under a frame: a linear code over bits. Every unknown
// bit of data is a row: the bit itself and the check bits it turns over.
type block struct {
	nibbles []uint16 // allowed, of its data
	known   []byte   // the data with unknown bits as 0
	draft   []byte   // room for a proposal
	places  []int    // of the unknown bits in the data
	rows    []bitset
	sure    []float64 // agreement: of the unknown bits and the check bits with 1
	hard    bitset    // what the picture says, relative to the known bits
}

func newBlock(nibbles []uint16, soft []float64, check int, field *field) *block {
	data := len(nibbles) / 2
	b := &block{nibbles: nibbles, known: make([]byte, data), draft: make([]byte, data)}
	for i, set := range nibbles {
		always, ever := byte(15), byte(0)
		for ; set != 0; set &= set - 1 {
			v := byte(bits.TrailingZeros16(set))
			always, ever = always&v, ever|v
		}
		b.known[i/2] |= always << (4 * (1 - i%2))
		for bit := range 4 {
			if (always^ever)>>(3-bit)&1 != 0 {
				b.places = append(b.places, 4*i+bit)
			}
		}
	}
	for _, p := range b.places {
		b.sure = append(b.sure, soft[p])
	}
	turned := field.check(b.known, check)
	for i, s := range soft[8*data:] {
		if turned[i/8]>>(7-i%8)&1 != 0 {
			s = -s
		}
		b.sure = append(b.sure, s)
	}
	for i, s := range b.sure {
		if s > 0 {
			b.hard.set(i)
		}
	}
	b.addRows(check, field)
	return b
}

func (b *block) addRows(check int, field *field) {
	unit := make([]byte, len(b.known))
	for k, p := range b.places {
		clear(unit)
		unit[p/8] = 1 << (7 - p%8)
		var row bitset
		row.set(k)
		for i, c := range field.check(unit, check) {
			for bit := range 8 {
				if c>>(7-bit)&1 != 0 {
					row.set(len(b.places) + 8*i + bit)
				}
			}
		}
		b.rows = append(b.rows, row)
	}
}

// repair finds the likeliest data of the block: it believes the surest bits that
// determine all others, and tries what follows when up to two of these are wrong
// (ordered statistics decoding; Fossorier, Lin, 1995). The evidence is how well the
// other bits agree with it, in standard deviations of chance.
func (b *block) repair() (data []byte, evidence float64, ok bool) {
	order := b.reduce()
	diff := b.hard
	for i, at := range order {
		if b.hard.has(at) {
			diff.add(&b.rows[i])
		}
	}
	price := newPrices(b.sure)
	best, found := math.Inf(1), bitset{}
	try := func(d *bitset) {
		if cost := price.of(d); cost < best && b.allowed(d) {
			best, found, ok = cost, *d, true
		}
	}
	try(&diff)
	for i := range b.rows {
		one := diff
		one.add(&b.rows[i])
		try(&one)
		for j := range i {
			two := one
			two.add(&b.rows[j])
			try(&two)
		}
	}
	if !ok {
		return nil, 0, false
	}
	return b.data(&found), b.evidence(&found, order), true
}

// reduce brings the rows to a form in which each has a bit of its own among the
// surest independent ones, and gives these bits.
func (b *block) reduce() (own []int) {
	order := make([]int, len(b.sure))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		if math.Abs(b.sure[i]) > math.Abs(b.sure[j]) {
			return -1
		}
		return 1
	})
	for _, at := range order {
		k := len(own)
		for k < len(b.rows) && !b.rows[k].has(at) {
			k++
		}
		if k == len(b.rows) {
			continue
		}
		b.rows[len(own)], b.rows[k] = b.rows[k], b.rows[len(own)]
		for i := range b.rows {
			if i != len(own) && b.rows[i].has(at) {
				b.rows[i].add(&b.rows[len(own)])
			}
		}
		if own = append(own, at); len(own) == len(b.rows) {
			break
		}
	}
	return own
}

// data is the block's data that differs from the picture by d.
func (b *block) data(d *bitset) []byte {
	out := slices.Clone(b.known)
	b.fill(out, d)
	return out
}

// fill sets the unknown bits of data.
func (b *block) fill(data []byte, d *bitset) {
	read := b.hard
	read.add(d)
	for k, p := range b.places {
		if read.has(k) {
			data[p/8] |= 1 << (7 - p%8)
		}
	}
}

func (b *block) allowed(d *bitset) bool {
	copy(b.draft, b.known)
	b.fill(b.draft, d)
	for i, set := range b.nibbles {
		if set>>(b.draft[i/2]>>(4*(1-i%2))&15)&1 == 0 {
			return false
		}
	}
	return true
}

// evidence counts the bits that were not believed: chance would agree with half.
func (b *block) evidence(d *bitset, own []int) float64 {
	sum, squares := 0.0, 0.0
	for i, s := range b.sure {
		if slices.Contains(own, i) {
			continue
		}
		squares += s * s
		if d.has(i) {
			sum -= math.Abs(s)
		} else {
			sum += math.Abs(s)
		}
	}
	return sum / math.Sqrt(squares+1e-9)
}

// prices tell what a difference from the picture costs, byte by byte.
type prices [64][256]float32

func newPrices(sure []float64) *prices {
	p := &prices{}
	for i := range p {
		for v := 1; v < 256; v++ {
			bit := bits.TrailingZeros(uint(v))
			p[i][v] = p[i][v&(v-1)]
			if at := 8*i + bit; at < len(sure) {
				p[i][v] += float32(math.Abs(sure[at]))
			}
		}
	}
	return p
}

func (p *prices) of(d *bitset) float64 {
	sum := float32(0)
	for i, w := range d {
		for k := range 8 {
			sum += p[8*i+k][byte(w>>(8*k))]
		}
	}
	return float64(sum)
}
