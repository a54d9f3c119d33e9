package prize

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/core/prize/showcase"
	"besedka/storage"
)

// StockTx changes how much of a prize there is and returns how much there is then.
func (s *Service) StockTx(ctx context.Context, tx storage.Tx, prize string, by int64) (stock int64, err error) {
	p := s.Showcase().Prize(prize)
	switch {
	case p == nil:
		return 0, fmt.Errorf("prize %s: %w", prize, storage.ErrNotFound)
	case p.Delivery == showcase.Code:
		return 0, ErrByCodes
	}
	if _, err := tx.Exec(ctx, qPrizeEnsure, prize); err != nil {
		return 0, fmt.Errorf("stock of prize %s: %w", prize, err)
	}
	stock, err = storage.Value[int64](ctx, tx, qStockChange, prize, by)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return 0, ErrNegative
	case err != nil:
		return 0, fmt.Errorf("stock of prize %s: %w", prize, err)
	}
	return stock, nil
}

// Limits of a file of codes.
const (
	MaxCodes = 1000 // in one call of AddCodesTx
	MaxCode  = 200  // bytes
)

// GoodCode says whether a code can be kept and shown.
func GoodCode(code string) bool {
	return strings.TrimSpace(code) != "" && len(code) <= MaxCode && utf8.ValidString(code)
}

// Added is what became of codes.
type Added struct {
	Added int64 `json:"added"`
	Known int64 `json:"known"` // in the pool already, or twice among these
}

// AddCodesTx puts codes into a pool. One that was there before, given away or not, is
// not added again.
func (s *Service) AddCodesTx(ctx context.Context, tx storage.Tx, now time.Time, pool string, codes []string) (Added, error) {
	hashes, sealed := make([][]byte, len(codes)), make([][]byte, len(codes))
	for i, code := range codes {
		if code = strings.TrimSpace(code); !GoodCode(code) {
			return Added{}, fmt.Errorf("code %d is empty, longer than %d bytes, or no text", i+1, MaxCode)
		}
		hashes[i], sealed[i] = s.Keys.Index(poolKind, code), s.Keys.Seal(poolKind, []byte(code))
	}
	tag, err := tx.Exec(ctx, qCodesAdd, pool, hashes, sealed, now)
	if err != nil {
		return Added{}, fmt.Errorf("add codes to pool %s: %w", pool, err)
	}
	added := tag.RowsAffected()
	return Added{added, int64(len(codes)) - added}, nil
}

// piece is one of a prize, locked for whoever will have it.
type piece struct {
	prize string // of stock
	code  int64  // of a pool
}

// pickTx locks a piece of a prize; ErrOutOfStock when there is none. A code that
// somebody else is just taking is passed over; of stock everybody waits for the last
// piece, for it may be given back.
func pickTx(ctx context.Context, tx storage.Tx, p *showcase.Prize) (one piece, err error) {
	if p.Delivery == showcase.Code {
		one.code, err = storage.Value[int64](ctx, tx, qCodePick, p.Pool)
	} else {
		one.prize, err = storage.Value[string](ctx, tx, qStockPick, p.ID)
	}
	if errors.Is(err, storage.ErrNotFound) {
		return one, ErrOutOfStock
	}
	return one, err
}

// take queues the piece out of the stock, for an order.
func (one piece) take(b *storage.Batch, order int64) {
	if one.code != 0 {
		b.ExecN(1, qCodeTake, one.code, order)
		return
	}
	b.ExecN(1, qStockTake, one.prize)
}

// putBack queues what an order holds back into the stock.
func (o Order) putBack(b *storage.Batch) {
	if o.Delivery == showcase.Code {
		b.ExecN(1, qCodeBack, o.ID)
		return
	}
	b.ExecN(1, qStockBack, o.Prize)
}
