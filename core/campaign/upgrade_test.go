package campaign_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"besedka/core/campaign"
	"besedka/core/ledger"
)

// trace1 is what the first version of besedka stored.
const trace1 = `{"campaign":"old","conditions":[],"from":"2026-05-01","outcome":"credited","purchased":"2026-05-04T12:00:00+03:00",` +
	`"reward":{"activated":"2026-05-30","base":100000,"exact":"5000","expires":"2026-12-01T00:00:00+03:00","lives":"P6M","percent":"5","points":5000,"rounding":"floor"},"to":"2026-05-31","v":1}`

// A receipt that was credited before it was kept what a decision brought has brought its
// points all the same.
func TestDecisionsOfOldTellTheirPoints(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(3, "Europe/Moscow", terms("old", "5"))
	h.buy(4)
	receipt := h.insert("update evaluation set brought = default, uses = default, trace = $1 returning receipt_id", []byte(trace1))
	decisions, err := h.service.Standing(t.Context(), h.tx, receipt)
	if err != nil || len(decisions) != 1 {
		t.Fatalf("%+v, %v", decisions, err)
	}
	told := campaign.Tell(decisions)[0]
	if text, err := json.Marshal(told.Brought); err != nil || told.Points != 50_00 || told.Outcome != "credited" || len(told.Brought.Accruals) != 1 {
		t.Errorf("%d points, %s of %s, %v", told.Points, told.Outcome, text, err)
	}
	if _, err := h.service.TakeBackTx(t.Context(), h.tx, at(30), receipt, h.member, "x"); err != nil {
		t.Error(err)
	}
}

// A version that was published by the first besedka, whose check took any percentage, is
// read for the receipts of its days: else none of them would ever be credited.
func TestVersionsOfOldAreRead(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(3, "Europe/Moscow", terms("old", "5"))
	text := terms("old", "3.333333").Text
	hash := sha256.Sum256(text)
	h.insert("insert into content (hash, body) values ($1, $2) returning 1", hash[:], text)
	h.insert("update campaign_version set hash = $1, terms = null returning 1", hash[:])
	if got := h.buy(4); got != "old/1:3333 " {
		t.Errorf("earned %q", got)
	}
}

// Of a receipt that was credited before it was kept what campaigns knew, nobody can tell
// what a part of it would have brought: it comes back whole.
func TestReceiptsOfOldComeBackWhole(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(3, "Europe/Moscow", terms("old", "5"))
	h.buy(4)
	receipt := h.insert("update evaluation set brought = default, uses = default, trace = $1 returning receipt_id", []byte(trace1))
	h.insert("delete from award where receipt_id = $1 returning 1", receipt)
	r := campaign.Refund{Receipt: receipt, Member: h.member, Number: 1, Rest: &campaign.Rest{Total: 500_00}}
	if _, err := h.service.RefundTx(t.Context(), h.tx, at(30), r); !errors.Is(err, campaign.ErrForgotten) {
		t.Errorf("a part of it: %v", err)
	}
	r.Rest = nil
	back, err := h.service.RefundTx(t.Context(), h.tx, at(30), r)
	if want := (ledger.Part{Key: fmt.Sprintf("receipt/%d/old", receipt), Amount: 50_00}); err != nil || len(back.Parts) != 1 || back.Parts[0] != want || back.Points != 0 {
		t.Errorf("the whole: %+v, %v", back, err)
	}
}
