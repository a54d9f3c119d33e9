package receipt

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Review is a receipt that waits for a person, by ids only.
type Review struct {
	ID           int64     `db:"id" json:"id"`
	Receipt      int64     `db:"receipt_id" json:"receipt"`
	Member       int64     `db:"member_id" json:"member"`
	Reason       Reason    `db:"reason" json:"reason"` // why no service could decide
	Created      time.Time `db:"created_at" json:"created"`
	Sum          int64     `db:"sum" json:"sum"`                    // kopecks
	SumAmbiguous bool      `db:"sum_ambiguous" json:"sumAmbiguous"` // it may as well be a hundredth of Sum
	OtherClaims  int64     `db:"other_claims" json:"otherClaims"`   // of the same document; one is taken up if this is rejected
	Bought       time.Time `db:"purchased_at" json:"bought"`
	Uploaded     time.Time `db:"uploaded_at" json:"uploaded"`
	FN           string    `db:"fn" json:"fn"`
	FD           int64     `db:"fd" json:"fd"`
	FP           int64     `db:"fp" json:"fp"`
}

// Reviews are up to limit receipts that wait for a person, in the order they
// came to wait, behind the review with the id after (0: from the first).
func Reviews(ctx context.Context, q storage.Querier, after int64, limit int) ([]Review, error) {
	rows, err := storage.Collect[Review](ctx, q, qReviews, after, limit)
	if err != nil {
		return nil, fmt.Errorf("receipts that wait for a person: %w", err)
	}
	return rows, nil
}
