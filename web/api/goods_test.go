package api

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"besedka/core/fiscal"
	"besedka/core/product"
	"besedka/core/release"
	"besedka/core/staff"
	"besedka/storage"
)

// bought is a verified receipt of three lines, matched by a catalogue of one
// product.
func (d *desk) bought() (receipt int64) {
	d.t.Helper()
	d.programme.Languages = []string{"ru"}
	folder := fstest.MapFS{"catalogue.yaml": {Data: []byte("brands: {Полянка: [polyanka]}\nproducts: {milk: {name: Молоко, brand: Полянка, kind: молоко}}")}}
	_, _, err := release.New(d.db).Publish(d.t.Context(), release.Order{At: now}, folder, func(context.Context, storage.Tx, string) error { return nil })
	d.must(err)
	receipt, err = storage.Value[int64](d.t.Context(), d.db, `insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
		values ('9289000100000001', (select count(*) + 1 from receipt), 1, 1, '2026-05-03', 'UTC', $1, 1, $2, 'verified', $1, $1) returning id`, now, d.member)
	d.must(err)
	r := fiscal.Receipt{INN: "7825706086"}
	for _, name := range []string{"Молоко ПОЛЯНКА", "Молоко Палянка", "Хлеб"} {
		r.Lines = append(r.Lines, fiscal.Line{Name: name, Quantity: 2_000_000, Sum: 179_80})
	}
	d.must(d.db.InTx(d.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return (&product.Service{}).MatchTx(ctx, tx, now, receipt, r)
	}))
	return receipt
}

func TestGoodsAreShownAndTaught(t *testing.T) {
	t.Parallel()
	d := open(t)
	receipt := d.bought()
	path, reviewer := fmt.Sprintf("/receipts/%d/goods", receipt), d.tokens[staff.Reviewer]
	show := func() (lines []any, goods []any) {
		status, answer := d.ask("GET", path, reviewer, "", "")
		if status != 200 {
			t.Fatalf("%d %v", status, answer)
		}
		return answer["lines"].([]any), answer["goods"].([]any)
	}
	lines, goods := show()
	if diff := cmp.Diff([]any{map[string]any{"product": "milk", "pieces": 2.0, "sum": 17980.0}}, goods); diff != "" {
		t.Error(diff)
	}
	unsure := lines[1].(map[string]any)
	review := fmt.Sprintf("/reviews/%v/product", unsure["review"])
	delete(unsure, "review")
	want := map[string]any{
		"line": 1.0, "name": "Молоко Палянка", "product": "milk", "score": 80.0, "verdict": "unsure", "pieces": 2.0, "sum": 17980.0,
		"why": "milk? 80 из 100, решает человек\nмарка «палянка»: «Полянка» с одной опиской, 30\nвид «молоко»: 25\nфасовка любая: 25",
	}
	if diff := cmp.Diff(want, unsure); diff != "" {
		t.Error(diff)
	}
	for i, tt := range []struct {
		path, body string
		status     int
	}{
		{review, `{"reason": "опечатка кассира"}`, 400},
		{review, `{"product": "", "reason": "опечатка кассира"}`, 400},
		{review, `{"product": "kefir", "reason": "опечатка кассира"}`, 400},
		{review, `{"product": "milk"}`, 400},
		{review, `{"product": "milk", "reason": "опечатка кассира"}`, 200},
		{review, `{"product": null, "reason": "нет, не она"}`, 409},
		{"/reviews/999/product", `{"product": null, "reason": "нет"}`, 404},
		{path, `{"product": null, "reason": "это булка"}`, 400},
		{path, `{"line": 2, "product": "milk", "reason": "молочный хлеб"}`, 200},
		{path, `{"line": 2, "product": null, "reason": "нет, не молочный"}`, 409},
		{path, `{"line": 7, "product": null, "reason": "нет такой"}`, 404},
	} {
		if status, answer := d.ask("POST", tt.path, reviewer, fmt.Sprint(i), tt.body); status != tt.status {
			t.Errorf("%s %s: %d %v, want %d", tt.path, tt.body, status, answer, tt.status)
		}
	}
	if _, goods := show(); !cmp.Equal(goods, []any{map[string]any{"product": "milk", "pieces": 6.0, "sum": 3 * 17980.0}}) {
		t.Errorf("taught: %v", goods)
	}
	acts, err := storage.Value[int64](t.Context(), d.db, "select count(*) from audit where act in ('products.decide', 'products.correct')")
	if d.must(err); acts != 2 {
		t.Errorf("%d acts in the audit log, want 2", acts)
	}
}
