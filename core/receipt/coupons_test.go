package receipt_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/coupon"
	"besedka/core/receipt"
	"besedka/storage"
)

// The news of a receipt tells the numbers of its coupons, and so does that of its end.
func TestCouponsFollowTheirReceipt(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	r := h.submit(member, h.print(3400_00, -time.Minute, 0))
	add := func(ctx context.Context, tx storage.Tx) error { // as a campaign does while the receipt is credited
		_, err := h.service.Coupons.AddTx(ctx, tx, h.now(), coupon.Addition{
			Key: "visit", Campaign: "cashback", Version: 1, Member: member, Receipt: r.Receipt, Sum: 3, Terms: coupon.Terms{Most: 3},
		})
		return err
	}
	h.tx(add)
	h.settle(time.Minute)
	told := func(news string) []string {
		n := h.notices[fmt.Sprintf("receipt/%d/%s", r.Receipt, news)]
		return []string{n.Args["coupons"].String(), n.Args["numbers"].Text()}
	}
	want := []string{"3", "000001–000003"}
	if diff := cmp.Diff(want, told("credited")); diff != "" {
		t.Errorf("told of the credit: %s", diff)
	}
	_, err := h.revoke(receipt.Revocation{Receipt: r.Receipt, Reason: receipt.Fraud})
	h.must(err)
	if diff := cmp.Diff(want, told("revoked")); diff != "" {
		t.Errorf("told of its end: %s", diff)
	}
	if live, err := coupon.LiveOf(t.Context(), h.db, member); err != nil || live != 0 {
		t.Errorf("%d coupons are live, %v", live, err)
	}
}
