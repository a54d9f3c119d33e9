package dialogs

import (
	"slices"

	"besedka/flows"
)

// pick takes the first case that fits and one of its lines. A line that
// prints something nobody knows is passed over while there is another.
func (t *turn) pick(x *flows.Text) (*flows.Line, error) {
	var last *flows.Line
	for i, c := range x.Cases {
		if c.When != nil {
			if holds, err := t.holds(c.When); err != nil || !holds {
				if err != nil {
					return nil, err
				}
				t.notePassed(x, c)
				continue
			}
		}
		lines := t.lines(c)
		if c.Order == flows.Once {
			if line := t.once(x, i, lines); line != nil {
				return line, nil
			}
			continue
		}
		if line := t.draw(x, i, lines); line != nil {
			return line, nil
		}
		last = lines[0]
	}
	return last, nil
}

func (t *turn) lines(c *flows.Case) []*flows.Line {
	by := c.LinesIn(t.env.Channel)
	if lines := by[t.lang]; len(lines) > 0 {
		return lines
	}
	return by[t.e.p.Base()]
}

// draw picks a line by chance, which the seed decides, but not the one said
// here last; nil when no line can be said.
func (t *turn) draw(x *flows.Text, caseNo int, lines []*flows.Line) *flows.Line {
	if len(lines) == 1 {
		if t.known(lines[0]) {
			return lines[0]
		}
		return nil
	}
	key := hash(t.s.Flow, x.Slot)
	last := t.lastSaid(key)
	may := make([]int, 0, flows.MaxVariants)
	for i, line := range lines {
		if t.known(line) {
			may = append(may, i)
		}
	}
	if len(may) == 0 {
		return nil
	}
	chosen := t.next(x.Cases[caseNo].Order, may, last-caseNo*flows.MaxVariants, key)
	t.remember(key, caseNo*flows.MaxVariants+chosen)
	return lines[chosen]
}

// once takes the first line of a case that this conversation has not heard; nil
// when it has heard them all, or the line prints what nobody knows.
func (t *turn) once(x *flows.Text, caseNo int, lines []*flows.Line) *flows.Line {
	key := hash(t.s.Flow, x.Slot) + uint32(caseNo)
	at, n := recall(t.s.Once, key)
	if n >= len(lines) || !t.known(lines[n]) || at < 0 && len(t.s.Once) >= flows.MaxOnce {
		return nil
	}
	t.s.Once = slices.Clone(t.s.Once)
	if at < 0 {
		at, t.s.Once = len(t.s.Once), append(t.s.Once, 0)
	}
	t.s.Once[at] = packed(key, n+1)
	return lines[n]
}

// next chooses among the lines that may be said, after the last one that was; a
// last one of another case is none of them.
func (t *turn) next(order flows.Order, may []int, last int, key uint32) int {
	if order != flows.Any {
		after := slices.IndexFunc(may, func(i int) bool { return i > last })
		switch {
		case last < 0 || last >= flows.MaxVariants || after < 0 && order == flows.Cycle:
			return may[0]
		case after < 0:
			return may[len(may)-1]
		}
		return may[after]
	}
	if i := slices.Index(may, last); i >= 0 && len(may) > 1 {
		may = slices.Delete(may, i, i+1)
	}
	return may[mix(uint64(t.env.Seed)^uint64(t.env.Turn)<<32^uint64(key)^uint64(t.steps)<<56)%uint64(len(may))]
}

func (t *turn) known(line *flows.Line) bool {
	for _, name := range line.Needs {
		if v, ok := t.look(name); !ok || !v.Known() {
			return false
		}
	}
	return true
}

// Memory of variants: the slot's hash and a number, packed.
const variantBits = 12

func packed(key uint32, n int) uint64 {
	return uint64(key)<<variantBits | uint64(n)&(1<<variantBits-1)
}

// recall finds what is remembered of a slot, and where; -1 when nothing is.
func recall(memory []uint64, key uint32) (at, n int) {
	at = slices.IndexFunc(memory, func(m uint64) bool { return uint32(m>>variantBits) == key })
	if at < 0 {
		return at, 0
	}
	return at, int(memory[at] & (1<<variantBits - 1))
}

func (t *turn) lastSaid(key uint32) int {
	if at, n := recall(t.s.Said, key); at >= 0 {
		return n
	}
	return -1
}

func (t *turn) remember(key uint32, variant int) {
	said := make([]uint64, 0, MaxSaid+1)
	for _, m := range t.s.Said {
		if uint32(m>>variantBits) != key {
			said = append(said, m)
		}
	}
	said = append(said, packed(key, variant))
	t.s.Said = said[max(0, len(said)-MaxSaid):]
}

// hash is FNV-1a of a slot's full name.
func hash(flow, slot string) uint32 {
	const prime = 16777619
	h := uint32(2166136261)
	for _, s := range [...]string{flow, "/", slot} {
		for i := range len(s) {
			h = (h ^ uint32(s[i])) * prime
		}
	}
	return h
}

// mix spreads the bits of a seed: SplitMix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
