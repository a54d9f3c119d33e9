package author

import (
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"besedka/core/source"
	"besedka/flows"
)

// caret is a place in a draft that the author asks about.
type caret struct {
	draft
	Line int `json:"line"` // from 1
	Col  int `json:"col"`  // characters to the left of it
}

// option is something that may be written at the caret.
type option struct {
	Label  string `json:"label"`
	Detail string `json:"detail,omitempty"`
	Key    bool   `json:"key,omitempty"` // a colon belongs behind it
}

// complete proposes what may stand at the caret: keys and values that the
// schema knows, and names of this folder.
func (s *server) complete(r *http.Request, v view) (any, error) {
	c, err := body[caret](r)
	if err != nil {
		return nil, err
	}
	good, err := s.playable(r.Context())
	if err != nil {
		return nil, err
	}
	at := spotOf(c.Text, c.Line, c.Col)
	options := s.options(v, c.draft, good.programme, at)
	return map[string]any{"from": c.Col - utf8.RuneCountInString(at.word), "options": options}, nil
}

func (s *server) options(v view, d draft, p *flows.Programme, at spot) []option {
	if at.prefix != "" { // inside an expression or braces: names of what is known
		return s.namesUnder(p, at.prefix)
	}
	shape := under(s.Shapes()[kindOf(d.Name)], at.path)
	if at.key == "" {
		var list []option
		for _, key := range shape.keys() {
			if !slices.Contains(at.beside, key) {
				list = append(list, option{Label: key, Detail: shape.detail(key), Key: true})
			}
		}
		return list
	}
	list := namesFor(v, d, p, at)
	value := under(s.Shapes()[kindOf(d.Name)], append(slices.Clone(at.path), at.key))
	for _, name := range append(value.enum(), value.items().enum()...) {
		list = append(list, option{Label: name})
	}
	return list
}

// namesFor are names that a key takes.
func namesFor(v view, d draft, p *flows.Programme, at spot) (list []option) {
	key := at.key
	if n := len(at.path); n > 0 && at.path[n-1] == "go" { // an outcome
		key = "go"
	}
	switch key {
	case "go", "then":
		for _, step := range stepsIn(d.Text) {
			list = append(list, option{Label: step, Detail: v.T("complete.step")})
		}
	case "run", "fallback", "stale":
		for _, flow := range flowsOf(p) {
			list = append(list, option{Label: flow, Detail: v.T("complete.flow")})
		}
	case "consent":
		for _, kind := range []string{flows.PersonalData, flows.Rules, flows.Advertising} {
			list = append(list, option{Label: kind})
		}
	case "save":
		for _, f := range fieldsOf(p) {
			list = append(list, option{Label: f.Name, Detail: f.Title[p.Base()]})
		}
	}
	return list
}

// namesUnder are the names that begin with a prefix: profile., segment., …
func (s *server) namesUnder(p *flows.Programme, prefix string) (list []option) {
	if p == nil {
		return nil
	}
	switch prefix {
	case flows.SegmentPrefix:
		for _, name := range sortedKeys(p.Segments) {
			list = append(list, option{Label: name})
		}
	case flows.ProfilePrefix:
		for _, f := range p.Profile.Fields {
			list = append(list, option{Label: f.Name, Detail: f.Title[p.Base()]})
		}
	default:
		for _, name := range sortedKeys(p.Facts(s.Vocabulary)) {
			if rest, ok := strings.CutPrefix(name, strings.TrimPrefix(prefix, "{")); ok {
				list = append(list, option{Label: rest})
			}
		}
		if prefix == "{" {
			list = append(list, option{Label: flows.SegmentPrefix})
		}
	}
	return list
}

func flowsOf(p *flows.Programme) []string {
	if p == nil {
		return nil
	}
	return sortedKeys(p.Flows)
}

func fieldsOf(p *flows.Programme) []flows.Field {
	if p == nil {
		return nil
	}
	return p.Profile.Fields
}

// explain tells what the word under the pointer is.
func (s *server) explain(r *http.Request, _ view) (any, error) {
	c, err := body[caret](r)
	if err != nil {
		return nil, err
	}
	good, err := s.playable(r.Context())
	if err != nil {
		return nil, err
	}
	word := wordAt(c.Text, c.Line, c.Col)
	at := spotOf(c.Text, c.Line, c.Col)
	return map[string]any{"word": word, "text": s.meaning(good, c.draft, at, word)}, nil
}

// meaning is what a name of this folder stands for, else what the schema knows
// of a key.
func (s *server) meaning(g good, d draft, at spot, word string) string {
	if g.programme != nil {
		if text := g.words("flows/"+flowOf(d.Name)+".yaml", "steps", word); text != "" {
			return text
		}
		if name, ok := strings.CutPrefix(word, flows.SegmentPrefix); ok {
			return g.words("segments.yaml", name)
		}
		if f, ok := g.programme.Profile.Field(strings.TrimPrefix(word, flows.ProfilePrefix)); ok {
			return f.Title[g.programme.Base()] + " (" + string(f.Type) + ")"
		}
		if f := g.programme.Flows[word]; f != nil {
			return g.words(f.File, "steps", f.Steps[0].ID)
		}
	}
	return under(s.Shapes()[kindOf(d.Name)], at.path).detail(word)
}

// words are what is written at a place of a file: of a step what it says first.
func (g good) words(file string, path ...string) string {
	text, err := fs.ReadFile(g.files, file)
	if err != nil {
		return ""
	}
	n, _ := source.Parse(file, text) // it was read before without problems
	for _, key := range path {
		n = n.Get(key)
	}
	return firstText(n)
}

// firstText is the first text of a value, however it is written.
func firstText(n *source.Node) string {
	if n == nil {
		return ""
	}
	if n.Kind == source.List && len(n.Items) > 0 {
		return firstText(n.Items[0])
	}
	for _, key := range []string{"say", "ask", "any", "text"} {
		if text := firstText(n.Get(key)); text != "" {
			return text
		}
	}
	return n.Text
}

// flowOf is the flow that a file holds: a survey is one too.
func flowOf(name string) string {
	if survey, ok := strings.CutPrefix(name, "surveys/"); ok {
		name = flows.SurveyPrefix + survey
	}
	return strings.TrimSuffix(strings.TrimPrefix(name, "flows/"), ".yaml")
}

// kindOf is the schema that a file keeps to.
func kindOf(name string) string {
	switch {
	case strings.HasSuffix(name, ".test.yaml"):
		return ""
	case strings.HasPrefix(name, "flows/"):
		return "flow"
	case strings.HasPrefix(name, "surveys/"):
		return "survey"
	case strings.HasPrefix(name, "campaigns/"):
		return "campaign"
	}
	return strings.TrimSuffix(name, ".yaml")
}
