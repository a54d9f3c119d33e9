package receipt_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/receipt"

	"besedka/core/verify/emulator"
	"besedka/storage"
)

// TestVerdicts: every way to an end gives one verdict, at its instant; whoever waits
// for a person or for the tax service has none.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	h := open(t)
	shopper, guest := h.member(true), h.member(false)
	h.submit(shopper, h.print(100_000, 0, 0))
	h.submit(guest, h.print(50_000, 0, 0)) // sleeps until they register, with its verdict
	forged, err := h.tax.AddReceipt([]byte(`{"code":3,"operationType":1,"fiscalDriveNumber":"9289000100000001",
		"fiscalDocumentNumber":900,"fiscalSign":1,"dateTime":"2026-05-03T12:00:00","totalSum":100}`), 0, emulator.Forged)
	h.must(err)
	h.submit(shopper, forged)
	h.submit(shopper, h.print(70_000, 0, 200*time.Minute))
	decided := h.submit(shopper, h.print(60_000, 0, 900*time.Hour)).Receipt
	h.settle(time.Minute)
	if got, want := h.verdicts(), []string{"1 desk 0s", "2 desk 0s", "3 desk 0s"}; !cmp.Equal(got, want) {
		t.Errorf("after a minute: %v, want %v", got, want)
	}
	h.settle(25*time.Hour - time.Minute)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		_, err := tx.Exec(ctx, "insert into staff (name, roles, created_at) values ('Вера', '{reviewer}', $1)", noon)
		if err != nil {
			return err
		}
		return h.service.DecideTx(ctx, tx, h.now(), receipt.Decision{Receipt: decided, Staff: 1, Approve: true, Note: "paper shown"})
	})
	h.settle(time.Hour)
	h.tx(func(ctx context.Context, tx storage.Tx) error { return receipt.WakeTx(ctx, tx, h.now(), guest) })
	h.settle(time.Hour)
	if got, want := h.verdicts(), []string{"1 desk 0s", "2 desk 0s", "3 desk 0s", "4 desk 3h0m0s", "5 desk 25h0m0s"}; !cmp.Equal(got, want) {
		t.Errorf("in the end: %v, want %v", got, want)
	}
}

// verdicts are receipt, way in and time from the upload, in full hours.
func (h *house) verdicts() (told []string) {
	h.t.Helper()
	rows, err := storage.Collect[struct {
		Receipt int64
		Channel string
		Took    time.Duration
	}](h.t.Context(), h.db, "select receipt_id as receipt, channel, at - uploaded_at as took from verdict order by receipt_id")
	h.must(err)
	for _, r := range rows {
		told = append(told, fmt.Sprint(r.Receipt, " ", r.Channel, " ", r.Took.Truncate(time.Hour)))
	}
	return told
}
