package main

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// goodsView is what the API tells of a receipt's goods.
type goodsView struct {
	Lines []struct {
		Name, Product, Verdict string
		Review                 int64
	}
	Goods []struct {
		Product     string
		Pieces, Sum int64
	}
}

func (r rehearsed) goods(t *testing.T, receipt int64) (v goodsView) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.api(t, "GET", fmt.Sprintf("receipts/%d/goods", receipt), "")), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// playGoods is A25 as far as goods go: a line that nobody can be sure of waits for
// a person, its receipt with it, and the same words in the next receipt of the chain
// for nobody.
func playGoods(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "zoya")
	items := []fields{
		{"name": "МОЛ.ПОЛ.2,5%", "price": 10_000, "quantity": 1, "sum": 10_000},
		{"name": "КЕФИР ПОЛЯНКА 1% 930Г", "price": 9_000, "quantity": 2, "sum": 17_500},
		{"name": "Хлеб", "price": 12_500, "quantity": 1, "sum": 12_500},
	}
	buy := func() (receipt int64) {
		qr := r.receipt(t, 40_000, fields{"receipt": fields{"items": items, "totalSum": 40_000, "userInn": "7825706086"}})
		r.do(t, "telegram", "zoya", fields{"photo": fields{"qr": qr}})
		r.advance(t, time.Minute)
		return r.member(t, "telegram", "zoya").Receipts[0].ID
	}
	first := r.goods(t, buy())
	if len(first.Lines) != 3 || first.Lines[0].Verdict != "unsure" || first.Lines[0].Product != "молоко_2_5" || first.Lines[0].Review == 0 {
		t.Fatalf("the first receipt: %+v", first)
	}
	if len(first.Goods) != 1 || first.Goods[0].Product != "кефир" || first.Goods[0].Pieces != 2 || first.Goods[0].Sum != 17_500 {
		t.Errorf("goods of the first receipt: %+v", first.Goods)
	}
	if m := r.member(t, "telegram", "zoya"); m.points() != 0 {
		t.Errorf("%d points before the person", m.points())
	}
	r.api(t, "POST", fmt.Sprintf("reviews/%d/product", first.Lines[0].Review), `{"product": "молоко_2_5", "reason": "наше молоко"}`)
	second := r.goods(t, buy())
	if l := second.Lines[0]; l.Verdict != "accepted" || l.Product != "молоко_2_5" || l.Review != 0 {
		t.Errorf("the second receipt: %+v", second)
	}
	if m, each := r.member(t, "telegram", "zoya"), int64((10_000+17_500)*3/100); m.points() != 2*each {
		t.Errorf("%d points, want twice %d", m.points(), each)
	}
}
