// Package graph draws flows: as a Mermaid diagram and as an SVG picture, which
// is laid out here, layer below layer, without any program of others.
package graph
