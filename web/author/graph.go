package author

import (
	"net/http"
	"slices"

	"besedka/core/source"
	"besedka/flows"
	"besedka/flows/graph"
)

// picture is one flow as it is drawn.
type picture struct {
	Flow  string
	Flows []string
	SVG   string
}

// graph draws a flow of the last good version: the one asked for, else the
// first.
func (s *server) graph(r *http.Request, v view) (any, error) {
	good, err := s.playable(r.Context())
	if err != nil {
		return nil, err
	}
	var p picture
	if good.programme != nil {
		p.Flows = sortedKeys(good.programme.Flows)
		p.Flow = r.URL.Query().Get("flow")
		if !slices.Contains(p.Flows, p.Flow) {
			p.Flow = p.Flows[0]
		}
		f := good.programme.Flows[p.Flow]
		drawn := graph.Of(f, tongue(v, good.programme))
		if s.People != nil {
			people, err := s.People(r.Context())
			if err != nil {
				return nil, err
			}
			drawn = drawn.Waiting(people, v.Lang)
		}
		p.SVG = graph.Inline(drawn, func(step string) source.Pos { return f.Step(step).Pos })
	}
	out, err := html(r.Context(), graphView(v, p))
	return map[string]any{"html": out, "flow": p.Flow}, err
}

// tongue is the language of the words on a picture.
func tongue(v view, p *flows.Programme) string {
	if slices.Contains(p.Languages, v.Lang) {
		return v.Lang
	}
	return p.Base()
}
