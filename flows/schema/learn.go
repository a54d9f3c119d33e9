package schema

import (
	"maps"
	"slices"

	"besedka/flows"
)

// learner asks the reader of programmes what it takes.
type learner struct {
	vocabulary flows.Vocabulary
	names      map[string][]string // by key: what its value may name
	company    map[string][]string // by path: keys without which others are not read
}

// anyName is a key that the reader takes wherever the writer chooses keys, even
// among the consents, and that none of its own is called.
const anyName = flows.PersonalData

// depth ends a walk through shapes that hold themselves.
const depth = 12

// Learn returns the schemas of files by their kind, and of any of them.
func Learn(v flows.Vocabulary) map[string]*Schema {
	l := &learner{vocabulary: v, names: names(v), company: map[string][]string{
		"programme":                       {"languages: [ru]"},
		"survey/reward":                   {"bonus: 1"},
		"flow/steps/" + anyName:           {"call: " + anyOf(v.Calls), "ask: T", "expect: text"},
		"flow/steps/" + anyName + "/wait": {"event: " + anyOf(v.Events)},
	}}
	files := map[string]*Schema{}
	for kind, file := range map[string]string{
		"flow": "flows/lost.yaml", "programme": "programme.yaml", "profile": "profile.yaml", "segments": "segments.yaml", "campaign": "campaigns/tr.yaml",
		"survey": "surveys/tr.yaml",
	} {
		files[kind] = l.shape(place{file: file, path: kind}, "", 0)
	}
	whole := all(maps.Clone(files))
	for kind, s := range files {
		alone := *s
		alone.Dialect, alone.Title = dialect, "Besedka "+kind
		files[kind] = &alone
	}
	files["all"] = whole
	return files
}

func names(v flows.Vocabulary) map[string][]string {
	types := make([]string, 0, len(flows.Reasons))
	for t := range flows.Reasons {
		types = append(types, string(t))
	}
	slices.Sort(types)
	all := slices.Concat(types, flows.QuestionTypes())
	slices.Sort(all)
	return map[string][]string{
		"type": slices.Compact(all), "expect": types, "call": slices.Sorted(maps.Keys(v.Calls)), "event": slices.Sorted(maps.Keys(v.Events)),
		"channels": flows.ChannelNames(), "consent": {flows.PersonalData, flows.Rules, flows.Advertising},
	}
}

func anyOf[V any](m map[string]V) string {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		return name
	}
	return "none"
}

// shape is what the reader takes in a place: the value of key.
func (l *learner) shape(p place, key string, deep int) *Schema {
	var shapes []*Schema
	if s := l.scalar(p, key); s != nil {
		shapes = append(shapes, s)
	}
	if deep < depth && !l.ask(p, "[T]").has(wrongShape) {
		shapes = append(shapes, &Schema{Type: []string{"array"}, Items: l.shape(p.item(), key, deep+1)})
	}
	if deep < depth && !l.ask(p, "{"+anyName+": T}").has(wrongShape) {
		shapes = append(shapes, l.object(p, deep))
	}
	return either(shapes)
}

// scalar is what a single value may be; nil when it may not. A text may look
// like a number to others: the reader takes it as it is written.
func (l *learner) scalar(p place, key string) *Schema {
	text := l.ask(p, "T")
	switch {
	case p.before == "":
		return nil
	case text.misses() && l.names[key] != nil:
		return &Schema{Type: []string{"string"}, Enum: l.accepted(p, l.names[key])}
	case !text.has(wrongShape):
		return &Schema{Type: []string{"string", "number", "boolean"}}
	case !l.ask(p, "1.5").has(wrongShape):
		return &Schema{Type: []string{"number"}}
	case !l.ask(p, "1").has(wrongShape):
		return &Schema{Type: []string{"integer"}}
	case !l.ask(p, "true").has(wrongShape):
		return &Schema{Type: []string{"boolean"}}
	}
	return nil
}

// accepted are the names that mean something in the place.
func (l *learner) accepted(p place, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		a := l.ask(p, name)
		return a.misses() || a.has(wrongValue)
	})
}

func (l *learner) object(p place, deep int) *Schema {
	company := l.company[p.path]
	found := l.ask(p, "{"+anyName+": T"+beside(anyName, company)+"}")
	required := l.ask(p, "{"+anyName+": T}").required()
	keys, closed := found.known()
	switch {
	case closed:
		return object(l.values(p, keys, company, deep), required)
	case len(required) == 1:
		return l.variants(p, required[0], deep)
	}
	s := open(l.shape(p.value(anyName, company), "", deep+1))
	if l.ask(p, "{T: T}").hasInside(unknownKind) {
		s.Names = &Schema{Enum: l.names["consent"]}
	}
	return s
}

// variants is a map whose other keys depend on the value of one.
func (l *learner) variants(p place, key string, deep int) *Schema {
	values := map[string]*Schema{key: l.shape(p.value(key, nil), key, deep+1)}
	s := object(values, []string{key})
	for _, name := range values[key].Enum {
		company := []string{key + ": " + name}
		keys, _ := l.ask(p, "{"+anyName+": T"+beside(anyName, company)+"}").known()
		slices.Sort(keys)
		others := slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return values[k] != nil })
		maps.Copy(values, l.values(p, others, company, deep))
		s.AllOf = append(s.AllOf, &Schema{
			If:   &Schema{Properties: map[string]*Schema{key: {Const: name}}},
			Then: &Schema{Names: &Schema{Enum: keys}},
		})
	}
	return s
}

func (l *learner) values(p place, keys, company []string, deep int) map[string]*Schema {
	values := map[string]*Schema{}
	for _, key := range keys {
		values[key] = l.shape(p.value(key, company), key, deep+1)
	}
	return values
}
