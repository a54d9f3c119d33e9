package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"besedka/core/conversation"
	"besedka/flows"
	"besedka/flows/graph"
)

type flowsGraphCmd struct {
	folder
	place
	Flow string `help:"The one flow to draw; all of them when left out."`
	SVG  bool   `name:"svg" help:"Print an SVG picture instead of a Mermaid diagram."`
	Live bool   `help:"Count what members did, from the database."`
	Days int    `help:"How many days back to count." default:"7"`
}

// Run prints the picture of a folder without mistakes.
func (c *flowsGraphCmd) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) error {
	p, err := c.load(stdout)
	if err != nil {
		return err
	}
	graphs, err := c.graphs(p)
	if err != nil {
		return err
	}
	if c.Live {
		if err := c.count(ctx, graphs, log); err != nil {
			return err
		}
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

func (c *flowsGraphCmd) graphs(p *flows.Programme) ([]graph.Graph, error) {
	names := slices.Sorted(maps.Keys(p.Flows))
	if c.Flow != "" {
		if err := c.flow(p, c.Flow); err != nil {
			return nil, err
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

// count puts the figures of the last days on the graphs.
func (c *flowsGraphCmd) count(ctx context.Context, graphs []graph.Graph, log *slog.Logger) (err error) {
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close(ctx)) }()
	traffic, err := conversation.ReadTraffic(ctx, in.db, time.Now().AddDate(0, 0, -c.Days))
	if err != nil {
		return err
	}
	live := graph.Live{Turns: map[graph.Pair]int64{}, Before: traffic.Before, Now: traffic.Now}
	for _, m := range traffic.Moves {
		live.Turns[graph.Pair{From: m.From, To: m.To}] = m.Turns
	}
	for i, g := range graphs {
		graphs[i] = g.Counted(live, c.Lang)
	}
	return nil
}
