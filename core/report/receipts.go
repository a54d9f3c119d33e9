package report

import (
	"context"
	"fmt"
	"slices"

	"besedka/core/receipt"
	"besedka/storage"
)

// Receipts are what was sent in the day, each in one place: it became a receipt and
// stands in a state, or waits behind another claim of its key, or came to nothing at once.
type Receipts struct {
	Sent       int64   `json:"sent"`
	States     []State `json:"states"`   // every state there is
	Rejected   []Cause `json:"rejected"` // those in that state, by cause
	Claims     int64   `json:"claims"`   // of a key that another receipt holds
	Duplicates int64   `json:"duplicates"`
	Refused    []Cause `json:"refused"` // at once, by cause
}

// State is how many receipts stand in a state.
type State struct {
	State    receipt.State `json:"state"`
	Receipts int64         `json:"receipts"`
}

// Cause is how many came to nothing for a reason.
type Cause struct {
	Reason   string `json:"reason"`
	Receipts int64  `json:"receipts"`
}

// states are in the order of a receipt's life.
var states = []receipt.State{
	receipt.Queued, receipt.Waiting, receipt.Manual, receipt.Verified, receipt.Credited,
	receipt.PartlyRefunded, receipt.FullyRefunded, receipt.Revoked, receipt.Rejected,
}

// In is how many stand in any of some states.
func (r Receipts) In(some ...receipt.State) (n int64) {
	for _, s := range r.States {
		if slices.Contains(some, s.State) {
			n += s.Receipts
		}
	}
	return n
}

type sentRow struct {
	State    string `db:"state"`
	Reason   string `db:"reason"`
	Receipts int64  `db:"receipts"`
}

func (r reading) receipts(ctx context.Context) (out Receipts, err error) {
	rows, err := storage.Collect[sentRow](ctx, r.tx, qReceipts, r.from, r.until)
	if err != nil {
		return out, fmt.Errorf("receipts by state: %w", err)
	}
	out = Receipts{Rejected: []Cause{}, Refused: []Cause{}}
	byState := map[receipt.State]int64{}
	for _, row := range rows {
		out.Sent += row.Receipts
		switch {
		case row.State == "claim":
			out.Claims += row.Receipts
		case row.State == string(receipt.Duplicate):
			out.Duplicates += row.Receipts
		case row.State == string(receipt.Refused):
			out.Refused = append(out.Refused, Cause{row.Reason, row.Receipts})
		default:
			byState[receipt.State(row.State)] += row.Receipts
		}
		if row.State == string(receipt.Rejected) {
			out.Rejected = append(out.Rejected, Cause{row.Reason, row.Receipts})
		}
	}
	for _, s := range states {
		out.States = append(out.States, State{s, byState[s]})
	}
	return out, nil
}
