package api

import (
	"fmt"

	"besedka/core/funnel"
	"besedka/storage"
)

// funnelShown is the answer of GET /funnels/{flow}.
type funnelShown struct {
	Flow    string        `json:"flow"`
	Days    int           `json:"days"`
	Segment string        `json:"segment,omitempty"`
	Place   string        `json:"place,omitempty"`
	Stages  []funnelStage `json:"stages"`
}

// funnelStage is one stage: reached is left and wentOn together. Shares are in
// hundredths of a percent, 6422 is 64.22 %, and 0 of nobody.
type funnelStage struct {
	Stage      string `json:"stage"`
	Reached    int64  `json:"reached"`
	WentOn     int64  `json:"wentOn"`
	Left       int64  `json:"left"`
	OfFirst    int64  `json:"ofFirst"`
	OfPrevious int64  `json:"ofPrevious"`
}

// funnelDays is how far a funnel looks back.
const funnelDays = 30

// showFunnel counts how far members came in a flow.
func (a *api) showFunnel(c call) (any, error) {
	name, p := c.r.PathValue("flow"), a.Programme()
	f := p.Flows[name]
	if f == nil || len(f.Stages()) == 0 {
		return nil, fmt.Errorf("funnel of %q: %w", name, storage.ErrNotFound)
	}
	days, err := c.days(funnelDays)
	if err != nil {
		return nil, err
	}
	out := funnelShown{Flow: name, Days: days, Segment: c.r.URL.Query().Get("segment"), Place: c.r.URL.Query().Get("place"), Stages: []funnelStage{}}
	if out.Segment != "" && p.Segments[out.Segment] == nil {
		return nil, invalid{"the programme has no such segment"}
	}
	stages, err := funnel.Count(c.ctx, a.DB, name, f.Stages(), c.now.AddDate(0, 0, -out.Days), out.Segment, out.Place)
	for i, s := range stages {
		one := funnelStage{Stage: s.Name, Reached: s.Reached, WentOn: s.WentOn, Left: s.Left(), OfFirst: share(s.Reached, stages[0].Reached)}
		one.OfPrevious = share(s.Reached, stages[max(0, i-1)].Reached)
		out.Stages = append(out.Stages, one)
	}
	return out, err
}

// share is a of b in hundredths of a percent.
func share(a, b int64) int64 {
	if b == 0 {
		return 0
	}
	return rounded(a*10000, b)
}
