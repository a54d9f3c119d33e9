package dialogs

import (
	"slices"
	"strconv"
	"strings"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/flows"
)

// maxJoined is the length in bytes up to which texts of one turn travel as one
// message; some messengers bill by message, all of them split long ones.
const maxJoined = 3000

// ask says the question of s, after first when there is any, with its buttons.
func (t *turn) ask(s *step, first *flows.Text) error {
	if first != nil {
		if err := t.say(first, nil); err != nil {
			return err
		}
	}
	return t.say(s.Ask, s.Buttons)
}

// say adds a text to the turn. A text none of whose cases fits says nothing.
func (t *turn) say(x *flows.Text, buttons []*flows.Button) error {
	line, err := t.pick(x)
	if line == nil || err != nil {
		return err
	}
	say := Say{Slot: t.s.Flow + "/" + x.Slot, Message: chat.Message{Text: line.Render(t.arg, t.lang)}}
	if len(buttons) > 0 {
		say.Message.Buttons = t.buttons(buttons)
	}
	if i := t.joins(len(say.Message.Text)); i >= 0 {
		last := t.out[i].(Say)
		say.Slot = last.Slot + " " + say.Slot
		say.Message.Text = last.Message.Text + "\n\n" + say.Message.Text
		t.out = slices.Delete(slices.Clone(t.out), i, i+1)
	}
	t.out = append(t.out, say)
	return t.countMessages()
}

// joins finds the last message when a text of so many bytes may be added to
// it, else -1.
func (t *turn) joins(more int) int {
	for i := len(t.out) - 1; i >= 0; i-- {
		if last, ok := t.out[i].(Say); ok {
			if len(last.Message.Buttons) > 0 || len(last.Message.Text)+more > maxJoined {
				return -1
			}
			return i
		}
	}
	return -1
}

func (t *turn) countMessages() error {
	n := 0
	for _, e := range t.out {
		if _, ok := e.(Say); ok {
			n++
		}
	}
	if n > MaxMessages {
		return &LimitError{"messages", MaxMessages}
	}
	return nil
}

// pick takes the first case that fits and one of its lines. A line that
// prints something nobody knows is passed over while there is another.
func (t *turn) pick(x *flows.Text) (*flows.Line, error) {
	var last *flows.Line
	for i, c := range x.Cases {
		if c.When != nil {
			if holds, err := t.holds(c.When); err != nil || !holds {
				if err != nil {
					return nil, err
				}
				continue
			}
		}
		lines := t.lines(c)
		if line := t.draw(x, i, lines); line != nil {
			return line, nil
		}
		last = lines[0]
	}
	return last, nil
}

func (t *turn) lines(c *flows.Case) []*flows.Line {
	if lines := c.Lines[t.lang]; len(lines) > 0 {
		return lines
	}
	return c.Lines[t.e.p.Base()]
}

// draw picks a line by chance, which the seed decides, but not the one said
// here last; nil when no line can be said.
func (t *turn) draw(x *flows.Text, caseNo int, lines []*flows.Line) *flows.Line {
	if len(lines) == 1 {
		if t.known(lines[0]) {
			return lines[0]
		}
		return nil
	}
	key := hash(t.s.Flow, x.Slot)
	last := t.lastSaid(key)
	may := make([]int, 0, flows.MaxVariants)
	for i, line := range lines {
		if t.known(line) {
			may = append(may, i)
		}
	}
	if i := slices.Index(may, last-caseNo*flows.MaxVariants); i >= 0 && len(may) > 1 {
		may = slices.Delete(may, i, i+1)
	}
	if len(may) == 0 {
		return nil
	}
	chosen := may[mix(uint64(t.env.Seed)^uint64(t.env.Turn)<<32^uint64(key)^uint64(t.steps)<<56)%uint64(len(may))]
	t.remember(key, caseNo*flows.MaxVariants+chosen)
	return lines[chosen]
}

func (t *turn) known(line *flows.Line) bool {
	for _, name := range line.Needs {
		if v, ok := t.look(name); !ok || !v.Known() {
			return false
		}
	}
	return true
}

// Memory of variants: the slot's hash and the number of the variant, packed.
const variantBits = 12

func (t *turn) lastSaid(key uint32) int {
	for _, m := range t.s.Said {
		if uint32(m>>variantBits) == key {
			return int(m & (1<<variantBits - 1))
		}
	}
	return -1
}

func (t *turn) remember(key uint32, variant int) {
	said := make([]uint64, 0, MaxSaid+1)
	for _, m := range t.s.Said {
		if uint32(m>>variantBits) != key {
			said = append(said, m)
		}
	}
	said = append(said, uint64(key)<<variantBits|uint64(variant)&(1<<variantBits-1))
	t.s.Said = said[max(0, len(said)-MaxSaid):]
}

// hash is FNV-1a of a slot's full name.
func hash(flow, slot string) uint32 {
	const prime = 16777619
	h := uint32(2166136261)
	for _, s := range [...]string{flow, "/", slot} {
		for i := range len(s) {
			h = (h ^ uint32(s[i])) * prime
		}
	}
	return h
}

// mix spreads the bits of a seed: SplitMix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// buttons makes the buttons of a message. One whose address or argument nobody
// knows is left out.
func (t *turn) buttons(list []*flows.Button) []chat.Button {
	made := make([]chat.Button, 0, len(list))
	for _, b := range list {
		button, ok := t.button(b)
		if !ok {
			continue
		}
		if button.Title = b.Title[t.lang]; button.Title == "" {
			button.Title = b.Title[t.e.p.Base()]
		}
		made = append(made, button)
	}
	return made
}

func (t *turn) button(b *flows.Button) (made chat.Button, ok bool) {
	switch {
	case b.URL != nil:
		line, err := t.pick(b.URL)
		if err != nil || line == nil || !t.known(line) {
			return made, false
		}
		made.URL = line.Render(t.arg, t.lang)
	case b.Contact:
		made.Contact = true
	case b.Tap != "":
		return chat.Button{Token: t.standingToken(b)}, b.Arg == "" || t.s.Vars[b.Arg].Known()
	default:
		made.Token = t.token(b.ID)
	}
	return made, true
}

// token names an option of the pending question: the turn that asked it and
// the option, never its place, so that a keyboard outlives edits of the script
// and an older one is recognised.
func (t *turn) token(option string) string {
	return "t" + strconv.FormatInt(t.s.Asked, 36) + "." + option
}

const standingPrefix = "a."

func (t *turn) standingToken(b *flows.Button) string {
	if b.Arg == "" {
		return standingPrefix + b.Tap
	}
	return standingPrefix + b.Tap + "." + b.Arg + "." + t.s.Vars[b.Arg].String()
}

// standing finds who hears a standing tap, and what travelled with it.
func (t *turn) standing(token string) (*flows.Listen, map[string]expr.Value) {
	rest, ok := strings.CutPrefix(token, standingPrefix)
	if !ok {
		return nil, nil
	}
	parts := strings.Split(rest, ".")
	l := t.heard(func(h *hearing) *flows.Listen { return h.taps[parts[0]] })
	if l == nil || len(parts) != 3 {
		return l, nil
	}
	n, err := strconv.ParseInt(parts[2], 10, 64)
	if kind := t.e.varsOf(l)[parts[1]]; err != nil || kind != expr.Count {
		return nil, nil
	}
	return l, map[string]expr.Value{parts[1]: expr.CountOf(n)}
}

// varsOf are the variables of the flow that an entry begins.
func (e *Engine) varsOf(l *flows.Listen) map[string]expr.Kind {
	if s := e.scripts[l.Run+l.Go]; s != nil {
		return s.Vars()
	}
	return nil
}
