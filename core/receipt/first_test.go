package receipt_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"besedka/core/campaign"
	"besedka/core/campaign/rules"
	"besedka/core/expr"
	"besedka/core/receipt"
	"besedka/storage"
)

// campaigns publishes campaigns that may speak of how many receipts a member has.
func (h *house) campaigns(texts map[string]string) {
	h.t.Helper()
	var sources []campaign.Source
	for id, text := range texts {
		sources = append(sources, campaign.Source{ID: id, File: "campaigns/" + id + ".yaml", Text: []byte(text)})
	}
	names := map[string]expr.Kind{"receipts": expr.Count, "checking": expr.Count, "last_receipt": expr.Date}
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.service.Campaigns.PublishTx(ctx, tx, noon.AddDate(0, 0, -1), rules.Terms{Zone: moscowZone(h.t), Scope: expr.Scope{Names: names}}, sources)
	})
}

const firstOfAll = `campaign: first
name: За первый чек
period: {from: 2026-01-01}
when: receipts == 0
reward: {fixed: 100, ttl: P6M}
`

// Two processes credit two receipts of one member at once: only one of them is the
// first.
func TestOnlyOneReceiptIsTheFirst(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.campaigns(map[string]string{"first": firstOfAll})
	member := h.member(false)
	h.submit(member, h.print(400_00, -time.Minute, 0))
	h.submit(member, h.print(400_00, -time.Minute, 0))
	h.settle(day)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		if _, err := tx.Exec(ctx, "update member set registered_at = $2 where id = $1", member, h.now()); err != nil {
			return err
		}
		return receipt.WakeTx(ctx, tx, h.now(), member)
	})
	credit := func() {
		if _, _, err := h.service.CreditStep(t.Context(), h.now()); err != nil {
			t.Error(err)
		}
	}
	var other sync.WaitGroup
	var once sync.Once
	h.service.Notify = func(ctx context.Context, tx storage.Tx, now time.Time, news ...receipt.Notice) error {
		once.Do(func() { // the first is about to commit: the second begins, and ends or waits for it
			done := make(chan struct{})
			other.Go(func() { defer close(done); credit() })
			for waits := false; !waits; {
				select {
				case <-done:
					return
				default:
				}
				var err error
				waits, err = storage.Value[bool](t.Context(), h.db, `select exists (select from pg_stat_activity
					where datname = current_database() and wait_event_type = 'Lock')`)
				h.must(err)
			}
		})
		return h.notify(ctx, tx, now, news...)
	}
	credit()
	other.Wait()
	h.settle(time.Hour)
	if got := h.points(member); got != 100_00 {
		t.Errorf("%d points for the first receipt and the second, want those of the first", got)
	}
}
