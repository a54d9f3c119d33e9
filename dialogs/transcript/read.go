package transcript

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/source"
	"besedka/flows"
)

// test is one transcript.
type test struct {
	source.Pos
	name     string
	now      time.Time
	channel  chat.Channel
	lang     string
	seed     int64
	facts    map[string]expr.Value
	segments []string // those that hold; nil: as the facts say
	stubs    map[string][]stub
	lines    []line
	then     then
}

// line is one thing that happens and what must follow. Empty expectations
// expect nothing.
type line struct {
	source.Pos
	input   func(p *player) error
	facts   map[string]expr.Value // what has changed before it
	bot     []string              // slots said, all of them
	hears   bool                  // bot is given
	text    []string              // parts of what is said, in order
	buttons []string              // titles of the last message
	shows   bool                  // buttons is given
	media   []string              // pictures shown, by their files; nil when not asked
	edit    *bool                 // whether what is said changes the message before it; nil when not asked
	save    map[string]string     // answers kept
	at      string                // where the session stands: flow/step, - for nothing asked
}

// then is what must hold at the end.
type then struct {
	source.Pos
	at    string
	calls map[string]int64
}

// reader reads one file of tests against what scripts may speak of.
type reader struct {
	p        *flows.Programme
	v        flows.Vocabulary
	kinds    map[string]expr.Kind // of facts
	problems []*source.Problem
}

func (r *reader) report(at source.Pos, what, cure source.Text) {
	r.problems = append(r.problems, &source.Problem{Pos: at, Code: "L130", What: what, Cure: cure})
}

// files lists the tests of a programme folder.
func files(fsys fs.FS) ([]string, error) {
	var names []string
	for _, pattern := range []string{"flows/*.test.yaml", "surveys/*.test.yaml"} {
		found, err := fs.Glob(fsys, pattern)
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	return names, nil
}

func (r *reader) read(fsys fs.FS, name string) []test {
	text, err := source.ReadFile(fsys, name)
	if err != nil {
		r.report(source.Pos{File: path.Clean(name), Line: 1, Col: 1}, source.Sentence("файл не читается", "the file cannot be read"), source.Sentence("проверьте, что он есть", "check that it is there"))
		return nil
	}
	return r.parse(name, text)
}

func (r *reader) parse(name string, text []byte) []test {
	n, problems := source.Parse(name, text)
	r.problems = append(r.problems, problems...)
	var tests []test
	for _, item := range n.AsList(&r.problems) {
		tests = append(tests, r.test(item))
	}
	return tests
}

func (r *reader) test(n *source.Node) test {
	o := source.Fields(n, &r.problems)
	o.Require("test", "script")
	t := test{Pos: n.Pos, name: o.Text("test")}
	r.given(&t, o.Object("given"))
	t.stubs = r.stubs(o.Map("stub"))
	for _, item := range o.List("script") {
		t.lines = append(t.lines, r.line(item))
	}
	if o.Has("then") {
		t.then = r.then(o.Object("then"), o.At("then"))
	}
	o.Done()
	return t
}

// defaultNow is when a test happens that does not say.
const defaultNow = "2026-12-01T10:00+03:00"

var timeForms = []string{time.RFC3339, "2006-01-02T15:04Z07:00"}

func (r *reader) given(t *test, o *source.Object) {
	t.now, t.channel, t.lang, t.seed = r.time(defaultNow), chat.Telegram, r.p.Base(), o.Int("seed")
	if text := o.Text("now"); text != "" {
		if t.now = r.time(text); t.now.IsZero() {
			r.report(o.At("now"), source.Sentence("это не время", "this is not a time"), source.Sentence("пишите 2026-12-01T10:00+03:00", "write 2026-12-01T10:00+03:00"))
		}
	}
	if c := o.Text("channel"); c != "" {
		t.channel = chat.Channel(c)
	}
	if l := o.Text("lang"); l != "" {
		t.lang = l
	}
	t.facts = r.values(o.Map("facts"), r.kinds)
	if o.Has("segments") {
		t.segments = append([]string{}, o.Texts("segments")...)
		r.segments(o.At("segments"), t.segments)
	}
	o.Done()
}

func (r *reader) segments(at source.Pos, list []string) {
	for _, name := range list {
		if r.p.Segments[name] == nil {
			r.report(at, source.Sentence("нет группы «%s»", "there is no segment %q", name), source.Meant(name, names(r.p.Segments)))
		}
	}
}

func (r *reader) time(text string) time.Time {
	for _, form := range timeForms {
		if at, err := time.Parse(form, text); err == nil {
			return at
		}
	}
	return time.Time{}
}

// values reads facts, arguments and stubbed values by their kinds. Money and
// points are written in rubles and whole points: 1284.50.
func (r *reader) values(entries []source.Entry, kinds map[string]expr.Kind) map[string]expr.Value {
	values := make(map[string]expr.Value, len(entries))
	for _, e := range entries {
		kind, ok := kinds[e.Key.Text]
		if !ok {
			r.report(e.Key.Pos, source.Sentence("нет имени «%s»", "there is no name %q", e.Key.Text), source.Meant(e.Key.Text, names(kinds)))
			continue
		}
		values[e.Key.Text] = r.value(e.Value, kind)
	}
	return values
}

func (r *reader) value(n *source.Node, kind expr.Kind) expr.Value {
	switch kind {
	case expr.Bool:
		return expr.BoolOf(n.AsBool(&r.problems))
	case expr.Count:
		return expr.CountOf(n.AsInt(&r.problems))
	case expr.Money, expr.Points:
		return r.amount(n, kind)
	}
	v, err := expr.ParseValue(kind, n.AsText(&r.problems))
	if err != nil {
		r.report(n.Pos, source.Sentence("значение не читается", "the value cannot be read"), source.Sentence("дату пишут 2026-05-03", "a date is written 2026-05-03"))
	}
	return v
}

func (r *reader) amount(n *source.Node, kind expr.Kind) expr.Value {
	d := n.AsDecimal(&r.problems)
	if d == nil {
		return expr.Value{}
	}
	minor := d.Mul(d, hundred)
	if !minor.IsInt() || !minor.Num().IsInt64() {
		r.report(n.Pos, source.Sentence("в сумме больше двух знаков после точки", "an amount with more than two decimals"), source.Sentence("рубли и копейки: 99.90", "rubles and kopecks: 99.90"))
		return expr.Value{}
	}
	if kind == expr.Money {
		return expr.MoneyOf(minor.Num().Int64())
	}
	return expr.PointsOf(minor.Num().Int64())
}

func (r *reader) then(o *source.Object, at source.Pos) then {
	t := then{Pos: at, at: o.Text("at"), calls: map[string]int64{}}
	for _, e := range o.Map("calls") {
		if _, ok := r.v.Calls[e.Key.Text]; !ok {
			r.noCall(e.Key)
		}
		t.calls[e.Key.Text] = e.Value.AsInt(&r.problems)
	}
	o.Done()
	return t
}

func names[V any](m map[string]V) []string {
	list := make([]string, 0, len(m))
	for name := range m {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

func clean(s string) string { return strings.Join(strings.Fields(s), " ") }
