package graph

import "slices"

// layout is where everything stands. Cells are boxes of nodes, and bends of the
// edges that pass between them; the bend below the beginning of an edge holds
// its labels. Nodes stand in even layers, so every edge has a bend.
type layout struct {
	graph         Graph
	cells         []cell
	layers        [][]int // cells from left to right
	bands         []band  // by layer
	routes        []route // by edge
	width, height int
}

// A cell is a rectangle around its middle.
type cell struct {
	layer    int
	x, y     int
	w, h     int
	light    bool     // an end, or a bend before one: it gives way to others
	lines    []string // of a label
	up, down []int    // cells it is joined with in the layers beside
}

// A band is the height of a layer: lines cross it straight down, so that they
// pass its cells by.
type band struct{ top, bottom int }

// A route is the cells that an edge passes, from the top down. An edge that
// leads up is drawn from its end to its beginning.
type route struct {
	cells   []int
	upward  bool
	through bool
}

const (
	nodeSize  = 15 // of letters
	smallSize = 12
	lineStep  = 16
	pad       = 12
	gapAcross = 18
	gapDown   = 26
	margin    = 16
	bendWidth = 10
	stopSize  = 14
)

func lay(g Graph) *layout {
	l := &layout{graph: g}
	for i, layer := range ranks(g) {
		c := sized(g.Nodes[i])
		c.layer = layer
		l.cells = append(l.cells, c)
	}
	for _, e := range g.Edges {
		l.routes = append(l.routes, l.route(e))
	}
	l.fillLayers()
	l.order()
	l.placeDown()
	l.placeAcross()
	return l
}

// ranks tells the layer of every node: below everything that leads to it from
// above in the file. What nothing leads to stands just above what it leads to.
func ranks(g Graph) []int {
	layer := make([]int, len(g.Nodes))
	first := make([]int, len(g.Nodes)) // the layer of the highest node below
	above := make([]bool, len(g.Nodes))
	for top := range g.Nodes {
		for _, e := range g.Edges {
			if min(e.From, e.To) == top && e.From != e.To {
				bottom := max(e.From, e.To)
				layer[bottom], above[bottom] = max(layer[bottom], layer[top]+2), true
			}
		}
	}
	for _, e := range g.Edges {
		top, bottom := min(e.From, e.To), max(e.From, e.To)
		if top != bottom && (first[top] == 0 || layer[bottom] < first[top]) {
			first[top] = layer[bottom]
		}
	}
	for i := range layer {
		if !above[i] && first[i] > 0 {
			layer[i] = first[i] - 2
		}
	}
	return layer
}

func sized(n Node) cell {
	if n.Kind == Stop {
		return cell{w: stopSize, h: stopSize, light: true}
	}
	c := cell{w: width(n.Title, nodeSize), h: lineStep + 2*pad, lines: wrapped(n.Detail)}
	if n.Detail == "" {
		c.lines = nil
	}
	c.lines = append(c.lines, n.Note...)
	for _, line := range c.lines {
		c.w, c.h = max(c.w, width(line, smallSize)), c.h+lineStep
	}
	c.w += 2 * pad
	return c
}

// route adds the bends of an edge. One from a node to itself needs none: it is
// told in its box.
func (l *layout) route(e Edge) route {
	top, bottom := min(e.From, e.To), max(e.From, e.To)
	if top == bottom {
		l.cells[top].label(loops(e))
		return route{}
	}
	r := route{upward: e.From == bottom, through: e.Through}
	r.cells = append(r.cells, top)
	for layer := l.cells[top].layer + 1; layer < l.cells[bottom].layer; layer++ {
		r.cells = append(r.cells, l.bend(layer, l.cells[bottom].light))
	}
	r.cells = append(r.cells, bottom)
	at := r.cells[1]
	if r.upward {
		at = r.cells[len(r.cells)-2]
	}
	l.cells[at].label(e.text())
	for i := range len(r.cells) - 1 {
		a, b := r.cells[i], r.cells[i+1]
		l.cells[a].down, l.cells[b].up = append(l.cells[a].down, b), append(l.cells[b].up, a)
	}
	return r
}

func (l *layout) bend(layer int, light bool) int {
	l.cells = append(l.cells, cell{layer: layer, w: bendWidth, light: light})
	return len(l.cells) - 1
}

func (c *cell) label(lines []string) {
	for _, line := range lines {
		line = shortened(line)
		c.lines = append(c.lines, line)
		c.w, c.h = max(c.w, width(line, smallSize)+bendWidth), c.h+lineStep
	}
}

func (l *layout) fillLayers() {
	for i, c := range l.cells {
		for len(l.layers) <= c.layer {
			l.layers = append(l.layers, nil)
		}
		l.layers[c.layer] = append(l.layers[c.layer], i)
	}
}

// placeDown stacks the layers, each as high as its highest cell.
func (l *layout) placeDown() {
	y := margin
	for _, layer := range l.layers {
		high := 0
		for _, i := range layer {
			high = max(high, l.cells[i].h)
		}
		for _, i := range layer {
			l.cells[i].y = y + high/2
		}
		l.bands = append(l.bands, band{y, y + high})
		y += high + gapDown
	}
	l.height = y - gapDown + margin
}

// order puts the cells of each layer below the middle of what is above them,
// then above the middle of what is below, until lines cross little.
func (l *layout) order() {
	const sweeps = 6
	for range sweeps {
		for _, layer := range l.layers {
			l.sort(layer, func(c cell) []int { return c.up })
		}
		for _, layer := range slices.Backward(l.layers) {
			l.sort(layer, func(c cell) []int { return c.down })
		}
	}
	for _, layer := range l.layers {
		l.sort(layer, func(c cell) []int { return c.up })
	}
}
