package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"besedka/core/coupon"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// books check proves the coupons too, and says which pool is not what its receipts say.
func TestBooksProveTheCoupons(t *testing.T) {
	t.Parallel()
	dsn, data := storagetest.DSN(t), t.TempDir()
	check := func(asJSON bool) (string, error) {
		var out bytes.Buffer
		c := booksCheckCmd{place: place{Data: data, DatabaseURL: secret(dsn)}, JSON: asJSON}
		err := c.Run(t.Context(), &out, slog.New(slog.DiscardHandler))
		return out.String(), err
	}
	db, err := storage.Open(t.Context(), dsn, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	at := time.Date(2019, 8, 3, 12, 0, 0, 0, time.UTC)
	for _, sql := range []string{
		`insert into campaign (id, state) values ('oz', 'draft')`,
		`insert into member (created_at) values ('2019-08-01')`,
		`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			values ('fn', 1, 1, 1, '2019-08-03', 'UTC', '2019-08-03', 100, 1, 'credited', '2019-08-03', '2019-08-03')`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	err = db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := coupon.Service{}.AddTx(ctx, tx, at, coupon.Addition{
			Key: "visit", Campaign: "oz", Version: 1, Member: 1, Receipt: 1, Sum: 3, Terms: coupon.Terms{Most: 2},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if out, err := check(false); err != nil || !strings.Contains(out, "2 coupons in 1 pools: 2 live, 1 forfeited\nthe books are exact\n") {
		t.Errorf("%v\n%s", err, out)
	}
	for _, sql := range []string{`update coupon_contribution set sum = 2`, `update coupon set number = 7 where number = 2`} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	out, err := check(false)
	if !errors.Is(err, errBooks) || strings.Contains(out, "exact") {
		t.Errorf("broken books: %v", err)
	}
	for _, line := range []string{
		"BREACH pool_sum_is_its_receipts: pool 1 has 3, its rows say 2\n",
		"BREACH pool_entitled_by_its_receipts: pool 1 has 3, its rows say 2\n",
		"BREACH coupon_numbers_without_gaps: campaign oz has 7, its rows say 2\n",
	} {
		if !strings.Contains(out, line) {
			t.Errorf("no %q in\n%s", line, out)
		}
	}
	var report struct{ Coupons coupon.Report }
	out, _ = check(true)
	if err := json.Unmarshal([]byte(out), &report); err != nil || len(report.Coupons.Breaches) != 3 {
		t.Errorf("as JSON: %v, %s", err, out)
	}
}
