package transcript

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/core/fiscal"
	"besedka/core/source"
	"besedka/dialogs"
	"besedka/flows"
)

var hundred = big.NewRat(100, 1)

// line reads one entry of a script.
func (r *reader) line(n *source.Node) line {
	o := source.Fields(n, &r.problems)
	l := line{
		Pos: n.Pos, input: r.input(n, o), facts: r.values(o.Map("facts"), r.kinds),
		bot: o.Texts("bot"), hears: o.Has("bot"), text: o.Texts("text"), buttons: o.Texts("buttons"), shows: o.Has("buttons"), at: o.Text("at"),
	}
	if o.Has("edit") {
		edits := o.Bool("edit")
		l.edit = &edits
	}
	if o.Has("media") {
		l.media = append([]string{}, o.Texts("media")...)
	}
	if o.Has("save") {
		l.save = map[string]string{}
	}
	for _, e := range o.Map("save") {
		if e.Value.Kind == source.List {
			l.save[e.Key.Text] = bracketed(e.Value.AsTexts(&r.problems))
		} else {
			l.save[e.Key.Text] = e.Value.AsText(&r.problems)
		}
	}
	o.Done()
	return l
}

// input reads what happens in a line: exactly one thing, or nothing but a
// change of facts.
func (r *reader) input(n *source.Node, o *source.Object) func(*player) error {
	var found []func(*player) error
	add := func(key string, do func(text string) func(*player) error) {
		if o.Has(key) {
			found = append(found, do(o.Text(key)))
		}
	}
	add("user", func(text string) func(*player) error { return says(chat.Inbound{Text: text}) })
	add("start", func(text string) func(*player) error { return says(chat.Inbound{Start: text}) })
	add("photo", func(text string) func(*player) error { return says(chat.Inbound{Photo: photo(text, false)}) })
	add("document", func(text string) func(*player) error { return says(chat.Inbound{Photo: photo(text, true)}) })
	add("location", func(text string) func(*player) error {
		lat, lon, _ := strings.Cut(text, ",")
		return says(chat.Inbound{Location: &chat.Point{Lat: strings.TrimSpace(lat), Lon: strings.TrimSpace(lon)}})
	})
	add("contact", func(text string) func(*player) error {
		return says(chat.Inbound{Contact: &chat.Contact{Phone: text, Own: o.Bool("own")}})
	})
	add("press", func(text string) func(*player) error { return func(p *player) error { return p.press(text) } })
	add("later", func(text string) func(*player) error { return r.later(o.At("later"), text) })
	add("event", func(text string) func(*player) error { return r.event(o, text) })
	add("begin", func(text string) func(*player) error { return r.begin(o.At("begin"), text) })
	if len(found) > 1 || len(found) == 0 && !o.Has("facts") {
		r.report(n.Pos, source.Sentence("в строке нужно ровно одно событие", "a line needs exactly one thing that happens"),
			source.Sentence("есть: user, press, photo, document, contact, location, start, event, later, begin", "there are: user, press, photo, document, contact, location, start, event, later, begin"))
	}
	if len(found) == 0 {
		return func(*player) error { return nil }
	}
	return found[0]
}

// photo is one that was named by the code in it, or by any name when it has none.
func photo(name string, pdf bool) *chat.Photo {
	p := &chat.Photo{Blob: name, PDF: pdf}
	if fiscal.IsReceipt(name) {
		p.Codes = []string{name}
	}
	return p
}

func says(in chat.Inbound) func(*player) error {
	return func(p *player) error { return p.turn(dialogs.Input{Chat: &in}) }
}

// begin reads flow/step, the first step when only the flow is named.
func (r *reader) begin(at source.Pos, text string) func(*player) error {
	id, step, _ := strings.Cut(text, "/")
	f := r.p.Flows[id]
	if f == nil {
		r.report(at, source.Sentence("нет сценария «%s»", "there is no flow %q", id), source.Meant(id, names(r.p.Flows)))
		return nil
	}
	if step == "" {
		step = f.Steps[0].ID
	}
	if f.Step(step) == nil {
		r.report(at, source.Sentence("в сценарии %s нет шага «%s»", "the flow %s has no step %q", id, step), source.Meant(step, stepNames(f)))
	}
	return func(p *player) error { return p.begin(id, step) }
}

func stepNames(f *flows.Flow) []string {
	list := make([]string, len(f.Steps))
	for i, s := range f.Steps {
		list[i] = s.ID
	}
	return list
}

func (r *reader) event(o *source.Object, name string) func(*player) error {
	args, ok := r.v.Events[name]
	if !ok {
		r.report(o.At("event"), source.Sentence("нет события «%s»", "there is no event %q", name), source.Meant(name, names(r.v.Events)))
	}
	e := &dialogs.Event{Name: name, Args: r.values(o.Map("with"), args)}
	return func(p *player) error { return p.turn(dialogs.Input{Event: e}) }
}

var units = map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}

// maxLater is how much time one line may let pass: nobody waits longer.
const maxLater = 3660 * 24 * time.Hour

func (r *reader) later(at source.Pos, text string) func(*player) error {
	unit := time.Duration(0)
	if text != "" {
		unit = units[text[len(text)-1]]
	}
	count, err := strconv.Atoi(text[:max(0, len(text)-1)])
	switch {
	case unit == 0, count <= 0, err != nil && !errors.Is(err, strconv.ErrRange):
		r.report(at, source.Sentence("это не промежуток времени", "this is not a span of time"), source.Sentence("пишите 30m, 2h, 7d", "write 30m, 2h, 7d"))
	case err != nil, time.Duration(count) > maxLater/unit:
		r.report(at, source.Sentence("это больше десяти лет", "this is more than ten years"), source.Sentence("пишите 30m, 2h, 7d; самое долгое - 3660d", "write 30m, 2h, 7d; 3660d at most"))
	}
	return func(p *player) error { return p.later(time.Duration(count) * unit) }
}

// press taps the newest button with this title, on whatever message it stands.
func (p *player) press(title string) error {
	for i := len(p.buttons) - 1; i >= 0; i-- {
		b := p.buttons[i]
		if b.Title != title {
			continue
		}
		if b.Token == "" {
			return fmt.Errorf("button %q opens a page or asks for a contact, it cannot be pressed here", title)
		}
		return p.turn(dialogs.Input{Chat: &chat.Inbound{Tap: b.Token}})
	}
	return fmt.Errorf("no button %q was shown", title)
}

// maxTimers is how many promises may fall due in one line.
const maxTimers = 1000

// later lets time pass: every promise that falls due on the way wakes the
// session at its own time.
func (p *player) later(d time.Duration) error {
	until := p.now.Add(d)
	for range maxTimers {
		r := p.promise
		if r == nil || r.At.After(until) {
			p.now = until
			return nil
		}
		if r.At.After(p.now) {
			p.now = r.At
		}
		p.promise = nil
		if err := p.turn(dialogs.Input{Timer: true}); err != nil {
			return err
		}
	}
	return fmt.Errorf("more than %d timers fell due in one line", maxTimers)
}
