package actions

import (
	"context"
	"strings"

	"besedka/core/coupon"
	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/locales"
	"besedka/storage"
)

// couponRows is how many coupons one message lists.
const couponRows = 10

// Coupons tells members of their coupons.
type Coupons struct {
	Texts *locales.Catalog
}

// Add puts the calls of coupons into s.
func (a Coupons) Add(s Set) { s["coupons.list"] = Shared(a.list) }

// list words a page of the member's coupons, the last issued first.
func (a Coupons) list(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	before, _ := c.Args["before"].Int() // unknown of the first page
	found, err := coupon.OfMember(ctx, tx, c.Who.Member, before, couponRows+1)
	if err != nil || len(found) == 0 {
		return plain("none"), err
	}
	live, err := coupon.LiveOf(ctx, tx, c.Who.Member)
	if err != nil {
		return dialogs.CallResult{}, err
	}
	outcome, shown := "last", found
	if len(found) > couponRows {
		outcome, shown = "more", found[:couponRows]
	}
	lines, p := make([]string, len(shown)), a.Texts.Printer(c.Lang)
	for i, k := range shown {
		lines[i] = couponLine(p, k)
	}
	return values(outcome, map[string]expr.Value{
		"list": expr.TextOf(strings.Join(lines, "\n")), "live": expr.CountOf(live), "before": expr.CountOf(shown[len(shown)-1].ID),
	}), nil
}

// couponLine is one coupon with the receipt that brought it, by the till's own day.
func couponLine(p *locales.Printer, k coupon.Coupon) string {
	return p.Text("coupon."+string(k.State), locales.Args{
		"number": locales.Text(coupon.Printable(k.Number)), "sum": locales.Money(k.Sum), "day": locales.Date(k.Printed),
	})
}
