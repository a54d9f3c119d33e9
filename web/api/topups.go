package api

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"besedka/core/ledger"
	"besedka/core/staff"
	"besedka/core/topup"
	"besedka/storage"
)

// topUp is the body of POST /members/{id}/topups.
type topUp struct {
	Currency string `json:"currency"` // bonus when it is left out
	Amount   int64  `json:"amount"`   // minor units
	Reason   string `json:"reason"`
}

// maxTopUpReason is in characters: the member reads it.
const maxTopUpReason = 200

func (a *api) checkTopUp(in *topUp) error {
	if in.Currency == "" {
		in.Currency = ledger.Bonus
	}
	_, known := a.Programme().Currency(in.Currency)
	switch {
	case !known:
		return invalid{"currency must be one of the programme's: " + strings.Join(a.Currencies(), ", ")}
	case in.Amount <= 0 || in.Amount > topup.MaxUnits:
		return invalid{fmt.Sprintf("amount must be above zero and at most %d, in minor units of the currency", topup.MaxUnits)}
	case in.Reason == "" || !storable(in.Reason) || utf8.RuneCountInString(in.Reason) > maxTopUpReason:
		return invalid{fmt.Sprintf("give the reason, in at most %d characters: the member reads it", maxTopUpReason)}
	}
	return nil
}

// topUpMember gives one member points that no receipt earned.
func (a *api) topUpMember(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in topUp
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := a.checkTopUp(&in); err != nil {
		return nil, err
	}
	if _, err := a.Members.Get(c.ctx, id); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		given, err := a.TopUps.GiveTx(ctx, tx, topup.Gift{
			Key: fmt.Sprintf("api/%d/%s", c.by.ID, c.key), Member: id, Currency: in.Currency, Amount: in.Amount, Reason: in.Reason, Staff: c.by.ID, At: c.now,
		})
		if err == nil && !given {
			err = staff.ErrKeyReused // its answer is forgotten, and the gift is not
		}
		if err != nil {
			return nil, err
		}
		owner, err := a.Members.HoldTx(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		balances, err := a.balancesOf(ctx, tx, c.now, owner)
		return map[string]any{"member": owner, "balances": balances}, err
	}, nil
}

// topUpFile is the body of POST /topups.
type topUpFile struct {
	Name   string `json:"name"`
	CSV    string `json:"csv"`
	DryRun bool   `json:"dryRun"`
}

// topUpAnswer says what was given, or would be; with problems nothing was.
type topUpAnswer struct {
	topup.Given
	DryRun   bool     `json:"dryRun"`
	Problems []string `json:"problems"`
}

// maxTopUpLines bounds a transaction that keeps all other acts of staff waiting: each
// act is written behind the one before.
const maxTopUpLines = 500

// topUpByFile gives what the lines of a file say; a longer file is for besedka members
// topup.
func (a *api) topUpByFile(c call) (act, error) {
	var in topUpFile
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	file, problems := topup.Parse(in.Name, []byte(in.CSV), a.TopUps.Terms)
	if len(file.Lines) > maxTopUpLines {
		return nil, invalid{fmt.Sprintf("a file here has at most %d lines: split it, or give a longer one to besedka members topup", maxTopUpLines)}
	}
	if len(problems) == 0 {
		var err error
		if problems, err = a.TopUps.Resolve(c.ctx, file); err != nil {
			return nil, err
		}
	}
	answer := topUpAnswer{Given: file.Count(), DryRun: in.DryRun, Problems: []string{}}
	for _, p := range problems {
		answer.Problems = append(answer.Problems, p.In("en"))
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if in.DryRun || len(problems) > 0 {
			return answer, nil
		}
		told := answer // a transaction may be run again
		var err error
		told.New, err = a.TopUps.LinesTx(ctx, tx, c.now, file, file.Lines, c.by.ID)
		return told, err
	}, nil
}
