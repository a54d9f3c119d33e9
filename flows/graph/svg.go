package graph

import (
	"fmt"
	"html"
	"strings"
)

// style gives the picture its colours, by the reader's light or dark.
const style = `
.graph { --paper: #fff; --ink: #1f2328; --dim: #59636e; --line: #818b98; --say: #eaf4ea; --ask: #fff3d6; --call: #e5effd; --wait: #f3eafa; --edge: #c8cfd6; background: var(--paper); font-family: system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif }
@media (prefers-color-scheme: dark) { .graph { --paper: #14181d; --ink: #e6edf3; --dim: #a5b0bb; --line: #7d8894; --say: #1c3022; --ask: #3a2f12; --call: #172c48; --wait: #2f2240; --edge: #46505a } }
.paper { fill: var(--paper) }
.box { fill: var(--paper); stroke: var(--edge); stroke-width: 1.5 }
.say { fill: var(--say) } .ask { fill: var(--ask) } .call { fill: var(--call) } .wait, .handoff { fill: var(--wait) }
.end, .start, .handoff { stroke: var(--ink); stroke-width: 2 } .run { stroke-width: 3 } .listen { stroke-dasharray: 5 4 }
.stop { fill: var(--ink); stroke: var(--paper); stroke-width: 3 }
.way { fill: none; stroke: var(--line); stroke-width: 1.5 } .through { stroke-dasharray: 2 4 } .head { fill: var(--line) }
text { text-anchor: middle; fill: var(--ink) }
.name { font-size: 15px; font-weight: 600 } .detail { font-size: 12px; fill: var(--dim) }
.label { font-size: 12px; stroke: var(--paper); stroke-width: 5px; stroke-linejoin: round; paint-order: stroke }
.flow { font-size: 20px; font-weight: 700; text-anchor: start }
`

// headline is the room for a flow's name above its picture.
const headline = 44

// SVG returns one picture with the graphs below each other.
func SVG(graphs []Graph) string {
	var body strings.Builder
	wide, y := 0, 0
	for _, g := range graphs {
		l := lay(g)
		fmt.Fprintf(&body, "<g transform=\"translate(0 %d)\">\n<text class=\"flow\" x=\"%d\" y=\"%d\">%s</text>\n", y, margin, headline-margin, escaped(g.Name))
		fmt.Fprintf(&body, "<g transform=\"translate(0 %d)\">\n", headline)
		l.draw(&body)
		body.WriteString("</g>\n</g>\n")
		wide, y = max(wide, l.width, width(g.Name, 22)+2*margin), y+headline+l.height
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="img" width="%d" height="%d" viewBox="0 0 %d %d">
<title>%s</title>
<style>%s</style>
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>
<rect class="paper" width="100%%" height="100%%"/>
%s</svg>
`, wide, y, wide, y, escaped(names(graphs)), style, body.String())
}

func names(graphs []Graph) string {
	list := make([]string, len(graphs))
	for i, g := range graphs {
		list[i] = g.Name
	}
	return strings.Join(list, ", ")
}

func escaped(text string) string { return html.EscapeString(printable(text)) }

// draw draws lines first, so that boxes and labels lie on them.
func (l *layout) draw(out *strings.Builder) {
	l.drawWays(out)
	for i, n := range l.graph.Nodes {
		l.cells[i].drawNode(out, n)
	}
	l.drawLabels(out)
}

func (l *layout) drawWays(out *strings.Builder) {
	for _, r := range l.routes {
		if len(r.cells) > 0 {
			l.drawRoute(out, r)
		}
	}
}

func (l *layout) drawLabels(out *strings.Builder) {
	for _, c := range l.cells[len(l.graph.Nodes):] {
		c.drawLines(out, "label", c.y-c.h/2)
	}
}

// drawRoute draws an edge, which turns aside between layers only.
func (l *layout) drawRoute(out *strings.Builder, r route) {
	class, end := "way", "end"
	if r.through {
		class = "way through"
	}
	if r.upward {
		end = "start"
	}
	first, last := l.cells[r.cells[0]], l.cells[r.cells[len(r.cells)-1]]
	x, y := first.x, l.bands[first.layer].bottom
	fmt.Fprintf(out, `<path class="%s" marker-%s="url(#head)" d="M%d %d%s`, class, end, x, first.y+first.h/2, down(first.y+first.h/2, y))
	for _, next := range r.cells[1:] {
		c := l.cells[next]
		b := l.bands[c.layer]
		out.WriteString(aside(x, y, c.x, b.top))
		if c.layer != last.layer {
			out.WriteString(down(b.top, b.bottom))
		}
		x, y = c.x, b.bottom
	}
	out.WriteString(down(l.bands[last.layer].top, last.y-last.h/2) + "\"/>\n")
}

// aside leads from one place to another further down, upright at both ends.
func aside(x, y, toX, toY int) string {
	if x == toX {
		return down(y, toY)
	}
	middle := (y + toY) / 2
	return fmt.Sprintf("C%d %d %d %d %d %d", x, middle, toX, middle, toX, toY)
}

// down leads straight from one height to another. A line of no length would
// leave the head of an arrow without a direction.
func down(from, to int) string {
	if from == to {
		return ""
	}
	return fmt.Sprintf("V%d", to)
}

func (c cell) drawNode(out *strings.Builder, n Node) {
	if n.Kind == Stop {
		fmt.Fprintf(out, "<circle class=\"stop\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>\n", c.x, c.y, c.w/2)
		return
	}
	round := 6
	if n.Kind == Start || n.Kind == End {
		round = c.h / 2
	}
	fmt.Fprintf(out, "<rect class=\"box %s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"/>\n", n.Kind, c.x-c.w/2, c.y-c.h/2, c.w, c.h, round)
	fmt.Fprintf(out, "<text class=\"name\" x=\"%d\" y=\"%d\">%s</text>\n", c.x, c.y-c.h/2+pad+lineStep*3/4, escaped(shortened(n.Title)))
	c.drawLines(out, "detail", c.y-c.h/2+pad+lineStep)
}

func (c cell) drawLines(out *strings.Builder, class string, top int) {
	for i, line := range c.lines {
		fmt.Fprintf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n", class, c.x, top+i*lineStep+lineStep*3/4, escaped(line))
	}
}
