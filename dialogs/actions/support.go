package actions

import (
	"context"

	"besedka/core/expr"
	"besedka/core/support"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/storage"
)

// Support keeps what shoppers say of the people who answered them.
type Support struct{}

// Add puts the calls of support into s.
func (p Support) Add(s Set) { s["support.rate"] = Shared(p.rate) }

func supports() map[string]flows.Call {
	return map[string]flows.Call{
		"support.rate": {Args: map[string]expr.Kind{"mark": expr.Count}, Outcomes: []string{"kept", "none"}},
	}
}

// rate keeps a mark from 1 to 5; another one is that of somebody who cannot be rated.
func (Support) rate(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	mark, _ := c.Args["mark"].Int()
	if mark < 1 || mark > 5 {
		return plain("none"), nil
	}
	kept, err := support.RateTx(ctx, tx, c.Now, c.Who.ID, mark)
	if err != nil || !kept {
		return plain("none"), err
	}
	return plain("kept"), nil
}
