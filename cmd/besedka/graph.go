package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/flows/graph"
)

type flowsGraphCmd struct {
	folder
	Flow string `help:"The one flow to draw; all of them when left out."`
	SVG  bool   `name:"svg" help:"Print an SVG picture instead of a Mermaid diagram."`
}

// Run prints the picture of a folder without mistakes.
func (c *flowsGraphCmd) Run(stdout io.Writer) error {
	p, problems := flows.Load(c.files(), actions.Vocabulary())
	if p == nil {
		return c.refuse(stdout, problems)
	}
	graphs, err := c.graphs(p)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(stdout).Encode(graphs)
	}
	draw := graph.Mermaid
	if c.SVG {
		draw = graph.SVG
	}
	_, err = io.WriteString(stdout, draw(graphs))
	return err
}

func (c *flowsGraphCmd) refuse(stdout io.Writer, problems []*source.Problem) error {
	if err := c.tell(stdout, problems); err != nil {
		return err
	}
	return mistakes(problems)
}

func (c *flowsGraphCmd) graphs(p *flows.Programme) ([]graph.Graph, error) {
	names := slices.Sorted(maps.Keys(p.Flows))
	if c.Flow != "" {
		if p.Flows[c.Flow] == nil {
			return nil, fmt.Errorf("draw programme: there is no flow %s; there are %q", c.Flow, names)
		}
		names = []string{c.Flow}
	}
	lang := p.Base()
	if slices.Contains(p.Languages, c.Lang) {
		lang = c.Lang
	}
	graphs := make([]graph.Graph, len(names))
	for i, name := range names {
		graphs[i] = graph.Of(p.Flows[name], lang)
	}
	return graphs, nil
}
