package graph

import (
	"fmt"
	"strings"

	"besedka/core/source"
)

// Inline returns the picture of one graph as a part of a page, which gives it
// its colours: rules for the classes that SVG writes. Every step is a button
// with its place in the attributes data-step, data-goto and data-line.
func Inline(g Graph, at func(step string) source.Pos) string {
	l := lay(g)
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="group" aria-label="%s" width="%d" height="%d" viewBox="0 0 %d %d">
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>
`, escaped(g.Name), l.width, l.height, l.width, l.height)
	l.drawWays(&out)
	for i, n := range g.Nodes {
		if !n.step() {
			l.cells[i].drawNode(&out, n)
			continue
		}
		pos := at(n.Title)
		fmt.Fprintf(&out, "<g role=\"button\" tabindex=\"0\" data-step=\"%s\" data-goto=\"%s\" data-line=\"%d\" data-col=\"%d\">\n", escaped(g.Name+"/"+n.Title), escaped(pos.File), pos.Line, pos.Col)
		l.cells[i].drawNode(&out, n)
		out.WriteString("</g>\n")
	}
	l.drawLabels(&out)
	out.WriteString("</svg>\n")
	return out.String()
}
