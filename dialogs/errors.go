package dialogs

import (
	"errors"
	"fmt"

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

// fits wants the variables of the session and of its frames to stay small.
func (t *turn) fits() error {
	size := varBytes(t.s.Vars)
	for _, f := range t.s.Stack {
		size += varBytes(f.Vars)
		if f.Came != nil {
			size += varBytes(f.Came.Args)
		}
	}
	if size > MaxVarBytes {
		return &LimitError{"bytes of variables", MaxVarBytes}
	}
	t.shorten(MaxVarBytes - size)
	return nil
}

func varBytes(vars map[string]expr.Value) (size int) {
	for name, v := range vars {
		size += len(name) + len(v.Text()) + perVar
		for _, text := range v.Texts() {
			size += len(text) + perText
		}
	}
	return size
}
