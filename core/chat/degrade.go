package chat

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Degrade fits m to a channel: long text becomes several messages, the
// keyboard stands under the last one, and buttons go down the ladder inline,
// list, reply keyboard, numbered text until they fit. Nothing is lost except a
// contact button on a channel that cannot ask for a contact: there the person
// types the phone. Only what is one message of mere text can be changed, or take
// another's place. An empty message gives no wires.
func Degrade(m Message, c Caps) []Wire {
	text := strings.TrimSpace(m.Text)
	if m.Media != nil && c.Picture == 0 {
		text = join(m.Media.Alt, text)
		m.Media = nil
	}
	kb, lines := fitButtons(m.Buttons, c)
	text = join(text, lines)
	if text == "" && kb != nil { // a message needs words
		text = titles(kb)
	}

	wires := fitText(text, m.Media, c)
	if len(wires) > 0 {
		wires[len(wires)-1].Keyboard = kb
	}
	if len(wires) == 1 && wires[0].Media == nil && (kb == nil || kb.Kind == Inline) {
		wires[0].Thread, wires[0].Over = m.Thread, m.Over
	}
	return wires
}

// fitText makes the text a caption when it fits under the picture, and cuts it
// when it is too long for one message.
func fitText(text string, picture *Media, c Caps) []Wire {
	if picture != nil && c.Caption.fits(text) {
		return []Wire{{Text: text, Media: picture}}
	}
	var wires []Wire
	if picture != nil {
		wires = append(wires, Wire{Media: picture})
	}
	for _, part := range split(text, c.Text) {
		wires = append(wires, Wire{Text: part})
	}
	return wires
}

// fitButtons chooses the highest rung that holds every button, and words what
// that rung cannot show.
func fitButtons(buttons []Button, c Caps) (kb *Keyboard, lines string) {
	if c.Contact == "" {
		buttons = slices.DeleteFunc(slices.Clone(buttons), func(b Button) bool { return b.Contact })
	}
	for _, kind := range []Kind{Inline, List, Reply, Numbered} {
		keys, links := buttons, []Button(nil)
		if c.Links != kind {
			keys, links = partition(buttons, func(b Button) bool { return b.URL == "" })
		}
		if len(keys) == 0 {
			return nil, wordLinks(links)
		}
		if kind == Numbered {
			kb := &Keyboard{Kind: Numbered, Rows: column(keys)}
			return kb, join(number(keys), wordLinks(links))
		}
		if c.holds(kind, keys) {
			return &Keyboard{Kind: kind, Rows: c.grid(kind).rows(keys)}, wordLinks(links)
		}
	}
	return nil, ""
}

// holds says whether a keyboard of this kind can show all keys.
func (c Caps) holds(kind Kind, keys []Button) bool {
	g := c.grid(kind)
	if len(keys) > g.Max {
		return false
	}
	return !slices.ContainsFunc(keys, func(b Button) bool {
		return !g.Title.fits(b.Title) || b.Contact && kind != c.Contact
	})
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
	if !slices.ContainsFunc(keys, func(b Button) bool { _, err := strconv.Atoi(b.Title); return err != nil }) {
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
