package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"besedka/core/funnel"
	"besedka/core/source"
	"besedka/flows"
)

type flowsFunnelCmd struct {
	folder
	place
	Flow    string `help:"The one flow to count; all that mark stages when left out."`
	Segment string `help:"Count the members of one segment only; by default everybody, and each segment."`
	Place   string `help:"Count those alone whom the links of one place brought, by its name: see besedka links."`
	Days    int    `help:"How many days back members came into the funnel." default:"30"`
}

// funnelOf is the funnel of one flow for one segment, "" for everybody.
type funnelOf struct {
	Flow    string         `json:"flow"`
	Segment string         `json:"segment,omitempty"`
	Stages  []funnel.Stage `json:"stages"`
}

// Run prints how far members came.
func (c *flowsFunnelCmd) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) (err error) {
	p, err := c.load(stdout)
	if err != nil {
		return err
	}
	if c.Segment != "" && p.Segments[c.Segment] == nil {
		return fmt.Errorf("count a funnel: there is no segment %s; there are %q", c.Segment, slices.Sorted(maps.Keys(p.Segments)))
	}
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close(ctx)) }()
	var counted []funnelOf
	for _, name := range c.flows(p) {
		for _, segment := range c.segments(p) {
			stages, err := funnel.Count(ctx, in.db, name, p.Flows[name].Stages(), time.Now().AddDate(0, 0, -c.Days), segment, c.Place)
			if err != nil {
				return err
			}
			counted = append(counted, funnelOf{name, segment, stages})
		}
	}
	if len(counted) == 0 {
		return errors.New("no step marks a stage: write funnel: and a name at the steps that matter")
	}
	return c.print(stdout, counted)
}

// flows are those that mark stages.
func (c *flowsFunnelCmd) flows(p *flows.Programme) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(p.Flows)), func(name string) bool {
		return len(p.Flows[name].Stages()) == 0 || c.Flow != "" && name != c.Flow
	})
}

// segments are everybody and each segment, or the one that was asked for.
func (c *flowsFunnelCmd) segments(p *flows.Programme) []string {
	if c.Segment != "" {
		return []string{c.Segment}
	}
	return slices.Concat([]string{""}, slices.Sorted(maps.Keys(p.Segments)))
}

func (c *flowsFunnelCmd) print(w io.Writer, counted []funnelOf) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(counted)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, source.Sentence("ступень\tдошли\tот первой\tот прежней\tдальше\tостались", "stage\treached\tof first\tof previous\twent on\tleft").In(c.Lang))
	for _, f := range counted {
		if f.Segment != "" && f.Stages[0].Reached == 0 {
			continue
		}
		name := f.Flow
		if f.Segment != "" {
			name += " · " + f.Segment
		}
		fmt.Fprintf(table, "%s\t\t\t\t\t\n", name)
		for i, s := range f.Stages {
			fmt.Fprintf(table, "  %s\t%d\t%s\t%s\t%d\t%d\n", s.Name, s.Reached,
				percent(s.Reached, f.Stages[0].Reached), percent(s.Reached, f.Stages[max(0, i-1)].Reached), s.WentOn, s.Left())
		}
	}
	return table.Flush()
}

// percent is a of b in whole percents, rounded; - of nobody.
func percent(a, b int64) string {
	if b == 0 {
		return "-"
	}
	return fmt.Sprintf("%d %%", (200*a+b)/(2*b))
}
