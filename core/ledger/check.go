package ledger

import (
	"context"
	"fmt"

	"besedka/storage"
)

// Report is what Check found. The books are right when Breaches is empty.
type Report struct {
	Transactions int64    `db:"transactions" json:"transactions"`
	Postings     int64    `db:"postings" json:"postings"`
	Lots         int64    `db:"lots" json:"lots"`
	Accounts     int64    `db:"accounts" json:"accounts"` // of members
	Sums         []Sum    `db:"-" json:"sums"`
	Breaches     []Breach `db:"-" json:"breaches"`
}

// Sum is one currency's books as a whole, in minor units.
type Sum struct {
	Currency string `db:"currency" json:"currency"`
	Issued   int64  `db:"issued" json:"issued"`
	Expired  int64  `db:"expired" json:"expired"`
	Redeemed int64  `db:"redeemed" json:"redeemed"`
	Held     int64  `db:"held" json:"held"`   // on members' accounts
	Total    int64  `db:"total" json:"total"` // of all postings: 0
}

// Breach is one number that is not what the postings say.
type Breach struct {
	Rule   string `db:"rule" json:"rule"`
	Object string `db:"object" json:"object"` // tx 5, account 7, lot 9
	Got    int64  `db:"got" json:"got"`
	Want   int64  `db:"want" json:"want"`
}

// Rules that Check holds the books to.
const (
	RuleTxZero        = "tx_sums_to_zero"         // per currency; a transaction without postings breaks it too
	RuleBalanceLedger = "balance_is_its_postings" // account.balance = sum(posting)
	RuleBalanceLots   = "balance_is_its_lots"     // account.balance = sum(lot.remaining) - account.owed
	RuleNotNegative   = "balance_not_negative"    // below what is owed
	RuleLotRemaining  = "lot_remaining_is_its_postings"
	RuleLotOpening    = "lot_amount_is_its_opening" // by one posting on the lot's own account
	RuleOwed          = "owed_is_its_postings"      // account.owed = -sum(posting of no lot)
	RuleLotHeld       = "lot_held_is_its_holds"     // lot.held = sum(hold_part)
	RuleHoldParts     = "hold_is_its_parts"         // of an open one, on its own account's lots; an ended one has none
	RuleAwardParts    = "award_parts_are_posted"    // what was taken of each, and no more than the award together
	RuleLotMember     = "lot_is_of_its_family"      // lot.member_id shares the account
	maxBreaches       = 100                         // named in one report, per rule
)

// Check recomputes every balance and lot from the postings. All rules see one
// moment of the books, whoever is at work meanwhile.
func Check(ctx context.Context, db *storage.DB) (report Report, err error) {
	err = db.InSnapshot(ctx, func(ctx context.Context, tx storage.Tx) error {
		report, err = check(ctx, tx)
		return err
	})
	if err != nil {
		return Report{}, fmt.Errorf("check books: %w", err)
	}
	return report, nil
}

func check(ctx context.Context, tx storage.Tx) (Report, error) {
	report, err := storage.One[Report](ctx, tx, qCounts)
	if err != nil {
		return report, err
	}
	report.Breaches = []Breach{}
	if report.Sums, err = storage.Collect[Sum](ctx, tx, qSums); err != nil {
		return report, fmt.Errorf("sums: %w", err)
	}
	for _, rule := range []struct{ name, sql string }{
		{RuleTxZero, qCheckTxZero},
		{RuleBalanceLedger, qCheckBalanceLedger},
		{RuleBalanceLots, qCheckBalanceLots},
		{RuleNotNegative, qCheckNotNegative},
		{RuleLotRemaining, qCheckLotRemaining},
		{RuleLotOpening, qCheckLotOpening},
		{RuleOwed, qCheckOwed},
		{RuleLotHeld, qCheckLotHeld},
		{RuleHoldParts, qCheckHoldParts},
		{RuleAwardParts, qCheckParts},
		{RuleLotMember, qCheckLotMember},
	} {
		found, err := storage.Collect[Breach](ctx, tx, rule.sql, rule.name, maxBreaches)
		if err != nil {
			return report, fmt.Errorf("%s: %w", rule.name, err)
		}
		report.Breaches = append(report.Breaches, found...)
	}
	return report, nil
}
