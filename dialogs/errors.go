package dialogs

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"besedka/core/expr"
)

// LimitError says that a turn went past one of its limits: the script runs in
// circles, or keeps too much.
type LimitError struct {
	Limit string // steps, messages, frames, variables
	Max   int
}

func (e *LimitError) Error() string { return fmt.Sprintf("more than %d %s", e.Max, e.Limit) }

// ErrOutcome says that a call was answered with an outcome its script has no
// way for, or that no call was made.
var ErrOutcome = errors.New("no such outcome")

// perVar is what a variable costs in JSON beside its name and text: quotes,
// colon, comma, kind and number.
const perVar = 16

// perText is what a text of a list costs beside itself: escaped quotes, a comma.
const perText = 5

// fits keeps the variables of the session and of its frames small. What people may
// fill them with is none of the script's faults: interrupted talks are let go first,
// the oldest at the head, then the longest texts lose their ends. An answer that is
// saved is saved whole.
func (t *turn) fits() error {
	size := t.weight()
	for size > MaxVarBytes && t.forget() {
		size = t.weight()
	}
	for size > MaxVarBytes && t.clip() {
		size = t.weight()
	}
	if size > MaxVarBytes {
		return &LimitError{"bytes of variables", MaxVarBytes}
	}
	t.shorten(MaxVarBytes - size)
	return nil
}

// weight is what all variables take.
func (t *turn) weight() int {
	size := varBytes(t.s.Vars)
	for _, f := range t.s.Stack {
		size += varBytes(f.Vars)
		if f.Came != nil {
			size += varBytes(f.Came.Args)
		}
	}
	return size
}

// worthClipping is how many letters a text keeps at least.
const worthClipping = 20

// clip takes the second half off the longest text of the running flow.
func (t *turn) clip() bool {
	longest, most := "", worthClipping
	for _, name := range slices.Sorted(maps.Keys(t.s.Vars)) {
		if n := utf8.RuneCountInString(t.s.Vars[name].Text()); n > most {
			longest, most = name, n
		}
	}
	if longest == "" {
		return false
	}
	kept := []rune(t.s.Vars[longest].Text())[:most/2]
	t.s.Vars = maps.Clone(t.s.Vars)
	t.s.Vars[longest] = expr.TextOf(string(kept) + "…")
	return true
}

func varBytes(vars map[string]expr.Value) (size int) {
	for name, v := range vars {
		size += len(name) + written(v.Text()) + perVar
		for _, text := range v.Texts() {
			size += written(text) + perText
		}
	}
	return size
}

// written is how many bytes a text takes in JSON.
func written(text string) (size int) {
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			size += 2
		case c < ' ':
			size += 6
		default:
			size++
		}
	}
	return size
}
