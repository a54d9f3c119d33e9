package api

import (
	"context"
	"fmt"
	"testing"
	"time"

	"besedka/core/ledger"
	"besedka/core/prize"
	"besedka/core/prize/showcase"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/storage"
)

func scaleOf(string) int { return 2 }

func (d *desk) prizes(keys *seal.Keyring) *prize.Service {
	goods, problems := showcase.Parse("prizes.yaml", []byte("prizes: {bag: {name: Сумка, price: 500, delivery: desk}, milk: {name: Молоко, price: 100, delivery: code}, box: {name: Посылка, price: 100, delivery: parcel}}"), time.UTC)
	if len(problems) > 0 {
		d.t.Fatal(problems[0])
	}
	return prize.New(prize.Config{
		DB: d.db, Keys: keys, Showcase: func() *showcase.Showcase { return goods }, Zone: func() *time.Location { return time.UTC },
		Currency: func() string { return ledger.Bonus }, Scale: scaleOf, Notify: func(context.Context, storage.Tx, time.Time, prize.Notice) error { return nil },
	})
}

// rich registers the member and gives them points.
func (d *desk) rich(points int64) {
	d.t.Helper()
	d.must(d.db.InTx(d.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		if _, err := d.people.RegisterTx(ctx, tx, now, d.member); err != nil {
			return err
		}
		return ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: "test", Member: d.member, Currency: ledger.Bonus, Amount: points, At: now})
	}))
}

// TestDeskHandsOver: stock comes in, a registrar sets a bag aside, confirms it and
// hands it over once.
func TestDeskHandsOver(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.rich(700_00)
	for _, tt := range []struct {
		change int
		status int
	}{{3, 200}, {-4, 409}, {0, 400}, {-1, 200}} {
		status, answer := d.ask("POST", "/prizes/bag/stock", d.tokens[staff.Marketer], fmt.Sprint("s", tt.change), fmt.Sprintf(`{"change": %d, "reason": "delivery 17"}`, tt.change))
		if status != tt.status {
			t.Errorf("stock by %d: %d %v, want %d", tt.change, status, answer, tt.status)
		}
	}
	registrar := d.tokens[staff.Registrar]
	body := fmt.Sprintf(`{"member": %d, "prize": "bag"}`, d.member)
	_, made := d.ask("POST", "/orders", registrar, "one", body)
	_, again := d.ask("POST", "/orders", registrar, "two", body)
	if made["state"] != "reserved" || made["price"] != 50000.0 || again["id"] != made["id"] {
		t.Fatalf("reserved %v and %v", made, again)
	}
	order := fmt.Sprintf("/orders/%v", made["id"])
	d.ask("POST", order+"/confirm", registrar, "three", "{}")
	status, wrong := d.ask("POST", "/handovers", registrar, "four", fmt.Sprintf(`{"code": "%v-x"}`, made["id"]))
	if status != 200 || wrong["handedOver"] != false {
		t.Errorf("a wrong code: %d %v", status, wrong)
	}
	own, err := d.prizes(d.keys).Own(t.Context(), d.db, d.member, 0)
	d.must(err)
	status, right := d.ask("POST", "/handovers", registrar, "five", fmt.Sprintf(`{"code": %q}`, own.Code))
	if status != 200 || right["handedOver"] != true {
		t.Errorf("the code: %d %v", status, right)
	}
	if status, twice := d.ask("POST", "/handovers", registrar, "six", fmt.Sprintf(`{"code": %q}`, own.Code)); status != 409 || twice["type"] != "urn:besedka:problem:other_state" {
		t.Errorf("the code again: %d %v", status, twice)
	}
	if status, late := d.ask("POST", order+"/cancel", registrar, "seven", `{"reason": "changed their mind"}`); status != 409 {
		t.Errorf("cancelled when it is gone: %d %v", status, late)
	}
	_, shown := d.ask("GET", order, registrar, "", "")
	if shown["state"] != "handed_over" || len(shown["history"].([]any)) != 3 {
		t.Errorf("its history: %v", shown)
	}
	for query, want := range map[string]int{"": 1, "?state=reserved": 0, "?state=handed_over": 1, fmt.Sprintf("?member=%d", d.member): 1, "?member=77": 0} {
		_, page := d.ask("GET", "/orders"+query, registrar, "", "")
		if got := len(page["orders"].([]any)); got != want {
			t.Errorf("%d orders of %q, want %d", got, query, want)
		}
	}
	if status, answer := d.ask("POST", "/orders", registrar, "eight", body); status != 409 || answer["type"] != "urn:besedka:problem:insufficient" {
		t.Errorf("with 200 left: %d %v", status, answer)
	}
}

// TestCodesComeIn are counted, and never read back.
func TestCodesComeIn(t *testing.T) {
	t.Parallel()
	d := open(t)
	marketer := d.tokens[staff.Marketer]
	status, answer := d.ask("POST", "/prizes/pools/milk/codes", marketer, "one", `{"codes": ["A-1", "A-2", "A-1"]}`)
	if status != 200 || answer["added"] != 2.0 || answer["known"] != 1.0 {
		t.Errorf("added: %d %v", status, answer)
	}
	for _, body := range []string{`{"codes": []}`, `{"codes": [""]}`, `{"codes": null}`} {
		if status, answer := d.ask("POST", "/prizes/pools/milk/codes", marketer, "two", body); status != 400 {
			t.Errorf("%s: %d %v", body, status, answer)
		}
	}
	_, list := d.ask("GET", "/prizes", marketer, "", "")
	if milk := list["prizes"].([]any)[1].(map[string]any); milk["stock"] != 2.0 || milk["pool"] != "milk" {
		t.Errorf("listed: %v", list)
	}
}

// TestAddressIsNotKept: where a parcel goes is shown as often as it is asked for, and
// lies nowhere in the clear.
func TestAddressIsNotKept(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.rich(700_00)
	prizes, registrar := d.prizes(d.keys), d.tokens[staff.Registrar]
	d.ask("POST", "/prizes/box/stock", d.tokens[staff.Marketer], "stock", `{"change": 1, "reason": "delivery 17"}`)
	_, made := d.ask("POST", "/orders", registrar, "order", fmt.Sprintf(`{"member": %d, "prize": "box"}`, d.member))
	d.must(d.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := prizes.ConfirmTx(ctx, tx, prize.Act{Order: int64(made["id"].(float64)), Member: d.member, Address: "Meadow Lane 5", At: now})
		return err
	}))
	for range 2 {
		if status, answer := d.ask("POST", fmt.Sprintf("/orders/%v/address", made["id"]), registrar, "look", ""); status != 200 || answer["address"] != "Meadow Lane 5" {
			t.Fatalf("shown: %d %v", status, answer)
		}
	}
	kept, err := storage.Value[int64](t.Context(), d.db, `select count(*) from idempotency where convert_from(body, 'UTF8') like '%Meadow%'`)
	d.must(err)
	looked, err := storage.Value[int64](t.Context(), d.db, `select count(*) from audit where act = 'orders.address'`)
	d.must(err)
	if kept != 0 || looked != 1 {
		t.Errorf("%d kept answers have the address, %d looks are in the record", kept, looked)
	}
}
