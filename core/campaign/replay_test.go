package campaign

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"besedka/core/campaign/rules"
	"besedka/core/coupon"
	"besedka/core/fiscal"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// counting counts the statements that go through a transaction, a batch as one.
type counting struct {
	storage.Tx
	trips int
}

func (c *counting) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	c.trips++
	return c.Tx.Query(ctx, sql, args...)
}

func (c *counting) Exec(ctx context.Context, sql string, args ...any) (storage.Tag, error) {
	c.trips++
	return c.Tx.Exec(ctx, sql, args...)
}

func (c *counting) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	c.trips++
	return c.Tx.SendBatch(ctx, b)
}

// TestManyCampaignsCostNoQueryEach: fifty campaigns with a limit each decide in as many
// round trips as five, and what they decided follows from what is stored, byte for byte.
func TestManyCampaignsCostNoQueryEach(t *testing.T) {
	t.Parallel()
	five, fifty := decided(t, 5), decided(t, 50)
	if five != fifty {
		t.Errorf("5 campaigns take %d round trips, 50 take %d", five, fifty)
	}
}

func decided(t *testing.T, many int) (trips int) {
	t.Helper()
	tx, err := storagetest.DB(t).Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(context.WithoutCancel(t.Context())) //nolint:errcheck // nothing of it is wanted
	s := &Service{}
	day := time.Date(2026, 5, 3, 9, 0, 0, 0, time.UTC)
	var sources []Source
	for i := range many {
		id := fmt.Sprintf("c%02d", i)
		reward := "when: receipt.total > 5000\nreward: {percent: 5, ttl: P6M}"
		if i == 0 {
			reward = "reward: {percent: 3.33, ttl: P6M}" // the only one that gives
		}
		sources = append(sources, Source{ID: id, File: "campaigns/" + id + ".yaml", Text: fmt.Appendf(nil,
			"campaign: %s\nname: x\nperiod: {from: 2026-01-01}\n%s\nlimits: [{what: accrual, max: 20, per: day}]\n", id, reward)})
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.PublishTx(t.Context(), tx, day.AddDate(0, -1, 0), rules.Terms{Zone: time.UTC, Currencies: map[string]int{"bonus": 2}}, sources))
	_, err = s.versionsAt(t.Context(), tx, day) // read once in the life of a process
	must(err)
	member, err := storage.Value[int64](t.Context(), tx, "insert into member (created_at, registered_at) values ($1, $1) returning id", day)
	must(err)
	receipt, err := storage.Value[int64](t.Context(), tx, `insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
		values ($1, $2, 1, 1, $3::timestamptz at time zone 'UTC', 'UTC', $3::timestamptz, 100000, $2, 'verified', $3::timestamptz, $3::timestamptz) returning id`,
		fmt.Sprintf("%016d", member), member, day)
	must(err)
	contents := fiscal.Receipt{Total: 1000_00, INN: "7700000001", Lines: []fiscal.Line{{Name: "Хлеб", Price: 1000_00, Quantity: 1_000_000, Sum: 1000_00}}}
	counted := &counting{Tx: tx}
	award, err := s.EvaluateTx(t.Context(), counted, day, Purchase{Receipt: receipt, Member: member, At: day, Uploaded: day, Sum: 1000_00, Contents: &contents})
	must(err)
	if award.Points != 20_00 || len(award.Decisions) != many {
		t.Errorf("%d campaigns decided, %d points; want %d and 2000, the limit of a day", len(award.Decisions), award.Points, many)
	}
	known, err := awardsOf(t.Context(), tx, []coupon.Origin{{Receipt: receipt}})
	must(err)
	for _, d := range award.Decisions {
		c, err := s.numbered(t.Context(), tx, numbered{d.Campaign, d.Version})
		must(err)
		again, _, err := known[receipt].again(c)
		if must(err); !bytes.Equal(again.Trace, d.Trace) {
			t.Errorf("decided\n%s\nand again\n%s", d.Trace, again.Trace)
		}
	}
	return counted.trips
}
