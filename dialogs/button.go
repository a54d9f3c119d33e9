package dialogs

import (
	"cmp"
	"strconv"
	"strings"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/flows"
)

// buttons makes the buttons of a message. One whose address or argument nobody
// knows is left out.
func (t *turn) buttons(list []*flows.Button) []chat.Button {
	made := make([]chat.Button, 0, len(list))
	for i, b := range list {
		button, ok := t.button(b)
		if !ok {
			continue
		}
		button.Title = t.title(b)
		if t.s.Picked&(1<<i) != 0 {
			button.Title = "✓ " + button.Title
		}
		made = append(made, button)
	}
	return made
}

// title is what stands on a button, in the base language where it has no other.
func (t *turn) title(b *flows.Button) string { return cmp.Or(b.Title[t.lang], b.Title[t.e.p.Base()]) }

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
		return chat.Button{Token: b.Token(t.s.Vars[b.Arg].String())}, b.Arg == "" || t.s.Vars[b.Arg].Known()
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

// standing finds who hears a standing tap, and what travelled with it.
func (t *turn) standing(token string) (*flows.Listen, map[string]expr.Value) {
	rest, ok := strings.CutPrefix(token, flows.TapPrefix)
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
