package api

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"besedka/core/campaign"
	"besedka/core/fiscal"
	"besedka/core/receipt"
	"besedka/core/staff"
	"besedka/storage"
)

// trial is the body of POST /simulate.
type trial struct {
	Receipt  int64            `json:"receipt"`
	Member   int64            `json:"member"`
	QR       string           `json:"qr"`
	Contents json.RawMessage  `json:"contents"`
	Tenders  map[string]int64 `json:"tenders"`
	At       *time.Time       `json:"at"`
	Drafts   bool             `json:"drafts"`
}

// simulated is its answer.
type simulated struct {
	At        time.Time       `json:"at"`
	Points    int64           `json:"points"` // bonuses, minor units
	Decisions []campaign.Told `json:"decisions"`
}

func (t trial) read() (receipt.Trial, error) {
	out := receipt.Trial{Receipt: t.Receipt, Member: t.Member, Text: t.QR, Tenders: t.Tenders, Drafts: t.Drafts}
	if (t.Receipt == 0) == (t.QR == "") || t.Receipt < 0 || t.Member < 0 {
		return out, invalid{"give exactly one of receipt, qr; contents go with qr"}
	}
	if t.Receipt != 0 && (t.Contents != nil || t.Tenders != nil) {
		return out, invalid{"a stored receipt has its own contents and tenders"}
	}
	if err := checkTenders(t.Tenders); err != nil || t.Contents == nil {
		return out, err
	}
	contents, err := fiscal.ParseReceipt(t.Contents)
	if err != nil {
		return out, invalid{err.Error()}
	}
	out.Contents = &contents
	return out, nil
}

// checkTenders refuses sums that nobody pays.
func checkTenders(tenders map[string]int64) error {
	for currency, sum := range tenders {
		if sum < 0 || currency == "" {
			return invalid{"tenders are kopecks, from 0, by currency"}
		}
	}
	return nil
}

// simulate tells what a receipt would bring and why. Nothing of it stays but the answer,
// which is the same for the same key.
func (a *api) simulate(c call) (act, error) {
	var in trial
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	t, err := in.read()
	if err != nil {
		return nil, err
	}
	// The trace shows what a condition sees of the member, and whoever simulates writes it.
	if (t.Member != 0 || t.Receipt != 0) && !c.by.May(staff.ReadMembers) {
		return nil, forbidden{staff.ReadMembers}
	}
	at := c.now
	if in.At != nil {
		at = *in.At
	}
	award, err := a.Receipts.Simulate(c.ctx, at, t)
	if refusal, ok := errors.AsType[*fiscal.Refusal](err); ok {
		return nil, invalid{"qr is not a receipt: " + refusal.Error()}
	}
	if errors.Is(err, receipt.ErrNotThatReceipt) {
		return nil, invalid{receipt.ErrNotThatReceipt.Error()}
	}
	if err != nil {
		return nil, err
	}
	answer := simulated{at, award.Points, campaign.Tell(award.Decisions)}
	return func(context.Context, storage.Tx) (any, error) { return answer, nil }, nil
}

// explained is the answer of GET /receipts/{id}/why.
type explained struct {
	Receipt   int64           `json:"receipt"`
	Decisions []campaign.Told `json:"decisions"`
	Refunds   []campaign.Net  `json:"refunds,omitempty"`
}

// showWhy tells staff all that campaigns compared and saw when they decided, and when
// they did anew on what refunds had left.
func (a *api) showWhy(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	decisions, err := a.Campaigns.Standing(c.ctx, a.DB, id)
	if err != nil {
		return nil, err
	}
	if len(decisions) == 0 {
		return nil, storage.ErrNotFound
	}
	nets, err := campaign.Nets(c.ctx, a.DB, id)
	return explained{id, campaign.Tell(decisions), nets}, err
}
