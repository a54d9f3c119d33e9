package schema

import (
	"io/fs"
	"maps"
	"reflect"
	"slices"

	"besedka/core/expr"
	"besedka/core/source"
	"besedka/flows"
)

// learner asks the reader of programmes what it takes.
type learner struct {
	vocabulary flows.Vocabulary
	tests      Tests
	programme  *flows.Programme    // that the tests are of
	chosen     map[string][]string // by path: keys that stand for those the writer chooses
	names      map[string][]string // by key: what its value may name
	company    map[string][]string // by path: keys without which others are not read
}

// anyName is a key that the reader takes wherever the writer chooses keys, even
// among the consents, and that none of its own is called.
const anyName = flows.PersonalData

// depth ends a walk through shapes that hold themselves.
const depth = 12

// Tests reads the tests of a folder and returns their mistakes: they are played
// by what stands above the scripts, which only it can read.
type Tests func(files fs.FS, p *flows.Programme, v flows.Vocabulary) []*source.Problem

// Learn returns the schemas of files by their kind, and of any of them.
func Learn(v flows.Vocabulary, tests Tests) map[string]*Schema {
	p, _ := flows.Load(framed("", ""), v)
	l := &learner{vocabulary: v, tests: tests, programme: p, names: names(v), company: map[string][]string{
		"programme":                       {"languages: [ru]"},
		"survey/reward":                   {"bonus: 1"},
		"flow/steps/" + anyName:           {"call: " + anyOf(v.Calls), "ask: T", "expect: text"},
		"flow/steps/" + anyName + "/wait": {"event: " + anyOf(v.Events)},
	}, chosen: map[string][]string{"translation": {"ask.ask", "ask.buttons", "defaults.retry"}}}
	l.sayOfTests()
	files := map[string]*Schema{}
	for kind, file := range map[string]string{
		"flow": "flows/lost.yaml", "programme": "programme.yaml", "profile": "profile.yaml", "segments": "segments.yaml", "faq": "faq.yaml", "services": "services.yaml", "catalogue": "catalogue.yaml", "partners": "partners.yaml", "prizes": "prizes.yaml", "tiers": "tiers.yaml", "letters": "letters.yaml", "templates": "templates.yaml", "campaign": "campaigns/tr.yaml",
		"test": testFile, "translation": translationFile,
		"survey": "surveys/tr.yaml",
	} {
		files[kind] = l.shape(place{file: file, path: kind}, "", 0)
	}
	l.nameInTests(files["test"].Items)
	whole := all(maps.Clone(files))
	for kind, s := range files {
		alone := *s
		alone.Dialect, alone.Title = dialect, "Besedka "+kind
		files[kind] = &alone
	}
	files["all"] = whole
	return files
}

// sayOfTests names what a test may speak of: calls, events and facts whose values
// are texts, which look like anything.
func (l *learner) sayOfTests() {
	const test, line = "test/-", "test/-/script/-"
	for name, call := range l.vocabulary.Calls {
		if value := textIn(call.Values); value != "" {
			l.chosen[test+"/stub"] = []string{name}
			for _, answer := range []string{"/stub/" + name, "/stub/" + name + "/-"} {
				l.chosen[test+answer+"/"+anyName] = []string{value}
			}
		}
	}
	for name, args := range l.vocabulary.Events {
		if value := textIn(args); value != "" {
			l.company[line] = []string{"event: " + name, "contact: T"}
			l.chosen[line+"/with"] = []string{value}
		}
	}
	l.chosen[test+"/given/facts"] = []string{flows.ProfilePrefix + "pet"}
	l.chosen[line+"/facts"] = l.chosen[test+"/given/facts"]
}

// nameInTests lists the calls and events that a test may name: its reader has one
// code for all that is not there, from which nothing of the kind is learned.
func (l *learner) nameInTests(test *Schema) {
	calls := &Schema{Enum: l.names["call"]}
	test.Properties["stub"].Names, test.Properties["then"].Properties["calls"].Names = calls, calls
	test.Properties["script"].Items.Properties["event"] = &Schema{Type: []string{"string"}, Enum: l.names["event"]}
}

func textIn(kinds map[string]expr.Kind) string {
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		if kinds[name] == expr.Text {
			return name
		}
	}
	return ""
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
	if l.unread(p) {
		return anyText()
	}
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

// unread says whether nobody looks at the value of a place: the when of a
// translated case is only held against that of the text.
func (l *learner) unread(p place) bool {
	for _, problem := range l.ask(p, "[{T: [[T]]}]").problems {
		if problem.Code == wrongShape || problem.Code == unknownKey || problem.Code == missing {
			return false
		}
	}
	return true
}

func anyText() *Schema { return &Schema{Type: []string{"string", "number", "boolean"}} }

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
		return anyText()
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
	s := open(l.free(p, company, deep))
	if l.ask(p, "{T: T}").hasInside(unknownKind) {
		s.Names = &Schema{Enum: l.names["consent"]}
	}
	return s
}

// free is the value of a key that the writer chooses.
func (l *learner) free(p place, company []string, deep int) *Schema {
	keys := l.chosen[p.path]
	if len(keys) == 0 {
		keys = []string{anyName}
	}
	var shapes []*Schema
	for _, key := range keys {
		s := l.shape(p.value(key, company), "", deep+1)
		if !slices.ContainsFunc(shapes, func(known *Schema) bool { return reflect.DeepEqual(known, s) }) {
			shapes = append(shapes, s)
		}
	}
	return either(shapes)
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
