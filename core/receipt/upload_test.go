package receipt_test

import (
	"context"
	"testing"
	"time"

	"besedka/core/receipt"
	"besedka/storage"
)

// TestUploadIsWhenItWasSent: a photo sent in the last minute of a period may
// reach its turn an hour later, when the messenger or we are up again.
func TestUploadIsWhenItWasSent(t *testing.T) {
	t.Parallel()
	h := open(t)
	member, sent := h.member(true), h.now().Add(-time.Hour)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		_, err := h.service.SubmitTx(ctx, tx, h.now(), receipt.Submission{
			Key: "late", Member: member, Text: h.print(500_00, -2*time.Hour, 0), At: sent,
		})
		return err
	})
	if got := h.latest(member).UploadedAt; !got.Equal(sent) {
		t.Errorf("uploaded at %v, want %v", got, sent)
	}
}
