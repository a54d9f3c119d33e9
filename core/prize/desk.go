package prize

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"besedka/storage"
)

// MaxTries is how many wrong codes an order takes at the desk.
const MaxTries = 10

var million = big.NewInt(1_000_000)

// newDeskCode is what a shopper shows at the desk: the order's number, by which it is
// found, and six digits that nobody can guess in MaxTries.
func newDeskCode(order int64) string {
	n, err := rand.Int(rand.Reader, million)
	if err != nil {
		panic(err) // crypto/rand never fails, and the bound is above zero
	}
	return fmt.Sprintf("%d-%06d", order, n)
}

// Coded is the order whose code somebody shows, right or wrong.
func Coded(code string) (int64, error) {
	number, _, _ := strings.Cut(strings.Join(strings.Fields(code), ""), "-")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("no order is called %q: %w", number, storage.ErrNotFound)
	}
	return id, nil
}

// HandOverTx hands an order over to who shows its code: its points are spent. A wrong
// code is counted and no error, so that the count stands; ErrLocked after MaxTries.
func (s *Service) HandOverTx(ctx context.Context, tx storage.Tx, code string, a Act) (o Order, right bool, err error) {
	if a.Order, err = Coded(code); err != nil {
		return Order{}, false, err
	}
	code = strings.Join(strings.Fields(code), "")
	h, err := a.hold(ctx, tx)
	switch {
	case err != nil:
		return Order{}, false, fmt.Errorf("hand over order %d: %w", a.Order, err)
	case h.State != ReadyAtDesk:
		return h.Order, false, &StateError{h.State}
	case h.Suspended:
		return h.Order, false, ErrSuspended
	case h.Tries >= MaxTries:
		return h.Order, false, ErrLocked
	}
	secret, err := s.open(secretKind, h.Wrapped, h.Secret)
	if err != nil {
		return Order{}, false, fmt.Errorf("code of order %d: %w", a.Order, err)
	}
	if secret == "" || subtle.ConstantTimeCompare([]byte(secret), []byte(code)) == 0 {
		_, err = tx.Exec(ctx, qOrderTried, h.ID)
		return h.Order, false, err
	}
	o, err = s.step(ctx, tx, a, ReadyAtDesk, HandedOver)
	return o, true, err
}

// GiveTx hands an order over without its code, by a named person's decision.
func (s *Service) GiveTx(ctx context.Context, tx storage.Tx, a Act) (Order, error) {
	return s.step(ctx, tx, a, ReadyAtDesk, HandedOver)
}
