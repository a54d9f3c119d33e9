package api

import (
	"context"
	"fmt"
	"strconv"

	"besedka/core/coupon"
	"besedka/core/staff"
	"besedka/storage"
)

// couponCard is a coupon with its number as people read it.
type couponCard struct {
	coupon.Coupon
	Printed string `json:"printed"`
}

// couponPage is one page of GET /members/{id}/coupons and GET /coupons.
type couponPage struct {
	Coupons []couponCard `json:"coupons"`
	Next    int64        `json:"next,omitempty"`
}

func couponsOf(rows []coupon.Coupon) couponPage {
	shown, next := page(rows, func(k coupon.Coupon) int64 { return k.ID })
	p := couponPage{make([]couponCard, len(shown)), next}
	for i, k := range shown {
		p.Coupons[i] = couponCard{k, coupon.Printable(k.Number)}
	}
	return p
}

// listCoupons shows what a member has.
func (a *api) listCoupons(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	m, err := a.Members.Get(c.ctx, id) // who the id became by joining
	if err != nil {
		return nil, err
	}
	rows, err := coupon.OfMember(c.ctx, a.DB, m.ID, after, pageRows+1, c.by.Partners...)
	return couponsOf(rows), err
}

// findCoupons looks a number up.
func (a *api) findCoupons(c call) (any, error) {
	query := c.r.URL.Query()
	number, err := strconv.ParseInt(query.Get("number"), 10, 64)
	if err != nil || number < 1 {
		return nil, invalid{"number must be a coupon's, such as 000017"}
	}
	campaign := query.Get("campaign")
	if !storable(campaign) {
		return nil, invalid{"campaign must be the id of one"}
	}
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	rows, err := coupon.Find(c.ctx, a.DB, number, campaign, after, pageRows+1, c.by.Partners...)
	return couponsOf(rows), err
}

// voiding is the body of POST /coupons/{id}/void.
type voiding struct {
	Reason string `json:"reason"`
}

// voidCoupon takes one coupon out of the draw.
func (a *api) voidCoupon(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in voiding
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Reason == "" || !storable(in.Reason) {
		return nil, invalid{"give the reason in words: it stays in the record"}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if err := coupon.VoidTx(ctx, tx, c.now, id, in.Reason); err != nil {
			return nil, err
		}
		k, err := coupon.Get(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		err = staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "coupons.void", Object: fmt.Sprintf("coupon/%d", id),
			Detail: map[string]any{"campaign": k.Campaign, "number": k.Number, "member": k.Member},
		})
		return couponCard{k, coupon.Printable(k.Number)}, err
	}, nil
}
