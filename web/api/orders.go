package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"besedka/core/ledger"
	"besedka/core/prize"
	"besedka/core/prize/showcase"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/problem"
)

// orderPage is one page of GET /orders. Next is the after of the page behind it;
// absent on the last one.
type orderPage struct {
	Orders []prize.Order `json:"orders"`
	Next   int64         `json:"next,omitempty"`
}

// listOrders shows orders in the order they were made, of a member or in a state.
func (a *api) listOrders(c call) (any, error) {
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	f := prize.Filter{State: prize.State(c.r.URL.Query().Get("state")), Partners: c.by.Partners}
	if f.State != "" && !slices.Contains(prize.States, f.State) {
		return nil, invalid{fmt.Sprintf("state is one of %v", prize.States)}
	}
	if text := c.r.URL.Query().Get("member"); text != "" {
		if f.Member, err = strconv.ParseInt(text, 10, 64); err != nil || f.Member < 1 {
			return nil, invalid{"member is the id of one, a whole number"}
		}
	}
	rows, err := prize.Orders(c.ctx, a.DB, f, after, pageRows+1)
	shown, next := page(rows, func(o prize.Order) int64 { return o.ID })
	return orderPage{shown, next}, err
}

// orderShown is an order and how it came to where it is.
type orderShown struct {
	prize.Order
	History []prize.Event `json:"history"`
}

func (a *api) showOrder(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	o, events, err := prize.History(c.ctx, a.DB, id)
	return orderShown{o, events}, err
}

// orderAsked is the body of POST /orders.
type orderAsked struct {
	Member int64  `json:"member"`
	Prize  string `json:"prize"`
}

// reservePrize sets a prize aside for a member who stands at the desk.
func (a *api) reservePrize(c call) (act, error) {
	var in orderAsked
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Member < 1 {
		return nil, invalid{"member is the id of one, a whole number"}
	}
	if !showcase.GoodID(in.Prize) {
		return nil, prize.ErrGone
	}
	m, err := a.Members.Get(c.ctx, in.Member)
	if err != nil {
		return nil, err
	}
	wish := prize.Wish{Key: fmt.Sprintf("staff/%d/%s", c.by.ID, c.key), Prize: in.Prize, Member: in.Member, Desk: true, At: c.now}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		o, err := a.Prizes.ReserveTx(ctx, tx, wish)
		if err == nil && (o.Prize != wish.Prize || o.Member != m.ID) {
			err = staff.ErrKeyReused // its answer is forgotten, and the order is not
		}
		if err != nil {
			return nil, err
		}
		return o, a.audit(ctx, tx, c, "reserve", o, "")
	}, nil
}

func (a *api) audit(ctx context.Context, tx storage.Tx, c call, what string, o prize.Order, reason string) error {
	detail := map[string]any{"state": o.State}
	if reason != "" {
		detail["reason"] = reason
	}
	return staff.AuditTx(ctx, tx, c.now, staff.Act{Staff: c.by.ID, Act: "orders." + what, Object: fmt.Sprintf("order/%d", o.ID), Detail: detail})
}

// orderAct is the body of what is done with an order.
type orderAct struct {
	Reason string `json:"reason"`
}

// onOrder reads an act and carries it out. What goes against the usual way needs a
// reason.
func (a *api) onOrder(c call, what string, reasoned bool, do func(context.Context, storage.Tx, prize.Act) (prize.Order, error)) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in orderAct
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if !storable(in.Reason) || reasoned && reasonless(in.Reason) {
		return nil, invalid{"give the reason in words: it stays in the record"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		o, err := do(ctx, tx, prize.Act{Order: id, Staff: c.by.ID, Reason: in.Reason, At: c.now})
		if err != nil {
			return nil, err
		}
		return o, a.audit(ctx, tx, c, what, o, in.Reason)
	}, nil
}

func (a *api) confirmOrder(c call) (act, error) {
	return a.onOrder(c, "confirm", false, a.Prizes.ConfirmTx)
}
func (a *api) shipOrder(c call) (act, error) { return a.onOrder(c, "ship", false, a.Prizes.ShipTx) }
func (a *api) deliverOrder(c call) (act, error) {
	return a.onOrder(c, "deliver", false, a.Prizes.DeliverTx)
}
func (a *api) giveOrder(c call) (act, error) { return a.onOrder(c, "give", true, a.Prizes.GiveTx) }
func (a *api) cancelOrder(c call) (act, error) {
	return a.onOrder(c, "cancel", true, a.Prizes.CancelTx)
}

// addressShown is the answer of POST /orders/{id}/address.
type addressShown struct {
	Address string `json:"address"`
}

// openAddress writes down who looks where a parcel goes.
func (a *api) openAddress(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if _, err := a.Prizes.Address(ctx, tx, id); err != nil {
			return nil, err
		}
		return nil, staff.AuditTx(ctx, tx, c.now, staff.Act{Staff: c.by.ID, Act: "orders.address", Object: fmt.Sprintf("order/%d", id)})
	}, nil
}

func (a *api) showAddress(c call, _ []byte) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	address, err := a.Prizes.Address(c.ctx, a.DB, id)
	return addressShown{address}, err
}

// codeShown is the body of POST /handovers.
type codeShown struct {
	Code string `json:"code"`
}

// handedOver is its answer. A wrong code is an answer, too: it is counted.
type handedOver struct {
	HandedOver bool        `json:"handedOver"`
	Order      prize.Order `json:"order"`
}

// handOver takes the code that a shopper shows.
func (a *api) handOver(c call) (act, error) {
	var in codeShown
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if reasonless(in.Code) {
		return nil, invalid{"code is what the shopper shows: 1042-738291"}
	}
	if err := a.ownCode(c, in.Code); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		o, right, err := a.Prizes.HandOverTx(ctx, tx, in.Code, prize.Act{Staff: c.by.ID, At: c.now})
		if err != nil {
			return nil, err
		}
		what := "hand_over"
		if !right {
			what = "wrong_code"
		}
		return handedOver{right, o}, a.audit(ctx, tx, c, what, o, "")
	}, nil
}

// refusePrize answers a refusal of package prize; false when err is none.
func refusePrize(w http.ResponseWriter, err error) bool {
	state, other := errors.AsType[*prize.StateError](err)
	few, short := errors.AsType[*ledger.Insufficient](err)
	switch {
	case other:
		problem.Write(w, http.StatusConflict, "other_state", state.Error())
	case short:
		problem.Write(w, http.StatusConflict, "insufficient", few.Error())
	case errors.Is(err, prize.ErrOutOfStock), errors.Is(err, prize.ErrNegative):
		problem.Write(w, http.StatusConflict, "out_of_stock", prize.ErrOutOfStock.Error())
	case errors.Is(err, prize.ErrGone):
		problem.Write(w, http.StatusConflict, "not_in_showcase", prize.ErrGone.Error())
	case errors.Is(err, prize.ErrLimit):
		problem.Write(w, http.StatusConflict, "limit", prize.ErrLimit.Error())
	case errors.Is(err, prize.ErrStranger):
		problem.Write(w, http.StatusConflict, "not_registered", prize.ErrStranger.Error())
	case errors.Is(err, prize.ErrSuspended):
		problem.Write(w, http.StatusConflict, "suspended", prize.ErrSuspended.Error())
	case errors.Is(err, prize.ErrNobody):
		problem.Write(w, http.StatusConflict, "no_chat", prize.ErrNobody.Error())
	case errors.Is(err, prize.ErrNoAddress):
		problem.Write(w, http.StatusConflict, "no_address", prize.ErrNoAddress.Error())
	case errors.Is(err, prize.ErrByCodes):
		problem.Write(w, http.StatusConflict, "stocked_by_codes", prize.ErrByCodes.Error())
	case errors.Is(err, prize.ErrLocked):
		problem.Write(w, http.StatusConflict, "too_many_tries", prize.ErrLocked.Error())
	default:
		return false
	}
	return true
}
