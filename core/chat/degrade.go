package chat

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Degrade fits m to a channel: long text becomes several messages, the
// keyboard stands under the last one, and buttons go down the ladder inline,
// list, reply keyboard, numbered text until they fit. A title too long for a
// rung is cut where the whole of it can be read beside: in its row's second
// line, or in the text. Nothing is lost except a contact button on a channel that
// cannot ask for a contact: there the person types the phone. Only what is one
// message of mere text can be changed, or take another's place. A template stands in
// for the first of several messages: the others wait for the person to write. A file goes
// as what Caps.as says; of one that a channel does not send its words are left. An empty
// message gives no wires.
func Degrade(m Message, c Caps) []Wire {
	text := strings.TrimSpace(m.Text)
	switch {
	case m.Media != nil && !c.Sends(*m.Media):
		text = join(m.Media.Alt, text)
		m.Media = nil
	case m.Media != nil:
		sent := *m.Media
		sent.Kind = c.as(sent)
		m.Media = &sent
	}
	kb, text := c.fitButtons(m.Buttons, text)
	if text == "" && kb != nil { // a message needs words
		text = titles(kb)
	}
	if kb != nil && kb.Kind == List {
		kb.Label = m.Label
	}

	wires := c.fitText(text, m.Media, kb)
	if len(wires) > 0 {
		wires[len(wires)-1].Keyboard = kb
	}
	if len(wires) == 1 && wires[0].Media == nil && (kb == nil || kb.Kind == Inline) {
		wires[0].Thread, wires[0].Over = m.Thread, m.Over
	}
	if len(wires) > 0 && c.Window > 0 {
		wires[0].Template = m.Template
	}
	return wires
}

// fitText makes the text a caption when it fits under the picture or file, and cuts it
// when it is too long for one message.
func (c Caps) fitText(text string, picture *Media, kb *Keyboard) []Wire {
	bare := kb != nil && c.grid(kb.Kind).Bare || picture != nil && picture.Kind == Voice
	if picture != nil && !bare && c.Caption.fits(text) && c.over(kb).fits(text) {
		return []Wire{{Text: text, Media: picture}}
	}
	var wires []Wire
	if picture != nil {
		wires = append(wires, Wire{Media: picture})
	}
	for _, part := range c.parts(text, c.over(kb)) {
		wires = append(wires, Wire{Text: part})
	}
	return wires
}

// parts splits a text so that its end keeps to the limit last, which is no
// higher than that of the others. Some messengers bill by message: it takes one
// more at most.
func (c Caps) parts(text string, last Limit) []string {
	parts := split(text, c.Text)
	if len(parts) == 0 || last.fits(parts[len(parts)-1]) {
		return parts
	}
	long := parts[len(parts)-1]
	pieces := split(long, last)
	end := pieces[len(pieces)-1]
	return append(parts[:len(parts)-1], strings.TrimRightFunc(strings.TrimSuffix(long, end), breakable), end)
}

// fitButtons chooses the highest rung that holds every button, and adds to the
// text what that rung cannot show.
func (c Caps) fitButtons(buttons []Button, text string) (*Keyboard, string) {
	if c.Contact == "" {
		buttons = slices.DeleteFunc(slices.Clone(buttons), func(b Button) bool { return b.Contact })
	}
	for _, kind := range []Kind{Inline, List, Reply} {
		keys, links := buttons, []Button(nil)
		if c.Links != kind {
			keys, links = partition(buttons, func(b Button) bool { return b.URL == "" })
		}
		if len(keys) == 0 {
			return nil, join(text, wordLinks(links))
		}
		kb, whole := c.hold(kind, keys)
		if kb == nil {
			continue
		}
		if whole {
			return kb, join(text, wordLinks(links))
		}
		if said := join(join(text, number(keys)), wordLinks(links)); c.over(kb).fits(said) {
			return kb, said
		}
	}
	keys, links := partition(buttons, func(b Button) bool { return b.URL == "" })
	if len(keys) == 0 {
		return nil, join(text, wordLinks(links))
	}
	return &Keyboard{Kind: Numbered, Rows: column(keys)}, join(join(text, number(keys)), wordLinks(links))
}

// hold is a keyboard of this kind with all keys, nil when it cannot hold them.
// It is whole when they show their titles in full.
func (c Caps) hold(kind Kind, keys []Button) (kb *Keyboard, whole bool) {
	g := c.grid(kind)
	if len(keys) > g.Max || slices.ContainsFunc(keys, func(b Button) bool { return b.Contact && kind != c.Contact }) {
		return nil, false
	}
	shown, whole := g.shorten(keys)
	if !whole && (kind == Reply || same(shown)) || g.Unique && same(shown) { // a reply key is heard by its title
		return nil, false
	}
	rows := g.rows(shown)
	if g.Rows > 0 && len(rows) > g.Rows {
		return nil, false
	}
	return &Keyboard{Kind: kind, Rows: rows}, whole
}

// shorten cuts what is too long to stand on keys. They are still whole when the
// rest of each title stands under it.
func (g Grid) shorten(keys []Button) (shown []Button, whole bool) {
	shown, whole = slices.Clone(keys), true
	for i, b := range keys {
		if g.Title.fits(b.Title) {
			continue
		}
		room := Limit{g.Title.Max - g.Title.size(ellipsis), g.Title.Unit}
		head := b.Title[:cut(b.Title, room)]
		rest := strings.TrimSpace(strings.TrimPrefix(b.Title, head))
		shown[i].Title = strings.TrimSpace(head) + ellipsis
		if g.Desc.Max > 0 && g.Desc.fits(ellipsis+rest) {
			shown[i].Desc = ellipsis + rest
		} else {
			whole = false
		}
	}
	return shown, whole
}

const ellipsis = "…"

// same says whether two keys look alike.
func same(keys []Button) bool {
	seen := map[[2]string]bool{}
	for _, b := range keys {
		seen[[2]string{b.Title, b.Desc}] = true
	}
	return len(seen) < len(keys)
}

// rows lays keys out in their order, as many in a row as fit.
func (g Grid) rows(keys []Button) [][]Button {
	var rows [][]Button
	width := 0
	for _, b := range keys {
		w := Limit{Unit: Rune}.size(b.Title)
		last := len(rows) - 1
		if last < 0 || len(rows[last]) >= g.PerRow || g.Width > 0 && width+w > g.Width {
			rows, last, width = append(rows, nil), last+1, 0
		}
		rows[last] = append(rows[last], b)
		width += w
	}
	return rows
}

func column(keys []Button) [][]Button {
	rows := make([][]Button, len(keys))
	for i, b := range keys {
		rows[i] = []Button{b}
	}
	return rows
}

// number lists keys by their numbers, but those of a scale, which are numbers
// themselves: 1. 0, 2. 1 would have people answer with the wrong one.
func number(keys []Button) string {
	if areNumbers(keys) {
		all := make([]string, len(keys))
		for i, b := range keys {
			all[i] = b.Title
		}
		return strings.Join(all, " · ")
	}
	lines := make([]string, len(keys))
	for i, b := range keys {
		lines[i] = fmt.Sprintf("%d. %s", i+1, b.Title)
	}
	return strings.Join(lines, "\n")
}

func areNumbers(keys []Button) bool {
	return !slices.ContainsFunc(keys, func(b Button) bool { _, err := strconv.Atoi(b.Title); return err != nil })
}

func wordLinks(links []Button) string {
	lines := make([]string, len(links))
	for i, b := range links {
		lines[i] = b.Title + ": " + b.URL
	}
	return strings.Join(lines, "\n")
}

func titles(kb *Keyboard) string {
	var all []string
	for _, b := range slices.Concat(kb.Rows...) {
		all = append(all, b.Title)
	}
	return strings.Join(all, " / ")
}

func partition(bs []Button, in func(Button) bool) (yes, no []Button) {
	for _, b := range bs {
		if in(b) {
			yes = append(yes, b)
		} else {
			no = append(no, b)
		}
	}
	return yes, no
}

// join puts an empty line between two paragraphs that are both there.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n\n" + b
}
