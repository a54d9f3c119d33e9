package receipt_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/verify"
	"besedka/core/verify/emulator"
	"besedka/storage"
)

// What is revoked while the tax service thinks about it is no question any more.
func TestRevokedWhileAudited(t *testing.T) {
	t.Parallel()
	h := open(t)
	id, qr := h.large(h.member(true), -time.Minute)
	h.settle(2 * day)
	h.restate(qr, emulator.Forged)
	var once sync.Once
	revoking := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/KktService/0.1") && strings.Contains(r.Header.Get("SOAPAction"), "GetMessage") {
			once.Do(func() {
				if _, err := h.revoke(receipt.Revocation{Receipt: id, Reason: receipt.Fraud}); err != nil {
					t.Error(err)
				}
			})
		}
		h.tax.ServeHTTP(w, r)
	}))
	t.Cleanup(revoking.Close)
	h.service.Provider = verify.New(revoking.URL, "master")
	h.settle(2 * day)
	if diff := cmp.Diff([]string{}, h.tasks(id)); diff != "" || h.audits(id) != "person" {
		t.Errorf("%q, %s", h.audits(id), diff)
	}
}

// What is revoked while the day's sample is drawn is not in it.
func TestRevokedWhileSampled(t *testing.T) {
	t.Parallel()
	c := gather(t)
	c.service.Sample = 100
	id := c.submit(c.member(true), c.print(400_00, -time.Minute, 0)).Receipt
	c.settle(time.Hour)
	c.set(noon.Add(day))
	sampled := make(chan error, 1)
	c.tx(func(ctx context.Context, tx storage.Tx) error {
		if _, err := c.service.RevokeTx(ctx, tx, c.now(), receipt.Revocation{Receipt: id, Reason: receipt.Fraud}); err != nil {
			return err
		}
		go func() { _, _, err := c.service.SampleStep(t.Context(), c.now()); sampled <- err }()
		for len(sampled) == 0 { // until it is done, or waits for us
			waits, err := storage.Value[bool](ctx, c.db,
				"select exists (select from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database()))")
			if err != nil || waits {
				return err
			}
		}
		return nil
	})
	c.must(<-sampled)
	if diff := cmp.Diff([]string{}, c.tasks(id)); diff != "" {
		t.Error(diff)
	}
}

// A question that is open in spite of a revocation can be answered either way.
func TestVerdictOnARevokedReceipt(t *testing.T) {
	t.Parallel()
	c := gather(t)
	member := c.member(true)
	for _, approve := range []bool{false, true} {
		id := c.submit(member, c.print(400_00, -time.Minute, 0)).Receipt
		c.settle(time.Hour)
		_, err := c.revoke(receipt.Revocation{Receipt: id, Reason: receipt.Annulled})
		c.must(err)
		c.tx(func(ctx context.Context, tx storage.Tx) error {
			_, err := review.OpenTx(ctx, tx, c.now(), review.Ask{Kind: review.Fraud, About: review.AboutReceipt(id), Receipt: id, Reason: "hold"})
			return err
		})
		cause := map[bool]review.Cause{false: review.Forged, true: review.Innocent}[approve]
		got, err := c.judge(c.open(review.Fraud)[0].ID, approve, cause)
		if diff := cmp.Diff(receipt.Judged{Receipt: id, State: receipt.Revoked}, got); diff != "" || err != nil {
			t.Errorf("approve %v: %v, %s", approve, err, diff)
		}
		if len(c.tasks(id)) != 0 || c.points(member) != 0 {
			t.Errorf("approve %v: open %v, %d points", approve, c.tasks(id), c.points(member))
		}
	}
}
