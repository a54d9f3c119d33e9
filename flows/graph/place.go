package graph

import "slices"

// sort orders a layer by the mean place of each cell's neighbours on one side;
// one that has none keeps its place. Until cells are placed, x is a place.
func (l *layout) sort(layer []int, side func(cell) []int) {
	for place, i := range layer {
		l.cells[i].x = place * 100
	}
	means := map[int]int{}
	for _, i := range layer {
		means[i] = l.mean(i, side(l.cells[i]))
	}
	slices.SortStableFunc(layer, func(a, b int) int { return means[a] - means[b] })
	for place, i := range layer {
		l.cells[i].x = place * 100
	}
}

// mean is the mean x of some cells, or of the cell itself without them.
func (l *layout) mean(of int, cells []int) int {
	if len(cells) == 0 {
		return l.cells[of].x
	}
	sum, weight := 0, 0
	for _, i := range cells {
		w := l.cells[i].weight()
		sum, weight = sum+l.cells[i].x*w, weight+w
	}
	return sum / weight
}

// weight is how little a cell gives way.
func (c cell) weight() int {
	if c.light {
		return 1
	}
	return 50
}

// placeAcross moves each layer as near as it can to the means of what it is
// joined with, in its order and without anything overlapping.
func (l *layout) placeAcross() {
	const sweeps = 8
	for _, layer := range l.layers {
		l.spread(layer, func(int) int { return 0 })
	}
	for range sweeps {
		for _, layer := range l.layers {
			l.spread(layer, func(i int) int { return l.mean(i, l.cells[i].up) })
		}
		for _, layer := range slices.Backward(l.layers) {
			l.spread(layer, func(i int) int { return l.mean(i, l.cells[i].down) })
		}
	}
	for _, layer := range l.layers {
		l.spread(layer, func(i int) int { return l.mean(i, slices.Concat(l.cells[i].up, l.cells[i].down)) })
	}
	l.toMargin()
}

// A block is cells that stand side by side as near as they may.
type block struct{ sum, weight, count int }

func (b block) mean() int { return b.sum / b.weight }

// spread puts the cells of a layer where they wish to be, so that the squares
// of what each has to give way are least: neighbours whose wishes collide form
// a block around their common wish.
func (l *layout) spread(layer []int, wish func(i int) int) {
	offsets := l.offsets(layer)
	var blocks []block
	for place, i := range layer {
		w := l.cells[i].weight()
		blocks = append(blocks, block{(wish(i) - offsets[place]) * w, w, 1})
		for n := len(blocks); n > 1 && blocks[n-2].mean() >= blocks[n-1].mean(); n-- {
			last := blocks[n-1]
			blocks = blocks[:n-1]
			blocks[n-2].sum += last.sum
			blocks[n-2].weight += last.weight
			blocks[n-2].count += last.count
		}
	}
	place := 0
	for _, b := range blocks {
		for range b.count {
			l.cells[layer[place]].x = b.mean() + offsets[place]
			place++
		}
	}
}

// offsets are how far from the first cell of a layer each has to stand.
func (l *layout) offsets(layer []int) []int {
	offsets := make([]int, len(layer))
	for place := 1; place < len(layer); place++ {
		left, right := l.cells[layer[place-1]], l.cells[layer[place]]
		offsets[place] = offsets[place-1] + (left.w+right.w)/2 + gapAcross
	}
	return offsets
}

// toMargin moves everything to the left margin and measures the picture.
func (l *layout) toMargin() {
	left := l.cells[0].x
	for _, c := range l.cells {
		left = min(left, c.x-c.w/2)
	}
	for i := range l.cells {
		c := &l.cells[i]
		c.x += margin - left
		l.width = max(l.width, c.x+c.w/2+margin)
	}
}

func loops(e Edge) []string {
	lines := slices.Clone(e.text())
	if len(lines) == 0 {
		return []string{"↻"}
	}
	for i, line := range lines {
		lines[i] = "↻ " + shortened(line)
	}
	return lines
}
