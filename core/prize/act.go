package prize

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/ledger"
	"besedka/core/prize/showcase"
	"besedka/core/seal"
	"besedka/storage"
)

// Act is something done with an order. An order of somebody else than Member is not
// found.
type Act struct {
	Order   int64
	Member  int64  // whose it must be; 0 when staff act
	Staff   int64  // who acts; 0: the member
	Reason  string // of staff
	Address string // of a confirmation that sends a parcel
	At      time.Time
}

// held is an order that a transaction has locked.
type held struct {
	Order
	Secret  []byte `db:"secret"`
	Address []byte `db:"address"`
	Tries   int    `db:"tries"`
	Chat    *int64 `db:"chat"` // the subject under whose key things are sealed; null without a chat
	Wrapped []byte `db:"wrapped_key"`

	Suspended bool `db:"suspended"` // its member is
}

// hold locks the order that an act is about.
func (a Act) hold(ctx context.Context, tx storage.Tx) (held, error) {
	h, err := storage.One[held](ctx, tx, qOrderHold, a.Order)
	if err == nil && a.Member != 0 && h.Member != a.Member {
		err = storage.ErrNotFound
	}
	return h, err
}

// ConfirmTx makes a reservation what its delivery begins with: a code that is the
// member's, a one-time code for the desk, or a parcel to pick. Confirmed already, it
// stays as it is; one whose time has passed expires instead. Others are a
// *StateError, and so is another address for a parcel; nothing leaves us for a member
// who is suspended.
func (s *Service) ConfirmTx(ctx context.Context, tx storage.Tx, a Act) (Order, error) {
	h, err := a.hold(ctx, tx)
	switch {
	case err != nil:
	case h.State == CodeIssued, h.State == ReadyAtDesk:
	case h.State == Picking:
		err = s.sameAddress(h, a)
	case h.State != Reserved:
		err = &StateError{h.State}
	case h.Expires != nil && !a.At.Before(*h.Expires):
		h.Order, err = s.end(ctx, tx, h, Expired, a)
	case h.Suspended:
		err = ErrSuspended
	default:
		h.Order, err = s.confirm(ctx, tx, h, a)
	}
	if err != nil {
		return Order{}, fmt.Errorf("confirm order %d: %w", a.Order, err)
	}
	return h.Order, nil
}

// sameAddress refuses a parcel that is being picked another address: whoever tells one
// must not believe that it was written down.
func (s *Service) sameAddress(h held, a Act) error {
	if a.Address == "" {
		return nil
	}
	address, err := s.open(addressKind, h.Wrapped, h.Address)
	if err == nil && address != a.Address {
		err = &StateError{h.State}
	}
	return err
}

func (s *Service) confirm(ctx context.Context, tx storage.Tx, h held, a Act) (Order, error) {
	if h.Chat == nil {
		return Order{}, ErrNobody
	}
	key, err := s.Keys.Unwrap(h.Wrapped)
	if err != nil {
		return Order{}, err
	}
	m := move{Act: a, from: h.State}
	switch h.Delivery {
	case showcase.Code:
		m.to = CodeIssued
		m.secret, err = s.issue(ctx, tx, h.ID, key)
	case showcase.Desk:
		m.to, m.secret = ReadyAtDesk, key.Seal(secretKind, []byte(newDeskCode(h.ID)))
	case showcase.Parcel:
		if m.to = Picking; a.Address == "" {
			err = ErrNoAddress
		}
		m.address = key.Seal(addressKind, []byte(a.Address))
	}
	if err != nil {
		return Order{}, err
	}
	m.subject = h.Chat
	if m.to == CodeIssued {
		if err := spend(ctx, tx, h.Order, a); err != nil {
			return Order{}, err
		}
	}
	return s.moveTx(ctx, tx, h.Order, m)
}

// issue takes the order's code out of its pool and seals it under its owner's key.
func (s *Service) issue(ctx context.Context, tx storage.Tx, order int64, key seal.Key) ([]byte, error) {
	sealed, err := storage.Value[[]byte](ctx, tx, qCodeOf, order)
	if err != nil {
		return nil, err
	}
	code, err := s.Keys.Open(poolKind, sealed)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, qCodeIssued, order)
	return key.Seal(secretKind, code), err
}

// CancelTx gives points and stock back as they were, while nothing has left us. A
// cancelled order stays cancelled; others are a *StateError.
func (s *Service) CancelTx(ctx context.Context, tx storage.Tx, a Act) (Order, error) {
	h, err := a.hold(ctx, tx)
	switch {
	case err != nil:
	case h.State == Cancelled:
	case !h.Open():
		err = &StateError{h.State}
	default:
		h.Order, err = s.end(ctx, tx, h, Cancelled, a)
	}
	if err != nil {
		return Order{}, fmt.Errorf("cancel order %d: %w", a.Order, err)
	}
	return h.Order, nil
}

// end closes an order that gives back what it holds.
func (s *Service) end(ctx context.Context, tx storage.Tx, h held, to State, a Act) (Order, error) {
	var b storage.Batch
	h.putBack(&b)
	if err := b.Send(ctx, tx); err != nil {
		return Order{}, err
	}
	if h.Price > 0 {
		if err := ledger.ReleaseTx(ctx, tx, ledger.Settlement{Key: holdKey(h.Key), Reason: h.Name, At: a.At}); err != nil {
			return Order{}, err
		}
		if err := s.Tiers.LookTx(ctx, tx, a.At, h.Member); err != nil {
			return Order{}, err
		}
	}
	return s.moveTx(ctx, tx, h.Order, move{Act: a, from: h.State, to: to})
}

// spend turns the points that an order holds into a redemption.
func spend(ctx context.Context, tx storage.Tx, o Order, a Act) error {
	if o.Price == 0 {
		return nil
	}
	return ledger.CommitTx(ctx, tx, ledger.Settlement{Key: holdKey(o.Key), Reason: o.Name, At: a.At})
}

// ShipTx sends a parcel: from now on its points are spent.
func (s *Service) ShipTx(ctx context.Context, tx storage.Tx, a Act) (Order, error) {
	return s.step(ctx, tx, a, Picking, Shipped)
}

// DeliverTx notes that a parcel has come.
func (s *Service) DeliverTx(ctx context.Context, tx storage.Tx, a Act) (Order, error) {
	return s.step(ctx, tx, a, Shipped, Delivered)
}

// step moves an order one state on; where it is already it stays.
func (s *Service) step(ctx context.Context, tx storage.Tx, a Act, from, to State) (Order, error) {
	h, err := a.hold(ctx, tx)
	switch {
	case err != nil:
	case h.State == to:
		return h.Order, nil
	case h.State != from:
		err = &StateError{h.State}
	case from != Shipped:
		err = spend(ctx, tx, h.Order, a)
	}
	if err == nil {
		h.Order, err = s.moveTx(ctx, tx, h.Order, move{Act: a, from: from, to: to})
	}
	if err != nil {
		return Order{}, fmt.Errorf("order %d to %s: %w", a.Order, to, err)
	}
	return h.Order, nil
}

// move is an order's way from one state to another, with what it has from then on.
type move struct {
	Act
	from, to        State
	subject         *int64
	secret, address []byte
}

// moveTx moves an order that the caller has locked, writes its history, and tells its
// member what they have not done themselves.
func (s *Service) moveTx(ctx context.Context, tx storage.Tx, o Order, m move) (Order, error) {
	moved, err := storage.One[Order](ctx, tx, qOrderMove, o.ID, m.from, m.to, m.subject, m.secret, m.address, storage.OrNull(m.Staff), m.Reason, m.At)
	if errors.Is(err, storage.ErrNotFound) {
		return Order{}, storage.ErrMoved
	}
	if err != nil || m.Member != 0 {
		return moved, err
	}
	return moved, s.tell(ctx, tx, m.At, moved)
}
