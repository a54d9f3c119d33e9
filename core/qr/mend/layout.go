package mend

// Versions of codes that hold a receipt's text of 56 to 82 bytes.
const (
	leastVersion = 4
	mostVersion  = 6
)

// layout is what stands where in a code of one version. Modules are numbered by row.
type layout struct {
	version, side int
	fixed         []int8     // 1 dark, -1 light, 0 carries a bit
	format        [2][15]int // both copies of the format information, first bit first
	path          []int      // the modules of all other bits, in their order
}

func newLayout(version int) *layout {
	l := &layout{version: version, side: 17 + 4*version}
	l.fixed = make([]int8, l.side*l.side)
	reserved := make([]bool, l.side*l.side)
	set := func(x, y int, dark bool) {
		if x < 0 || y < 0 || x >= l.side || y >= l.side {
			return
		}
		l.fixed[y*l.side+x], reserved[y*l.side+x] = -1, true
		if dark {
			l.fixed[y*l.side+x] = 1
		}
	}
	for i := 8; i < l.side-8; i++ { // timing
		set(i, 6, i%2 == 0)
		set(6, i, i%2 == 0)
	}
	far := l.side - 7
	for _, corner := range [][2]int{{0, 0}, {far, 0}, {0, far}} {
		squares(corner[0]+3, corner[1]+3, 4, func(x, y, ring int) { set(x, y, ring != 2 && ring != 4) })
	}
	for _, middle := range alignments(version) {
		squares(middle[0], middle[1], 2, func(x, y, ring int) { set(x, y, ring != 1) })
	}
	set(8, l.side-8, true)
	l.placeFormat(reserved)
	l.placePath(reserved)
	return l
}

// alignments are the middles of the alignment patterns (ISO/IEC 18004, annex E): a
// square net between the corner patterns, whose columns are as far apart as they can be
// told, the first gap aside.
func alignments(version int) (middles [][2]int) {
	if version == 1 {
		return nil
	}
	lines := version/7 + 2
	step := (version*8 + lines*3 + 5) / (lines*4 - 4) * 2
	at := []int{6}
	for i := lines - 2; i >= 0; i-- {
		at = append(at, 10+4*version-i*step)
	}
	last := len(at) - 1
	for i, x := range at {
		for j, y := range at {
			if !(i == 0 && j == 0 || i == 0 && j == last || i == last && j == 0) {
				middles = append(middles, [2]int{x, y})
			}
		}
	}
	return middles
}

// squares visits the modules around a middle, ring by ring.
func squares(cx, cy, r int, visit func(x, y, ring int)) {
	for dy := -r; dy <= r; dy++ {
		for dx := -r; dx <= r; dx++ {
			visit(cx+dx, cy+dy, max(abs(dx), abs(dy)))
		}
	}
}

func abs(n int) int { return max(n, -n) }

func (l *layout) placeFormat(reserved []bool) {
	at := [2][]int{}
	put := func(copy, x, y int) {
		at[copy] = append(at[copy], y*l.side+x)
		reserved[y*l.side+x] = true
	}
	for _, x := range []int{0, 1, 2, 3, 4, 5, 7, 8} {
		put(0, x, 8)
	}
	for _, y := range []int{7, 5, 4, 3, 2, 1, 0} {
		put(0, 8, y)
	}
	for y := l.side - 1; y >= l.side-7; y-- {
		put(1, 8, y)
	}
	for x := l.side - 8; x < l.side; x++ {
		put(1, x, 8)
	}
	l.format = [2][15]int{[15]int(at[0]), [15]int(at[1])}
}

// placePath goes through the free modules by pairs of columns, right to left, up and
// down in turn.
func (l *layout) placePath(reserved []bool) {
	up := true
	for right := l.side - 1; right > 0; right -= 2 {
		if right == 6 { // the timing's column
			right--
		}
		for i := range l.side {
			y := i
			if up {
				y = l.side - 1 - i
			}
			for _, x := range []int{right, right - 1} {
				if !reserved[y*l.side+x] {
					l.path = append(l.path, y*l.side+x)
				}
			}
		}
		up = !up
	}
}

// masked says whether mask pattern n turns the module at column x, row y over.
func masked(n, x, y int) bool {
	switch n {
	case 0:
		return (x+y)%2 == 0
	case 1:
		return y%2 == 0
	case 2:
		return x%3 == 0
	case 3:
		return (x+y)%3 == 0
	case 4:
		return (y/2+x/3)%2 == 0
	case 5:
		return x*y%6 == 0
	case 6:
		return x*y%6 < 3
	}
	return (x+y+x*y%3)%2 == 0
}

// blocks is how the bytes of a code are protected: in count blocks of data bytes and
// check bytes each.
type blocks struct{ count, data, check int }

// Levels of protection by their number in the format information. What is missing
// below leaves no room for a receipt.
const (
	levelM = 0
	levelL = 1
	levelQ = 3
)

var protections = map[[2]int]blocks{
	{4, levelL}: {1, 80, 20}, {4, levelM}: {2, 32, 18},
	{5, levelL}: {1, 108, 26}, {5, levelM}: {2, 43, 24},
	{6, levelL}: {2, 68, 18}, {6, levelM}: {4, 27, 16}, {6, levelQ}: {4, 19, 24},
}

// formatBits are the 15 bits of the format information of a level and a mask.
func formatBits(level, mask int) int {
	const generator, turned = 0x537, 0x5412
	data := level<<3 | mask
	rest := data << 10
	for bit := 14; bit >= 10; bit-- {
		if rest>>bit&1 != 0 {
			rest ^= generator << (bit - 10)
		}
	}
	return (data<<10 | rest) ^ turned
}
