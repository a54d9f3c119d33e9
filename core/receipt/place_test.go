package receipt_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/partner"
	"besedka/core/receipt"
	"besedka/core/release"
	"besedka/storage"
)

// partners are in force from here on.
func (h *house) partners(text string) {
	h.t.Helper()
	h.service.Partners = &partner.Service{Log: slog.New(slog.DiscardHandler)}
	_, _, err := release.New(h.db).Publish(h.t.Context(), release.Order{At: noon}, fstest.MapFS{"partners.yaml": {Data: []byte(text)}}, func(context.Context, storage.Tx, string) error { return nil })
	h.must(err)
}

func (h *house) bought(id int64) (zone string, at time.Time) {
	h.t.Helper()
	zone, err := storage.Value[string](h.t.Context(), h.db, "select zone from receipt where id = $1", id)
	h.must(err)
	at, err = storage.Value[time.Time](h.t.Context(), h.db, "select purchased_at from receipt where id = $1", id)
	h.must(err)
	return zone, at.UTC()
}

// A receipt of a store in another zone was made at another instant than it seemed when
// nobody knew the store.
func TestPurchaseInTheZoneOfItsStore(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.partners(`{partners: {omsk: {name: Омск, stores: {omsk_1: {zone: Asia/Omsk, tills: ["9289000100000001"]}}}}}`)
	member := h.member(true)
	h.submit(member, h.print(1000_00, -time.Minute, 0))
	h.settle(day)
	r := h.latest(member)
	zone, at := h.bought(r.ID)
	if want := time.Date(2026, 5, 3, 5, 59, 0, 0, time.UTC); zone != "Asia/Omsk" || !at.Equal(want) {
		t.Errorf("bought at %v in %s, want %v", at, zone, want)
	}
	places, err := partner.Places(t.Context(), h.db, []int64{r.ID})
	h.must(err)
	if diff := cmp.Diff(map[int64]partner.Place{r.ID: {Partner: "omsk", Store: "omsk_1", Zone: "Asia/Omsk"}}, places); diff != "" {
		t.Error(diff)
	}
}

// A store that a person tells while the receipt waits for its member moves it, too; one
// told afterwards does not: the instant has decided by then.
func TestPurchaseMovesUntilItIsCredited(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.partners(`{partners: {omsk: {name: Омск, stores: {omsk_1: {zone: Asia/Omsk, tills: ["0001234567012345"]}}}}}`)
	staff, err := storage.Value[int64](t.Context(), h.db, "insert into staff (name, roles, created_at) values ('A', '{reviewer}', $1) returning id", noon)
	h.must(err)
	asleep, awake := h.member(false), h.member(true)
	h.submit(asleep, h.print(1000_00, -time.Minute, 0))
	h.submit(awake, h.print(1000_00, -time.Minute, 0))
	h.settle(day)
	waiting, err := partner.Unknown(t.Context(), h.db, 0, 10)
	if h.must(err); len(waiting) != 1 || waiting[0].Receipts != 2 {
		t.Fatalf("questions: %+v", waiting)
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		_, err := h.service.Partners.DecideTx(ctx, tx, h.now(), partner.Decision{Task: waiting[0].Task, Staff: staff, Store: "omsk_1", Note: "n"})
		if err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, "update member set registered_at = $2 where id = $1", asleep, h.now()); err != nil {
			return err
		}
		return receipt.WakeTx(ctx, tx, h.now(), asleep)
	})
	h.settle(0)
	for member, want := range map[int64]string{asleep: "Asia/Omsk", awake: moscow.String()} {
		if zone, _ := h.bought(h.latest(member).ID); zone != want {
			t.Errorf("the receipt of member %d is in %s, want %s", member, zone, want)
		}
	}
}
