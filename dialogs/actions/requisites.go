package actions

import (
	"context"

	"besedka/core/expr"
	"besedka/core/fiscal"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/storage"
)

// requisites are the calls by which a receipt is entered by hand. What they read
// becomes variables of the flow, spelt as in the fiscal code: fn, fd, fp, at, total.
func requisites() map[string]flows.Call {
	all := map[string]flows.Call{
		"receipt.known": {Outcomes: []string{"some", "none"}, Values: drafted(), Reads: true},
		"receipt.enter": {
			Args:     drafted(),
			Outcomes: []string{"taken", "duplicate", "used", "damaged", "out_of_period", "future", "debug", "too_many", "limit"},
			Values:   map[string]expr.Kind{"receipt": expr.Count, "sum": expr.Money, "manual": expr.Bool, "state": expr.Text, "points": expr.Points},
		},
	}
	for name, read := range typed {
		all["receipt."+name] = flows.Call{
			Args:     map[string]expr.Kind{"text": expr.Text},
			Outcomes: []string{"ok", "slip"},
			Values:   map[string]expr.Kind{read.name: expr.Text, "slip": expr.Text},
			Reads:    true,
		}
	}
	return all
}

func drafted() map[string]expr.Kind {
	return map[string]expr.Kind{"fn": expr.Text, "fd": expr.Text, "fp": expr.Text, "at": expr.Text, "total": expr.Text}
}

// reading is how one requisite is read from what a shopper typed, and the name of
// the variable that it becomes.
type reading struct {
	name string
	read func(string) (string, fiscal.Slip)
}

// typed are the calls that read a requisite, by their names behind «receipt.».
var typed = map[string]reading{
	"fn": {"fn", fiscal.ReadFN}, "fd": {"fd", fiscal.ReadNumber}, "fp": {"fp", fiscal.ReadNumber},
	"time": {"at", fiscal.ReadTime}, "sum": {"total", fiscal.ReadSum},
}

// do answers at once, so that each requisite is put right while it is looked at.
func (r reading) do() Do {
	return func(_ context.Context, _ storage.Tx, c Call) (dialogs.CallResult, error) {
		value, slip := r.read(c.Args["text"].Text())
		if slip != "" {
			return values("slip", map[string]expr.Value{"slip": expr.TextOf(string(slip))}), nil
		}
		return values("ok", map[string]expr.Value{r.name: expr.TextOf(value), "slip": expr.TextOf("")}), nil
	}
}

// known tells what a link, or a code with a piece missing, says of a receipt, so
// that only the rest is asked for. Links are read and never fetched.
func known(_ context.Context, _ storage.Tx, c Call) (dialogs.CallResult, error) {
	if c.Input.Chat == nil {
		return plain("none"), nil
	}
	text, _ := code(c.Input.Chat)
	d, found := fiscal.Sketch(text), map[string]expr.Value{}
	for name, value := range map[string]string{"fn": d.FN, "fd": d.FD, "fp": d.FP, "at": d.Time, "total": d.Sum} {
		if value != "" {
			found[name] = expr.TextOf(value)
		}
	}
	if len(found) == 0 {
		return plain("none"), nil
	}
	return values("some", found), nil
}

// enter registers what was typed, as the code of a purchase.
func (r Receipts) enter(b *storage.Batch, c Call) (Answer, error) {
	text := func(name string) string { return c.Args[name].Text() }
	d := fiscal.Draft{FN: text("fn"), FD: text("fd"), FP: text("fp"), Time: text("at"), Sum: text("total"), Operation: "1"}
	return r.queue(b, c, "", d.Text())
}
