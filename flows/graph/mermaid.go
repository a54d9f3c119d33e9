package graph

import (
	"fmt"
	"slices"
	"strings"
)

// shapes are how Mermaid draws each kind, around a text in quotes.
var shapes = map[Kind][2]string{
	Say: {"[", "]"}, Ask: {"{{", "}}"}, Call: {"[[", "]]"}, Wait: {"[/", "/]"}, Handoff: {"[/", "\\]"}, Run: {"[(", ")]"}, Go: {"[", "]"},
	End: {"([", "])"}, Start: {"([", "])"}, Hear: {">", "]"}, Stop: {"((", "))"},
}

// Mermaid returns one diagram with every graph in a frame of its own.
func Mermaid(graphs []Graph) string {
	var out strings.Builder
	out.WriteString("flowchart TD\n")
	for i, g := range graphs {
		fmt.Fprintf(&out, "  subgraph f%d[\"%s\"]\n", i, quoted(g.Name))
		for j, n := range g.Nodes {
			shape := shapes[n.Kind]
			fmt.Fprintf(&out, "    f%dn%d%s\"%s\"%s\n", i, j, shape[0], n.lines(), shape[1])
		}
		for _, e := range g.Edges {
			fmt.Fprintf(&out, "    f%dn%d %s f%dn%d\n", i, e.From, e.arrow(), i, e.To)
		}
		out.WriteString("  end\n")
	}
	return out.String()
}

func (n Node) lines() string {
	if n.Kind == Stop {
		return " "
	}
	text := "<b>" + quoted(n.Title) + "</b>"
	for _, line := range append([]string{n.Detail}, n.Note...) {
		if line != "" {
			text += "<br/>" + quoted(line)
		}
	}
	return text
}

func (e Edge) arrow() string {
	arrow := "-->"
	if e.Through {
		arrow = "-.->"
	}
	labels := slices.Clone(e.text())
	if len(labels) == 0 {
		return arrow
	}
	for i, label := range labels {
		labels[i] = quoted(label)
	}
	return arrow + `|"` + strings.Join(labels, "<br/>") + `"|`
}

// quotes are the characters that mean something to Mermaid inside quotes.
var quotes = strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "`", "#96;", "\n", " ")

func quoted(text string) string { return quotes.Replace(printable(text)) }
