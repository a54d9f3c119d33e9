package api

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/coupon"
	"besedka/core/staff"
	"besedka/storage"
)

// coupons gives the member n coupons of one receipt in the campaign c.
func (d *desk) coupons(n int64) {
	d.t.Helper()
	receipt := d.bought()
	d.must(d.db.InTx(d.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := coupon.Service{}.AddTx(ctx, tx, now, coupon.Addition{
			Key: "visit", Campaign: "c", Version: 1, Member: d.member, Receipt: receipt, Sum: n, Terms: coupon.Terms{Most: n},
		})
		return err
	}))
}

func printed(answer map[string]any) (numbers []any) {
	for _, k := range answer["coupons"].([]any) {
		numbers = append(numbers, k.(map[string]any)["printed"])
	}
	return numbers
}

func TestCouponsAreListedAndFound(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.coupons(pageRows + 2)
	read := func(path string) (int, map[string]any) {
		return d.ask("GET", path, d.tokens[staff.Registrar], "", "")
	}
	path := fmt.Sprintf("/members/%d/coupons", d.member)
	status, first := read(path)
	if all := printed(first); status != 200 || len(all) != pageRows || all[0] != fmt.Sprintf("%06d", pageRows+2) {
		t.Errorf("first page: %d, %d of them", status, len(all))
	}
	_, second := read(fmt.Sprintf("%s?after=%.0f", path, first["next"]))
	if diff := cmp.Diff([]any{"000002", "000001"}, printed(second)); diff != "" || second["next"] != nil {
		t.Errorf("second page: %s", diff)
	}
	if status, _ := read("/members/77/coupons"); status != 404 {
		t.Errorf("of nobody: %d", status)
	}
	for query, want := range map[string]any{
		"number=000017": "000017", "number=17&campaign=c": "000017", "number=17&campaign=other": nil, "number=5000": nil,
	} {
		status, found := read("/coupons?" + query)
		if all := printed(found); status != 200 || want == nil && len(all) > 0 || want != nil && (len(all) != 1 || all[0] != want) {
			t.Errorf("%s: %d %v", query, status, all)
		}
	}
	for _, query := range []string{"", "number=0", "number=seven", "number=-1", "number=99999999999999999999", "number=1&campaign=%00", "number=1&after=x"} {
		if status, _ := read("/coupons?" + query); status != 400 {
			t.Errorf("%q: %d", query, status)
		}
	}
}

func TestCouponIsVoidedOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.coupons(2)
	void := func(id int, key, body string) (int, map[string]any) {
		return d.ask("POST", fmt.Sprintf("/coupons/%d/void", id), d.tokens[staff.Reviewer], key, body)
	}
	const why = `{"reason": "issued to a cashier"}`
	for range 2 { // the second is the same request
		status, answer := void(1, "a", why)
		got := []any{status, answer["state"], answer["printed"], answer["reason"], answer["sum"]}
		if diff := cmp.Diff([]any{200, "void", "000001", "issued to a cashier", 1.0}, got); diff != "" {
			t.Errorf("voided: %s", diff)
		}
	}
	if status, answer := void(1, "b", why); status != 409 || answer["type"] != "urn:besedka:problem:void" {
		t.Errorf("void already: %d %v", status, answer)
	}
	if status, _ := void(77, "c", why); status != 404 {
		t.Errorf("none: %d", status)
	}
	for _, body := range []string{`{}`, `{"reason": ""}`, `{"reason": "\u0000"}`, `{"why": "x"}`, ``} {
		if status, _ := void(2, body, body); status != 400 {
			t.Errorf("%s: %d", body, status)
		}
	}
	audited, err := storage.Value[int](t.Context(), d.db, "select count(*) from audit where act = 'coupons.void' and object = 'coupon/1'")
	if err != nil || audited != 1 {
		t.Errorf("%d rows of the audit, %v", audited, err)
	}
	if report, err := (coupon.Service{}).Check(t.Context(), d.db); err != nil || len(report.Breaches) > 0 {
		t.Errorf("books: %+v, %v", report.Breaches, err)
	}
}
