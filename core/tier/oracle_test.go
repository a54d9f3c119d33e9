package tier_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// rung is a tier of the oracle: what is measured is points.
type rung struct {
	id          string
	from, delta int64
}

// oracle keeps one member's points and tier in the plainest way there is.
type oracle struct {
	rungs   []rung
	months  int // of a term; 0 for ever
	grace   int // days
	oneDown bool

	free     int64
	pending  map[time.Time]int64
	rank     int
	due      time.Time
	postings int // that change the balance for a tier
	paid     int64
	lines    []string
}

// midnight is the end of a term that begins at an instant, with the grace.
func (o *oracle) end(at time.Time) time.Time {
	y, m, d := at.Date()
	for last := time.Date(y, m+time.Month(o.months)+1, 0, 0, 0, 0, 0, time.UTC).Day(); d > last; {
		d = last
	}
	return time.Date(y, m+time.Month(o.months), d+1+o.grace, 0, 0, 0, 0, time.UTC)
}

func (o *oracle) move(to int, why string, at time.Time) {
	o.lines = append(o.lines, fmt.Sprintf("%s>%s %s %d", o.rungs[o.rank].id, o.rungs[to].id, why, o.free))
	if o.rank, o.due = to, (time.Time{}); to > 0 && o.months > 0 {
		o.due = o.end(at)
	}
}

// look decides until nothing changes: a gift may lead on.
func (o *oracle) look(at time.Time) {
	for {
		deserved := 0
		for i, r := range o.rungs {
			if o.free >= r.from {
				deserved = i
			}
		}
		switch {
		case deserved > o.rank:
			o.move(deserved, "reached", at)
			if d := o.rungs[deserved].delta; d != 0 {
				d = max(d, -o.free)
				o.free += d
				o.paid += d
				o.postings++
			}
			continue
		case o.due.IsZero() || at.Before(o.due):
		case deserved == o.rank:
			o.move(deserved, "kept", at)
		case o.oneDown:
			o.move(max(deserved, o.rank-1), "lost", at)
		default:
			o.move(deserved, "lost", at)
		}
		return
	}
}

// pass lets time go on: what was pending becomes available, terms end, each at its
// instant.
func (o *oracle) pass(to time.Time) {
	for {
		next := o.due
		for at := range o.pending {
			if next.IsZero() || at.Before(next) {
				next = at
			}
		}
		if next.IsZero() || next.After(to) {
			return
		}
		o.free += o.pending[next]
		delete(o.pending, next)
		o.look(next)
	}
}

func drawOracle(t *rapid.T) (o *oracle, file string) {
	o = &oracle{pending: map[time.Time]int64{}, rungs: []rung{{id: "base"}}}
	file = "by: balance\n"
	if o.months = rapid.IntRange(0, 3).Draw(t, "term"); o.months > 0 {
		o.oneDown, o.grace = rapid.Bool().Draw(t, "one down"), rapid.IntRange(0, 3).Draw(t, "grace")
		file += fmt.Sprintf("term: P%dM\ndowngrade: %s\n", o.months, map[bool]string{true: "one", false: "base"}[o.oneDown])
		if o.grace > 0 {
			file += fmt.Sprintf("grace: P%dD\n", o.grace)
		}
	}
	file += "tiers:\n  base: { title: T }\n"
	from := int64(0)
	for i := range rapid.IntRange(1, 4).Draw(t, "tiers") {
		from += rapid.Int64Range(1, 40).Draw(t, "from")
		r := rung{fmt.Sprint("t", i), from * 100, rapid.Int64Range(-from, 20).Draw(t, "delta") * 100}
		o.rungs = append(o.rungs, r)
		file += fmt.Sprintf("  %s: { title: T, from: %d", r.id, from)
		if r.delta != 0 {
			file += fmt.Sprintf(", balance_delta: %d", r.delta/100)
		}
		file += " }\n"
	}
	return o, file
}

// TestTiersAgainstOracle moves points at random, repeats what was done and jumps with
// the clock: the tier is always the oracle's, and no change is paid for twice.
func TestTiersAgainstOracle(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	rapid.Check(t, func(t *rapid.T) {
		o, file := drawOracle(t)
		h := open(t, db, file)
		h.tx(func(ctx context.Context, tx storage.Tx) error { // nobody of the case before
			if _, err := tx.Exec(ctx, "truncate tier_look, member_tier, tier_change, tier_sweep"); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "insert into tier_sweep (hash) values ($1)", h.ladder.Hash[:])
			return err
		})
		m, at := h.member(), day0
		h.settle(at)
		var done []func()
		for i := range rapid.IntRange(1, 12).Draw(t, "steps") {
			key := fmt.Sprintf("%d/%d", m, i)
			points := rapid.Int64Range(1, 60).Draw(t, "points") * 100
			now := at
			switch rapid.SampledFrom([]string{"give", "give", "give", "later", "spend", "repeat", "wait"}).Draw(t, "kind") {
			case "give":
				done = append(done, func() { h.give(m, points, now, time.Time{}, key) })
				done[len(done)-1]()
				o.free += points
			case "later":
				from := now.AddDate(0, 0, rapid.IntRange(1, 40).Draw(t, "days"))
				done = append(done, func() { h.give(m, points, now, from, key) })
				done[len(done)-1]()
				o.pending[from] += points
			case "spend":
				if points = min(points, o.free); points > 0 {
					h.spend(m, points, now, key)
					o.free -= points
				}
			case "repeat":
				if len(done) > 0 {
					rapid.SampledFrom(done).Draw(t, "what")()
				}
				h.tx(func(ctx context.Context, tx storage.Tx) error { return h.tiers.LookTx(ctx, tx, now, m) })
			case "wait":
				at = at.AddDate(0, 0, rapid.IntRange(1, 120).Draw(t, "days"))
				for next := h.settle(now); !next.IsZero() && !next.After(at); {
					next = h.settle(next)
				}
				o.pass(at)
			}
			h.settle(at)
			o.look(at)
			h.agrees(o, m, at)
		}
	})
	open(t, db, gold).books()
}

func (h *house) spend(member, points int64, at time.Time, key string) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		if err := ledger.HoldTx(ctx, tx, ledger.Hold{Key: key, Member: member, Currency: ledger.Bonus, Amount: points, At: at}); err != nil {
			return err
		}
		return ledger.CommitTx(ctx, tx, ledger.Settlement{Key: key, At: at})
	})
}

func (h *house) agrees(o *oracle, member int64, at time.Time) {
	h.Helper()
	if got, want := h.tier(member, at), o.rungs[o.rank].id; got != want {
		h.Fatalf("the tier is %s, want %s: %v", got, want, h.history(member))
	}
	if got := h.balance(member, at); got != o.free {
		h.Fatalf("%d points, want %d: %v", got, o.free, h.history(member))
	}
	type posted struct {
		Count int   `db:"count"`
		Sum   int64 `db:"sum"`
	}
	got, err := storage.One[posted](context.Background(), h.db, `
		select count(distinct t.id)::int as count, coalesce(sum(p.amount), 0)::bigint as sum from ledger_tx t join posting p on p.tx_id = t.id
		join account a on a.id = p.account_id and a.member_id = $1 where t.key like 'tier/%'`, member)
	h.must(err)
	if got.Count != o.postings || got.Sum != o.paid {
		h.Fatalf("%d postings of %d together, want %d of %d", got.Count, got.Sum, o.postings, o.paid)
	}
	var lines []string
	for _, l := range slices.Backward(h.history(member)) {
		var version int
		var move, why string
		var measured, delta int64
		if _, err := fmt.Sscan(l, &version, &move, &why, &measured, &delta); err != nil {
			h.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s %s %d", move, why, measured))
	}
	if diff := cmp.Diff(o.lines, lines); diff != "" {
		h.Fatalf("the history differs: %s", diff)
	}
}
