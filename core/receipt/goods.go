package receipt

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"besedka/core/fiscal"
	"besedka/storage"
)

// findGoods looks for the products of the catalogue in a receipt that has just been
// verified. One that a person approved has no contents, and nothing to look in.
func (s *Service) findGoods(ctx context.Context, tx storage.Tx, now time.Time, id int64) error {
	if s.Products == nil {
		return nil
	}
	text, err := storage.Value[[]byte](ctx, tx, qContents, id)
	if err != nil || text == nil {
		return err
	}
	var contents fiscal.Receipt
	if err := json.Unmarshal(text, &contents); err != nil {
		return fmt.Errorf("contents of receipt %d: %w", id, err)
	}
	return s.Products.MatchTx(ctx, tx, now, id, contents)
}
