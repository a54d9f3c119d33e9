package transcript

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/source"
	"besedka/dialogs"
	"besedka/flows"
)

// Talk is a conversation tried out by hand. It is played as transcripts are,
// and may be written down as one.
type Talk struct {
	read   *reader
	ask    func(Question) (string, error)
	player *player
	shown  []chat.Button     // under the last words
	asked  map[string][]stub // answers to calls given by hand
	script []string          // what has happened, as lines of a transcript
}

// Setting is how a talk begins. What is left out is as in a transcript.
type Setting struct {
	File     string // name and text of a transcript whose first test is the setting and the stubs
	Text     []byte
	Now      time.Time
	Channel  chat.Channel
	Lang     string
	Seed     int64
	Segments []string      // that hold, and no others do; nil: as facts say
	Facts    dialogs.Facts // where the file says nothing
	Ask      func(Question) (string, error)
}

// Question asks how the core answers a call: an outcome or its number, and
// perhaps values as name=value.
type Question struct {
	dialogs.Call
	Outcomes []string
	Values   []string // names of what may come with an outcome
	Wrong    error    // with the answer before
}

// Reply is what a line has led to.
type Reply struct {
	Messages []chat.Message
	Notes    []dialogs.Note
	Now      time.Time
}

// NewTalk begins a talk. Problems are mistakes in the setting.
func NewTalk(p *flows.Programme, v flows.Vocabulary, s Setting) (*Talk, []*source.Problem) {
	v = p.With(v)
	t := &Talk{read: &reader{p: p, v: v, kinds: p.Facts(v)}, ask: s.Ask, asked: map[string][]stub{}}
	given := t.read.setting(s)
	if len(t.read.problems) > 0 {
		return nil, t.read.problems
	}
	t.player = newPlayer(dialogs.New(p), p, given)
	t.player.ask = t.called
	return t, nil
}

// setting is a test without lines: the first of the file, where s says nothing
// else.
func (r *reader) setting(s Setting) test {
	t := test{now: r.time(defaultNow), channel: chat.Telegram, lang: r.p.Base()}
	if s.File != "" {
		if list := r.parse(s.File, s.Text); len(list) > 0 {
			t = list[0]
		}
	}
	if !s.Now.IsZero() {
		t.now = s.Now.In(r.p.Location)
	}
	t.facts = r.known(t.facts, s.Facts)
	if s.Seed != 0 {
		t.seed = s.Seed
	}
	if s.Segments != nil {
		t.segments = s.Segments
		r.segments(source.Pos{}, s.Segments)
	}
	r.tongue(&t, s)
	return t
}

// known are the facts of the file, beside those of the setting and consents
// that nobody has given.
func (r *reader) known(file, setting dialogs.Facts) dialogs.Facts {
	facts := dialogs.Facts{}
	for name := range r.kinds {
		if strings.HasPrefix(name, flows.ConsentPrefix) {
			facts[name] = expr.BoolOf(false)
		}
	}
	maps.Copy(facts, setting)
	maps.Copy(facts, file)
	return facts
}

// tongue takes channel and language, which must be the programme's.
func (r *reader) tongue(t *test, s Setting) {
	if s.Channel != "" {
		t.channel = s.Channel
		if !slices.Contains(r.p.Channels, s.Channel) && r.p.Channels != nil {
			r.report(source.Pos{}, source.Sentence("нет канала «%s»", "there is no channel %q", s.Channel), source.Sentence("есть: %v", "there are: %v", r.p.Channels))
		}
	}
	if s.Lang != "" {
		t.lang = s.Lang
		if !slices.Contains(r.p.Languages, s.Lang) {
			r.report(source.Pos{}, source.Sentence("программа не говорит на «%s»", "the programme does not speak %q", s.Lang), source.Sentence("есть: %v", "there are: %v", r.p.Languages))
		}
	}
}

// Do lets happen what was typed. After an error nothing has.
func (t *Talk) Do(typed string) (Reply, error) {
	fields, err := t.fields(typed)
	if err != nil {
		return Reply{}, err
	}
	l, err := t.line(fields)
	if err != nil {
		return Reply{}, err
	}
	before, asked := *t.player, maps.Clone(t.asked)
	before.facts, before.calls = maps.Clone(before.facts), maps.Clone(before.calls)
	if err := t.player.do(l); err != nil {
		*t.player, t.asked = before, asked
		return Reply{}, err
	}
	t.script = append(t.script, t.player.happened(fields))
	return t.reply(), nil
}

// line reads the fields of a line as transcripts are read.
func (t *Talk) line(fields string) (line, error) {
	n, problems := source.Parse("", []byte("{ "+fields+" }"))
	t.read.problems = problems
	if len(problems) > 0 {
		return line{}, told(problems)
	}
	l := t.read.line(n)
	return l, told(t.read.problems)
}

// told is the first of problems as an error.
func told(problems []*source.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return problems[0]
}

func (t *Talk) reply() Reply {
	r := Reply{Notes: t.player.notes, Now: t.player.now.In(t.player.zone)}
	for _, s := range t.player.said {
		r.Messages = append(r.Messages, s.Message)
	}
	if len(r.Messages) > 0 {
		t.shown = nil
	}
	for _, m := range r.Messages {
		if len(m.Buttons) > 0 {
			t.shown = m.Buttons
		}
	}
	return r
}

// errNobody says that a call has neither a stub nor anyone to ask.
var errNobody = errors.New("nobody to ask how the core answers")

// called asks by hand until the answer is one.
func (t *Talk) called(c *dialogs.Call) (stub, error) {
	if t.ask == nil {
		return stub{}, errNobody
	}
	call := t.read.v.Calls[c.Name]
	q := Question{Call: *c, Outcomes: call.Outcomes, Values: names(call.Values)}
	for {
		typed, err := t.ask(q)
		if err != nil {
			return stub{}, err
		}
		s, wrong := t.stub(typed, call)
		if wrong == nil {
			t.asked[c.Name] = append(t.asked[c.Name], s)
			return s, nil
		}
		q.Wrong = wrong
	}
}
