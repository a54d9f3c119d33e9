package receipt

import (
	"context"
	"fmt"
	"time"

	"besedka/core/review"
	"besedka/storage"
)

// Review is an open task with the receipt it is about, by ids only.
type Review struct {
	ID           int64       `db:"id" json:"id"`
	Kind         review.Kind `db:"kind" json:"kind"`
	Receipt      int64       `db:"receipt_id" json:"receipt"`
	Member       int64       `db:"member_id" json:"member"`
	Reason       string      `db:"reason" json:"reason"` // why a person must look
	Created      time.Time   `db:"created_at" json:"created"`
	TakenBy      int64       `db:"taken_by" json:"takenBy,omitempty"` // who looks at it until TakenUntil
	TakenUntil   *time.Time  `db:"taken_until" json:"takenUntil,omitempty"`
	Asked        *time.Time  `db:"asked_at" json:"asked,omitempty"`   // its shopper was asked for another photo
	State        State       `db:"state" json:"state"`                // of the receipt
	Sum          int64       `db:"sum" json:"sum"`                    // kopecks
	SumAmbiguous bool        `db:"sum_ambiguous" json:"sumAmbiguous"` // it may as well be a hundredth of Sum
	OtherClaims  int64       `db:"other_claims" json:"otherClaims"`   // of the same document; one is taken up if this is rejected
	Bought       time.Time   `db:"purchased_at" json:"bought"`
	Uploaded     time.Time   `db:"uploaded_at" json:"uploaded"`
	FN           string      `db:"fn" json:"fn"`
	FD           int64       `db:"fd" json:"fd"`
	FP           int64       `db:"fp" json:"fp"`
}

// Reviews are up to limit open tasks of those kinds, in the order they came, behind
// the one with the id after (0: from the first). Where partners are named they are about receipts
// made there.
func Reviews(ctx context.Context, q storage.Querier, kinds []review.Kind, after int64, limit int, partners ...string) ([]Review, error) {
	rows, err := storage.Collect[Review](ctx, q, qReviews, after, limit, kinds, partners)
	if err != nil {
		return nil, fmt.Errorf("receipts that wait for a person: %w", err)
	}
	return rows, nil
}
