package inbox

import (
	"context"

	"besedka/core/conversation"
	"besedka/core/coupon"
	"besedka/core/prize"
	"besedka/core/receipt"
	"besedka/flows"
	"besedka/web/console/ui"
)

// someRows is how many receipts, coupons and prizes stand beside a conversation, of each:
// the member's card has more.
const someRows = 5

// owned is what the shopper has, the latest first.
type owned struct {
	Receipts []receipt.Item
	Pictures map[int64]string // of receipts that were sent in this very chat
	Coupons  []coupon.Coupon
	Live     int64 // how many coupons count
	Prizes   []prize.Order
}

// owned reads it for who works for the partners: nothing of the others' receipts, and not
// how many coupons there are in all.
func (p *pages) owned(ctx context.Context, of conversation.Held, partners []string) (h owned, err error) {
	if h.Receipts, err = receipt.Latest(ctx, p.DB, of.Member, someRows, partners...); err != nil {
		return h, err
	}
	ids := make([]int64, len(h.Receipts))
	for i, r := range h.Receipts {
		ids[i] = r.ID
	}
	if h.Pictures, err = receipt.PicturesOf(ctx, p.DB, of.ID, ids); err != nil {
		return h, err
	}
	if h.Coupons, err = coupon.OfMember(ctx, p.DB, of.Member, 0, someRows, partners...); err != nil {
		return h, err
	}
	if len(partners) == 0 {
		if h.Live, err = coupon.LiveOf(ctx, p.DB, of.Member); err != nil {
			return h, err
		}
	}
	h.Prizes, err = prize.LatestOf(ctx, p.DB, of.Member, someRows, partners...)
	return h, err
}

// verdict says why a receipt gave nothing, "" when it did or may yet.
func verdict(v ui.View, r receipt.Item) string {
	if r.Reason == "" || r.State != receipt.Rejected && r.State != receipt.Revoked {
		return ""
	}
	key := "today.reasons." + string(r.Reason)
	if text := v.T(key); text != "console."+key {
		return text
	}
	return string(r.Reason)
}

// titleOf is a currency's word in the reader's language.
func titleOf(v ui.View, c flows.Currency) string {
	if forms := c.Title[v.Lang]; len(forms) > 0 {
		return forms[len(forms)-1]
	}
	return c.ID
}
