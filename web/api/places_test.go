package api

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"besedka/core/fiscal"
	"besedka/core/partner"
	"besedka/core/release"
	"besedka/core/staff"
	"besedka/storage"
)

// placed are verified receipts of a programme with one partner: one made at its store,
// one by a shop that nobody knows.
func (d *desk) placed() (known, unknown int64) {
	d.t.Helper()
	d.programme.Languages = []string{"en"}
	folder := fstest.MapFS{"partners.yaml": {Data: []byte(`{partners: {lavka: {name: Лавка, inn: "3310000006", category: food, stores: {lavka_1: {address: "Суздаль, Луговая, 5", format: kiosk}}}}}`)}}
	_, _, err := release.New(d.db).Publish(d.t.Context(), release.Order{At: now}, folder, func(context.Context, storage.Tx, string) error { return nil })
	d.must(err)
	buy := func(inn string) int64 {
		id, err := storage.Value[int64](d.t.Context(), d.db, `insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			values ('9289000100000001', (select count(*) + 1 from receipt), 1, 1, '2026-05-03', 'UTC', $1, 1, $2, 'verified', $1, $1) returning id`, now, d.member)
		d.must(err)
		r := fiscal.Receipt{FN: "9289000100000001", INN: inn, Address: "г. Суздаль, ул. Луговая, 5", Time: fiscal.Stamp{Local: fiscal.CivilAt(now)}}
		d.must(d.db.InTx(d.t.Context(), func(ctx context.Context, tx storage.Tx) error {
			return (&partner.Service{}).MatchTx(ctx, tx, now, id, r)
		}))
		return id
	}
	return buy("3310000006"), buy("3310000013")
}

func TestPlacesAreShownAndTaught(t *testing.T) {
	t.Parallel()
	d := open(t)
	known, unknown := d.placed()
	reviewer := d.tokens[staff.Reviewer]
	show := func(path string) map[string]any {
		status, answer := d.ask("GET", path, reviewer, "", "")
		if status != 200 {
			t.Fatalf("%s: %d %v", path, status, answer)
		}
		return answer
	}
	saw := "the receipt has: INN %s, till —, drive 9289000100000001, address \"г. Суздаль, ул. Луговая, 5\", sign \"—\", " + now.Format("2006-01-02")
	want := map[string]any{
		"verdict": "accepted", "partner": "lavka", "store": "lavka_1", "format": "kiosk", "category": "food",
		"why": "lavka_1: by the address \"Суздаль, Луговая, 5\"\n" + fmt.Sprintf(saw, "3310000006"),
	}
	if diff := cmp.Diff(want, show(fmt.Sprintf("/receipts/%d/place", known))); diff != "" {
		t.Error(diff)
	}
	waiting := show("/places")["places"].([]any)
	if len(waiting) != 1 {
		t.Fatalf("%d places wait", len(waiting))
	}
	asked := waiting[0].(map[string]any)
	task := asked["review"]
	delete(asked, "review")
	delete(asked, "created")
	want = map[string]any{
		"inn": "3310000013", "receipt": float64(unknown), "receipts": 1.0, "near": []any{"lavka_1"},
		"why": "The store is not known, a person decides\n" + fmt.Sprintf(saw, "3310000013") + "\nlavka_1 was not taken: \"Суздаль, Луговая, 5\" is the same, but the INN is another",
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Error(diff)
	}
	if listed := show("/reviews?kind=place")["reviews"].([]any); len(listed) != 1 {
		t.Errorf("%d reviews", len(listed))
	}
	if shown := show(fmt.Sprintf("/receipts/%d/place", unknown)); shown["review"] != task || shown["verdict"] != "unsure" {
		t.Errorf("unknown: %v", shown)
	}
	decide, correct := fmt.Sprintf("/reviews/%v/place", task), fmt.Sprintf("/receipts/%d/place", known)
	for i, tt := range []struct {
		path, body string
		status     int
	}{
		{decide, `{"reason": "the same shop"}`, 400},
		{decide, `{"store": "", "reason": "the same shop"}`, 400},
		{decide, `{"store": "lavka_2", "reason": "the same shop"}`, 400},
		{decide, `{"store": "lavka_1"}`, 400},
		{decide, `{"store": "lavka_1", "reason": "the same shop"}`, 200},
		{decide, `{"store": null, "reason": "no"}`, 409},
		{"/reviews/999/place", `{"store": null, "reason": "no"}`, 404},
		{correct, `{"store": null, "reason": "moved out"}`, 200},
		{correct, `{"store": "lavka_1", "reason": "no, it did not"}`, 409},
		{"/receipts/999/place", `{"store": null, "reason": "no"}`, 404},
	} {
		if status, answer := d.ask("POST", tt.path, reviewer, fmt.Sprint(i), tt.body); status != tt.status {
			t.Errorf("%s %s: %d %v, want %d", tt.path, tt.body, status, answer, tt.status)
		}
	}
	if left := show("/places")["places"].([]any); len(left) != 0 {
		t.Errorf("%v wait still", left)
	}
	acts, err := storage.Value[int64](t.Context(), d.db, "select count(*) from audit where act in ('places.decide', 'places.correct')")
	if d.must(err); acts != 2 {
		t.Errorf("%d acts in the audit log, want 2", acts)
	}
}
