package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"besedka/core/ledger"
)

// TestReceiptScenarios plays the acceptance scenarios of a receipt, each under its
// own words, against the command over HTTP: a shopper is a messenger's wire, the
// desk a registrar's POST /api/v1/receipts. The receipts are of a yogurt, for which
// the campaign gives five percent: what the words say of coupons is said here of points.
func TestReceiptScenarios(t *testing.T) {
	r := startRehearsal(t)
	for _, s := range []struct {
		words string
		play  func(*testing.T, rehearsed)
	}{
		{"A16: 1,000 receipts: 960 final ≤30 s, 30 ≤4 h, 10 ≤24 h → cumulative 96.0 / 99.0 / 100.0 %, 0 breaches", playA16},
		{"A6: same webhook update delivered 3× → 1 receipt, 1 reply", playA6},
		{"A7: that QR scanned by another member at the desk → duplicate, 0, owner masked", playA7},
		{"A8: 20 parallel posts of one QR (10 TG member X, 10 desk member Y) → exactly 1 credited, 19 duplicate", playA8},
		{"A9: the QR in other spellings → all duplicate", playA9},
		{"A10: not there until minute 180 after upload, then ok → checking at once, credited at the first ask after, one push, ≤4 h", playA10},
		{"A11: verifier down → at +24:00:00 in manual queue; approved at +25 h with a reason → credited, audit row, >24 h = 1", playA11},
		{"The tax service is down for two hours → receipts are credited by the second provider, each once", playSecond},
		{"A3: a registrar takes in a newcomer by phone and a receipt; when the owner opens Telegram, they see it", playA3},
		{"A12: QR s=1,700.00 but the total 700.00, or other contents verified → forged, mismatch, 0", playA12},
		{"A17: 200 credited → exactly 10 tasks; verdict «bad» on one → revoked, its effects reversed, member told", playA17},
		{"A13: QR with n=2 → refund_op, 0 effects, clear text", playA13},
	} {
		if !t.Run(s.words, func(t *testing.T) { s.play(t, r) }) {
			return
		}
		var books ledger.Report
		if r.must(t, "GET", "books", nil, &books); len(books.Breaches) > 0 {
			t.Fatalf("after %s the books are wrong: %+v", s.words, books.Breaches)
		}
	}
}

// atDesk is what a registrar hears of a receipt.
type atDesk struct {
	Outcome, Reason string
	Receipt, Sum    int64
}

// desk registers a receipt for a member under a key of its own.
func (r rehearsed) desk(t *testing.T, key string, member int64, qr string) (heard atDesk) {
	t.Helper()
	status, answer := r.staff(t, "POST", "receipts", key, fmt.Sprintf(`{"member": %d, "qr": %q}`, member, qr))
	if err := json.Unmarshal([]byte(answer), &heard); err != nil || status != http.StatusOK {
		t.Fatalf("the desk heard %d %s: %v", status, answer, err)
	}
	return heard
}

// keeping is how the promises about time are kept.
type keeping struct {
	Targets []struct {
		Target             string
		Judged, Met, Share int64
		Kept               bool
	}
	Undecided struct{ Receipts int64 }
	Days      []struct {
		Day, Channel string
		Decided      int64
		Within       []int64
	}
	Breaches []struct {
		Target string
		Began  time.Time
		Ended  *time.Time
	}
}

func (r rehearsed) slo(t *testing.T) (k keeping) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.api(t, "GET", "slo", "")), &k); err != nil {
		t.Fatal(err)
	}
	return k
}

// uploadedOn are the receipts of a day that came through a channel, by bucket: up to
// half a minute, four hours, a day, later.
func (k keeping) uploadedOn(at time.Time, channel string) (buckets [4]int64) {
	moscow := time.FixedZone("MSK", 3*60*60)
	for _, d := range k.Days {
		if d.Day == at.In(moscow).Format(time.DateOnly) && d.Channel == channel {
			return [4]int64{d.Within[0], d.Within[1] - d.Within[0], d.Within[2] - d.Within[1], d.Decided - d.Within[2]}
		}
	}
	return buckets
}
