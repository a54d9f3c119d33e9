package transcript

import (
	"slices"

	"besedka/core/expr"
	"besedka/core/source"
	"besedka/dialogs"
	"besedka/flows"
)

// stub is one answer to a call.
type stub struct {
	outcome string
	values  map[string]expr.Value
}

// stubs reads answers to calls: an outcome, {outcome: {values}}, or a list of
// them, of which the last one stays.
func (r *reader) stubs(entries []source.Entry) map[string][]stub {
	stubs := map[string][]stub{}
	for _, e := range entries {
		call, ok := r.v.Calls[e.Key.Text]
		if !ok {
			r.noCall(e.Key)
			continue
		}
		items := []*source.Node{e.Value}
		if e.Value.Kind == source.List {
			items = e.Value.Items
		}
		for _, item := range items {
			stubs[e.Key.Text] = append(stubs[e.Key.Text], r.stub(item, call))
		}
	}
	return stubs
}

func (r *reader) noCall(name *source.Node) {
	r.report(name.Pos, source.Sentence("нет вызова «%s»", "there is no call %q", name.Text), source.Meant(name.Text, names(r.v.Calls)))
}

func (r *reader) stub(n *source.Node, call flows.Call) stub {
	s := stub{}
	at := n
	if n.Kind == source.Map && len(n.Entries) == 1 {
		at, s.values = n.Entries[0].Key, r.values(n.Entries[0].Value.AsMap(&r.problems), call.Values)
	}
	if s.outcome = at.AsText(&r.problems); !slices.Contains(call.Outcomes, s.outcome) {
		r.report(at.Pos, source.Sentence("нет исхода «%s»", "there is no outcome %q", s.outcome), source.Meant(s.outcome, call.Outcomes))
	}
	return s
}

// surveyStub is what the core tells of a survey when a test says nothing: nobody
// has answered it yet, and who does is registered.
func surveyStub(c *dialogs.Call) stub {
	switch {
	case c.Name == flows.SurveyBegin:
		return stub{outcome: flows.SurveyNew}
	case c.Survey.Reward.Points > 0:
		return stub{outcome: flows.SurveyRewarded, values: map[string]expr.Value{flows.PointsName: expr.PointsOf(c.Survey.Reward.Points)}}
	}
	return stub{outcome: flows.SurveyThanks}
}
