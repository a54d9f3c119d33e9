package main

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"besedka/core/receipt"
)

// placeView is what the API tells of a receipt's place.
type placeView struct {
	Verdict, Store, Zone string
	Review               int64
}

func (r rehearsed) place(t *testing.T, receipt int64) (v placeView) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.api(t, "GET", fmt.Sprintf("receipts/%d/place", receipt), "")), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// playPlaces: a store of the shipped partners is known by its address, and moves the
// purchase into its zone; a new firm at the address of another is asked about once; the
// shops of nobody are let pass. The bonuses wait for none of them.
func playPlaces(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "yana")
	buy := func(inn, address string) (receipt int64, bought time.Time) {
		items := []fields{{"name": "Хлеб", "price": 40_000, "quantity": 1, "sum": 40_000}}
		qr := r.receipt(t, 40_000, fields{"receipt": fields{"items": items, "totalSum": 40_000, "userInn": inn, "retailPlaceAddress": address}})
		r.do(t, "telegram", "yana", fields{"photo": fields{"qr": qr}})
		r.advance(t, time.Minute)
		latest := r.member(t, "telegram", "yana").Receipts[0]
		return latest.ID, latest.Bought
	}
	here, moscow := buy("3310000006", "Суздаль г, Луговая ул, дом 5")
	if got := r.place(t, here); got.Verdict != "accepted" || got.Store != "lavka_suzdal" || got.Zone != "" {
		t.Errorf("a store: %+v", got)
	}
	west, kaliningrad := buy("3310000006", "236022, г.Калининград, Мира пр-кт, дом 10, корпус 2")
	if got := r.place(t, west); got.Store != "lavka_kaliningrad" || got.Zone != "Europe/Kaliningrad" {
		t.Errorf("a store in another zone: %+v", got)
	}
	if ahead := kaliningrad.Sub(moscow); ahead < time.Hour || ahead > time.Hour+5*time.Minute {
		t.Errorf("the till of Kaliningrad showed the hour of Moscow, and its purchase is %v later", ahead)
	}
	first, _ := buy("3310000013", "Суздаль г, Луговая ул, дом 5")
	asked := r.place(t, first)
	if asked.Verdict != "unsure" || asked.Review == 0 {
		t.Fatalf("a new firm: %+v", asked)
	}
	r.api(t, "POST", fmt.Sprintf("reviews/%d/place", asked.Review), `{"store": "lavka_suzdal", "reason": "новое юрлицо"}`)
	second, _ := buy("3310000013", "СУЗДАЛЬ, УЛ.ЛУГОВАЯ, Д.5")
	for _, id := range []int64{first, second} {
		if got := r.place(t, id); got.Verdict != "accepted" || got.Store != "lavka_suzdal" {
			t.Errorf("taught: %+v", got)
		}
	}
	stranger, _ := buy("3310000038", "Кострома, ул. Мира, 7")
	if got := r.place(t, stranger); got.Verdict != "other" || got.Review != 0 {
		t.Errorf("a stranger: %+v", got)
	}
	for _, got := range r.member(t, "telegram", "yana").Receipts {
		if got.State != receipt.Credited {
			t.Errorf("receipt %d waits for the place: %s", got.ID, got.State)
		}
	}
}
