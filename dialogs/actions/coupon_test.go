package actions

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/coupon"
	"besedka/core/expr"
	"besedka/core/member"
	"besedka/dialogs"
	"besedka/locales"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestCouponsPageByPage: twelve coupons of a receipt that was printed in another zone
// are two messages, the newest first, and one of them is void.
func TestCouponsPageByPage(t *testing.T) {
	t.Parallel()
	tx, ctx := storagetest.Tx(t), t.Context()
	one := func(sql string, args ...any) int64 {
		t.Helper()
		id, err := storage.Value[int64](ctx, tx, sql, args...)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	at := time.Date(2026, 8, 2, 20, 30, 0, 0, time.UTC)
	anna, nobody := one(`insert into member (created_at) values ($1) returning id`, at), one(`insert into member (created_at) values ($1) returning id`, at)
	receipt := one(`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
		values ('pages', 1, 1, 1, '2026-08-03T06:30', 'Asia/Vladivostok', $1, 170050, $2, 'credited', $1, $1) returning id`, at, anna)
	one(`insert into campaign (id, state) values ('pages', 'draft') returning 1::bigint`)
	if _, err := (coupon.Service{}).AddTx(ctx, tx, at, coupon.Addition{
		Key: "pages", Campaign: "pages", Version: 1, Member: anna, Receipt: receipt, Sum: 12, Terms: coupon.Terms{Most: 12},
	}); err != nil {
		t.Fatal(err)
	}
	if err := coupon.VoidTx(ctx, tx, at, one(`select id from coupon where campaign_id = 'pages' and number = 1`), "why"); err != nil {
		t.Fatal(err)
	}
	list := Coupons{locales.BuiltIn()}.list
	ask := func(who int64, lang string, args map[string]expr.Value) dialogs.CallResult {
		t.Helper()
		r, err := list(ctx, tx, Call{Call: dialogs.Call{Args: args}, Lang: lang, Who: member.Subject{Member: who}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := ask(anna, "ru", nil)
	var lines []string
	for n := 12; n > 2; n-- {
		lines = append(lines, fmt.Sprintf("№ %06d — чек на 1\u202f700,50\u202f₽ от 03.08.2026", n))
	}
	if diff := cmp.Diff(append(lines, "more", "11"), append(strings.Split(first.Values["list"].Text(), "\n"), first.Outcome, first.Values["live"].String())); diff != "" {
		t.Errorf("first page: %s", diff)
	}
	second := ask(anna, "en", map[string]expr.Value{"before": first.Values["before"]})
	want := "last\nNo. 000002: receipt for 1,700.50\u202f₽ of 2026-08-03\nNo. 000001: out of the draw; receipt for 1,700.50\u202f₽ of 2026-08-03"
	if diff := cmp.Diff(want, second.Outcome+"\n"+second.Values["list"].Text()); diff != "" {
		t.Errorf("second page: %s", diff)
	}
	if r := ask(nobody, "ru", nil); r.Outcome != "none" {
		t.Errorf("nobody has %+v", r)
	}
}
