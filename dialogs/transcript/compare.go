package transcript

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"besedka/core/expr"
	"besedka/dialogs"
)

// compare tells what differs from what the line expects, "" when nothing does.
func (p *player) compare(l line) string {
	var d diff
	if l.hears {
		d.slots(l.bot, p.slots())
	}
	d.text(l.text, p.text())
	if l.shows {
		d.list("buttons", l.buttons, p.titles())
	}
	if l.media != nil {
		d.list("media", l.media, p.pictures())
	}
	if l.edit != nil && *l.edit != p.edits() {
		d.add("edit", fmt.Sprint(*l.edit), fmt.Sprint(p.edits()))
	}
	if l.save != nil && !maps.Equal(l.save, p.saved) {
		d.add("save", braced(l.save), braced(p.saved))
	}
	if l.at != "" && l.at != p.place() {
		d.add("at", l.at, p.place())
	}
	if len(d) > 0 && l.text == nil {
		d = append(d, "  said: "+p.text())
	}
	return strings.Join(d, "\n")
}

// spelled is a saved value as tests write it; a list as one.
func spelled(v expr.Value) string {
	if v.Kind() == expr.Texts {
		return bracketed(v.Texts())
	}
	return v.String()
}

func bracketed(list []string) string { return "[" + strings.Join(list, ", ") + "]" }

// braced is what was saved, as a test writes it.
func braced(saved map[string]string) string {
	var pairs []string
	for _, field := range names(saved) {
		pairs = append(pairs, field+": "+saved[field])
	}
	return "{ " + strings.Join(pairs, ", ") + " }"
}

func (p *player) compareEnd(t then) string {
	var d diff
	if t.at != "" && t.at != p.place() {
		d.add("at", t.at, p.place())
	}
	for _, name := range names(t.calls) {
		if t.calls[name] != p.calls[name] {
			d.add("calls "+name, fmt.Sprint(t.calls[name]), fmt.Sprint(p.calls[name]))
		}
	}
	return strings.Join(d, "\n")
}

// diff is lines of what was wanted and what came.
type diff []string

func (d *diff) add(what, want, got string) {
	*d = append(*d, fmt.Sprintf("- %s: %s", what, want), fmt.Sprintf("+ %s: %s", what, got))
}

func (d *diff) list(what string, want, got []string) {
	if !slices.Equal(want, got) {
		d.add(what, strings.Join(want, ", "), strings.Join(got, ", "))
	}
}

// slots compares names of texts. A test may leave out the flow and the part of
// the step: name, name.retry, onboarding/name, onboarding/name.retry.1.
func (d *diff) slots(want, got []string) {
	if !slices.EqualFunc(want, got, sameSlot) {
		d.add("bot", strings.Join(want, ", "), strings.Join(got, ", "))
	}
}

func sameSlot(short, full string) bool {
	if !strings.Contains(short, "/") {
		_, full, _ = strings.Cut(full, "/")
	}
	rest, ok := strings.CutPrefix(full, short)
	return ok && (rest == "" || rest[0] == '.')
}

// text wants each part in what was said, one after another. Spaces are alike.
func (d *diff) text(parts []string, said string) {
	rest := said
	for _, part := range parts {
		_, after, ok := strings.Cut(rest, clean(part))
		if !ok {
			d.add("text", clean(part), said)
			return
		}
		rest = after
	}
}

func (p *player) slots() []string {
	var slots []string
	for _, s := range p.said {
		slots = append(slots, strings.Fields(s.Slot)...)
	}
	return slots
}

func (p *player) text() string {
	var texts []string
	for _, s := range p.said {
		texts = append(texts, s.Message.Text)
	}
	return clean(strings.Join(texts, "\n"))
}

func (p *player) titles() []string {
	var titles []string
	if len(p.said) > 0 {
		for _, b := range p.said[len(p.said)-1].Message.Buttons {
			titles = append(titles, b.Title)
		}
	}
	return titles
}

// pictures are the files shown.
func (p *player) pictures() []string {
	var files []string
	for _, s := range p.said {
		if s.Message.Media != nil {
			files = append(files, s.Message.Media.Path)
		}
	}
	return files
}

// edits says whether a message before was changed.
func (p *player) edits() bool {
	return slices.ContainsFunc(p.said, func(s dialogs.Say) bool { return s.Message.Over != "" })
}

func (p *player) place() string {
	var s dialogs.Session
	if err := json.Unmarshal(p.session, &s); err != nil || s.Step == "" {
		return "-"
	}
	return s.Flow + "/" + s.Step
}
