package tier_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"besedka/core/ledger"
	"besedka/core/tier"
	"besedka/core/tier/ladder"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var day0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func day(n int) time.Time { return day0.AddDate(0, 0, n) }

const gold = `by: balance
term: P12M
downgrade: base
tiers:
  base: { title: Гость }
  gold: { title: Золото, from: 1000, balance_delta: -1000 }
`

// house is a database with the tiers of one file.
type house struct {
	rapid.TB
	db     *storage.DB
	ladder *ladder.Ladder
	tiers  *tier.Service
	quiet  bool
	told   []tier.News
	keys   int
}

func open(t rapid.TB, db *storage.DB, text string) *house {
	t.Helper()
	h := &house{TB: t, db: db}
	h.publish(text)
	h.tiers = tier.New(tier.Config{
		DB: db, Ladder: func() *ladder.Ladder { return h.ladder }, Zone: func() *time.Location { return time.UTC },
		Log: slog.New(slog.DiscardHandler), Expires: func(string, time.Time) time.Time { return time.Time{} },
		Loud: func(at time.Time) time.Time {
			if h.quiet {
				return at.Add(time.Hour)
			}
			return at
		},
		Tell: func(_ context.Context, _ storage.Tx, _ time.Time, n tier.News) error {
			h.told = append(h.told, n)
			return nil
		},
	})
	return h
}

func (h *house) publish(text string) {
	h.Helper()
	l, problems := ladder.Parse("tiers.yaml", []byte(text), map[string]int{"bonus": 2})
	if len(problems) > 0 {
		h.Fatal(problems[0])
	}
	for _, t := range l.Tiers {
		t.Title = ladder.Words{"": t.ID}
	}
	h.ladder = l
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) tx(do func(ctx context.Context, tx storage.Tx) error) {
	h.Helper()
	h.must(h.db.InTx(context.Background(), do))
}

func (h *house) member() int64 {
	h.Helper()
	id, err := storage.Value[int64](context.Background(), h.db, "insert into member (created_at) values ($1) returning id", day0)
	h.must(err)
	return id
}

// give accrues points and leaves word, as whoever gives some does.
func (h *house) give(member, points int64, at, from time.Time, key string) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		fresh, err := ledger.AccrueAllTx(ctx, tx, []ledger.Accrual{{Key: key, Member: member, Currency: ledger.Bonus, Amount: points, AvailableAt: from, At: at}})
		if err != nil || !fresh[0] {
			return err
		}
		return h.tiers.LookTx(ctx, tx, at, member)
	})
}

// buy credits a receipt that brings points.
func (h *house) buy(member, kopecks, points int64, at time.Time) int64 {
	h.Helper()
	h.keys++
	var receipt int64
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		receipt, err = storage.Value[int64](ctx, tx, `insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			values ('9289000100000001', $1, 1, 1, $2::timestamptz at time zone 'UTC', 'UTC', $2::timestamptz, $3, $4, 'credited', $2, $2) returning id`, h.keys, at, kopecks, member)
		if err != nil {
			return err
		}
		if err := h.tiers.LookTx(ctx, tx, at, member); err != nil {
			return err
		}
		return ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: fmt.Sprintf("receipt/%d", receipt), Member: member, Currency: ledger.Bonus, Amount: points, Receipt: receipt, At: at})
	})
	return receipt
}

// settle steps until nothing is due at an instant; it returns when the next look is.
func (h *house) settle(at time.Time) (next time.Time) {
	h.Helper()
	for range 1000 {
		worked, next, err := h.tiers.Step(context.Background(), at)
		h.must(err)
		if !worked {
			return next
		}
	}
	h.Fatal("the looking does not end")
	return time.Time{}
}

func (h *house) tier(member int64, at time.Time) string {
	h.Helper()
	was, err := tier.At(context.Background(), h.db, member, at)
	h.must(err)
	return tier.Of(was, h.ladder.Base())
}

func (h *house) balance(member int64, at time.Time) int64 {
	h.Helper()
	b, err := ledger.BalanceOf(context.Background(), h.db, at, member, ledger.Bonus)
	h.must(err)
	return b.Points
}

func (h *house) history(member int64) (lines []string) {
	h.Helper()
	entries, err := tier.History(context.Background(), h.db, member, 0, 100)
	h.must(err)
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("%d %s>%s %s %d %d", e.Version, e.Before, e.Tier, e.Reason, e.Measured, e.Delta))
	}
	return lines
}

func (h *house) books() {
	h.Helper()
	report, err := ledger.Check(context.Background(), h.db)
	h.must(err)
	for _, b := range report.Breaches {
		h.Errorf("the books: %+v", b)
	}
}

// A41: 1,020.00 lead to gold and leave 20.00; the word that comes twice takes nothing
// more; at the end of the term there is the lowest tier again.
func TestGoldForAThousand(t *testing.T) {
	t.Parallel()
	h := open(t, storagetest.DB(t), gold)
	m := h.member()
	h.give(m, 999_99, day0, time.Time{}, "one")
	h.settle(day0)
	if got := h.tier(m, day0); got != "base" {
		t.Errorf("%s for 999.99", got)
	}
	h.give(m, 20_01, day(1), time.Time{}, "two")
	h.give(m, 20_01, day(1), time.Time{}, "two")
	h.tx(func(ctx context.Context, tx storage.Tx) error { return h.tiers.LookTx(ctx, tx, day(1), m) }) // the word that comes twice
	next := h.settle(day(1))
	if got := h.balance(m, day(1)); got != 20_00 || h.tier(m, day(1)) != "gold" {
		t.Errorf("%d are left to %s", got, h.tier(m, day(1)))
	}
	end := time.Date(2027, 3, 3, 0, 0, 0, 0, time.UTC)
	if !next.Equal(end) {
		t.Errorf("looked at on %v", next)
	}
	h.settle(end.Add(-time.Second))
	h.settle(end)
	h.settle(end)
	want := []string{"2 gold>base lost 2000 0", "1 base>gold reached 102000 -100000"}
	if diff := cmp.Diff(want, h.history(m)); diff != "" {
		t.Error(diff)
	}
	for at, want := range map[time.Time]string{day0: "base", day(1).Add(-time.Second): "base", day(1): "gold", end.Add(-time.Second): "gold", end: "base"} {
		if got := h.tier(m, at); got != want {
			t.Errorf("%s at %v, want %s", got, at, want)
		}
	}
	entries, err := ledger.Statement(t.Context(), h.db, m, 0)
	h.must(err)
	if e := entries[0]; e.Kind != "tier" || e.Amount+entries[1].Amount != -1000_00 || e.Reason != "gold" || e.Balance != 20_00 {
		t.Errorf("the statement begins with %+v", e)
	}
	h.books()
}

// Turnover and earned points are of the receipts of the period; what was revoked does
// not count, and takes no tier away before its term.
func TestReceiptsOfAPeriod(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file string }{
		{"turnover", "by: turnover\nperiod: P12M\nterm: P6M\ndowngrade: one\ntiers: { base: { title: A }, silver: { title: B, from: 5000, balance_delta: 50 }, gold: { title: C, from: 8000 } }"},
		{"earned", "by: earned\nperiod: P12M\nterm: P6M\ndowngrade: one\ntiers: { base: { title: A }, silver: { title: B, from: 500, balance_delta: 50 }, gold: { title: C, from: 800 } }"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := open(t, storagetest.DB(t), tt.file)
			m := h.member()
			h.give(m, 10_000_00, day0, time.Time{}, "a present earns nothing")
			h.buy(m, 3000_00, 300_00, day0)
			h.settle(day0)
			last := h.buy(m, 2000_00, 200_00, day(30))
			h.settle(day(30))
			if got := h.tier(m, day(30)); got != "silver" || h.balance(m, day(30)) != 10_550_00 {
				t.Errorf("%s and %d", got, h.balance(m, day(30)))
			}
			_, err := h.db.Exec(t.Context(), "update receipt set state = 'revoked' where id = $1", last)
			h.must(err)
			h.buy(m, 1, 1, day(31))
			h.settle(day(31))
			if got := h.tier(m, day(31)); got != "silver" {
				t.Errorf("%s before the term is over", got)
			}
			h.buy(m, 5001_00, 501_00, day(32))
			h.settle(day(32))
			if got := h.tier(m, day(32)); got != "gold" { // 8001.01, of which 3000.00 of the first day
				t.Errorf("%s for %s", got, h.history(m)[0])
			}
			h.settle(day(32 + 366)) // what was bought on the first days is older than a year
			if got := h.tier(m, day(32+366)); got != "silver" {
				t.Errorf("%s a year later", got)
			}
			h.books()
		})
	}
}

// Who became one person has the higher tier and the later term; what was heard of the
// one that is gone is heard of the other.
func TestJoined(t *testing.T) {
	t.Parallel()
	h := open(t, storagetest.DB(t), gold)
	from, into := h.member(), h.member()
	h.give(from, 1000_00, day0, time.Time{}, "one")
	h.settle(day0)
	h.give(from, 600_00, day(1), time.Time{}, "two")
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		if _, err := tx.Exec(ctx, "update member set merged_into = $2 where id = $1", from, into); err != nil {
			return err
		}
		if err := h.tiers.MergeTx(ctx, tx, day(2), from, into); err != nil {
			return err
		}
		return ledger.MergeTx(ctx, tx, day(2), from, into)
	})
	h.give(into, 500_00, day(3), time.Time{}, "three")
	h.settle(day(3))
	if diff := cmp.Diff([]string{"1 base>gold joined 0 0"}, h.history(into)); diff != "" {
		t.Error(diff)
	}
	if got := h.balance(into, day(3)); got != 1100_00 {
		t.Errorf("%d are left: gold was paid twice", got)
	}
	h.settle(day(400))
	if got := h.history(into)[0]; got != "2 gold>gold kept 110000 0" {
		t.Errorf("at the end: %s", got)
	}
	h.books()
}

// Tiers that are published reach everybody, once; a chunk a step.
func TestPublishedTiersReachEverybody(t *testing.T) {
	t.Parallel()
	h := open(t, storagetest.DB(t), strings.Replace(gold, "from: 1000", "from: 5000", 1))
	var members []int64
	for i := range 450 {
		members = append(members, h.member())
		h.give(members[i], 1500_00, day0, time.Time{}, fmt.Sprint("g", i))
	}
	h.settle(day0)
	h.publish(gold)
	h.settle(day(1))
	h.settle(day(2))
	for _, m := range members {
		if got := h.balance(m, day(2)); got != 500_00 || h.tier(m, day(1)) != "gold" {
			t.Fatalf("member %d has %d and is %s", m, got, h.tier(m, day(1)))
		}
	}
	h.publish(strings.ReplaceAll(gold, "gold:", "ruby:")) // the tier under another name is paid for by nobody again
	h.settle(day(3))
	if got := h.history(members[0])[0]; got != "2 gold>base moved 50000 0" {
		t.Errorf("renamed: %s", got)
	}
	h.books()
}

// News wait for the morning, and of two changes the last one is told.
func TestNews(t *testing.T) {
	t.Parallel()
	h := open(t, storagetest.DB(t), "by: balance\nterm: P1D\ntiers: { base: { title: A }, silver: { title: B, from: 10 }, gold: { title: C, from: 20, balance_delta: -5 } }")
	m := h.member()
	tell := func(at time.Time) (worked bool, next time.Time) {
		worked, next, err := h.tiers.TellStep(t.Context(), at)
		h.must(err)
		return worked, next
	}
	if worked, next := tell(day0); worked || !next.IsZero() {
		t.Errorf("told of nothing: %v, %v", worked, next)
	}
	h.quiet = true
	h.give(m, 10_00, day0, time.Time{}, "one")
	h.settle(day0)
	h.give(m, 10_00, day0, time.Time{}, "two")
	h.settle(day0)
	if worked, next := tell(day0); worked || !next.Equal(day0.Add(time.Hour)) {
		t.Errorf("at night: %v, %v", worked, next)
	}
	h.quiet = false
	for range 2 {
		tell(day0)
	}
	want := []tier.News{{Member: m, Version: 2, Before: "silver", Tier: "gold", Reason: ladder.Reached, Delta: -5_00, Currency: "bonus"}}
	if diff := cmp.Diff(want, h.told); diff != "" {
		t.Error(diff)
	}
}

// Many who look at once change a tier once, whatever else goes on with the points.
func TestManyLookAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t, storagetest.DB(t), gold)
	members := []int64{h.member(), h.member(), h.member()}
	var g errgroup.Group
	for worker := range 8 {
		g.Go(func() error {
			for i := range 12 {
				m := members[(worker+i)%len(members)]
				err := h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
					if err := h.tiers.LookTx(ctx, tx, day0, m); err != nil {
						return err
					}
					return ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: fmt.Sprintf("%d/%d", worker, i), Member: m, Currency: ledger.Bonus, Amount: 50_00, At: day0})
				})
				if err != nil {
					return err
				}
				if _, _, err := h.tiers.Step(t.Context(), day0); err != nil {
					return err
				}
			}
			return nil
		})
	}
	h.must(g.Wait())
	h.settle(day0)
	for _, m := range members {
		if got := h.balance(m, day0); got != 32*50_00-1000_00 || len(h.history(m)) != 1 {
			t.Errorf("member %d has %d: %v", m, got, h.history(m))
		}
	}
	h.books()
}

// TestOneWhoseTierCannotBeChanged holds up nobody who is looked at beside them, neither
// those of whom word was left nor those whose term is over, and is tried again by and by.
func TestOneWhoseTierCannotBeChanged(t *testing.T) {
	t.Parallel()
	h := open(t, storagetest.DB(t), gold)
	members := []int64{h.member(), h.member(), h.member()}
	for i, m := range members {
		h.give(m, 1000_00, day0, time.Time{}, fmt.Sprint("gift", i))
	}
	stuck := func(version int) {
		t.Helper()
		_, err := h.db.Exec(t.Context(), `insert into tier_change (member_id, version, before, tier, reason, measured, currency, told, at)
			values ($1, $2, 'a', 'b', 'moved', 0, 'bonus', true, '2000-01-01')`, members[0], version)
		h.must(err)
	}
	mend := func(version int) {
		t.Helper()
		_, err := h.db.Exec(t.Context(), `delete from tier_change where member_id = $1 and version = $2`, members[0], version)
		h.must(err)
	}
	tiers := func(at time.Time) (all []string) {
		for _, m := range members {
			all = append(all, h.tier(m, at))
		}
		return all
	}
	stuck(1)
	next := h.settle(day0)
	mend(1)
	if got := tiers(day0); fmt.Sprint(got) != "[base gold gold]" || h.balance(members[0], day0) != 1000_00 || !next.After(day0) {
		t.Fatalf("tiers %v, next at %v", got, next)
	}
	h.settle(next)
	if got := tiers(next); fmt.Sprint(got) != "[gold gold gold]" {
		t.Fatalf("tried again, tiers are %v", got)
	}
	over := next.AddDate(2, 0, 0)
	stuck(2)
	again := h.settle(over)
	mend(2)
	if got := tiers(over); got[0] != "gold" || got[1] == "gold" || got[2] == "gold" || !again.After(over) {
		t.Fatalf("terms over, tiers are %v, next at %v", got, again)
	}
	h.settle(again)
	if got := tiers(again); got[0] == "gold" {
		t.Errorf("tried again, tiers are %v", got)
	}
	h.books()
}
