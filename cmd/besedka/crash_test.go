package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/ledger"
	"besedka/storage"
)

// The size of the crash test.
const (
	crashChats    = 100
	crashMessages = 20 // a chat
	crashAhead    = 5  // messages a person writes without waiting for answers
	crashAgain    = 20 // one update in so many is delivered twice
	crashMugs     = 60 // gifts, fewer than there are people
	crashPatience = 5 * time.Minute
)

var crashSeed = flag.Uint64("crash.seed", 0, "seed of TestCrash; 0 draws one")

// TestCrash holds the whole house to its promise: while processes and the
// database are killed at random, every message gets one turn and one set of
// answers in its order, every receipt is credited once, with its points, coupons
// and gift, and only what was on its way at a kill may be heard twice.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: half a minute of killing processes")
	}
	seed := *crashSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("seed %d", seed)
	ctx, cancel := context.WithTimeout(t.Context(), crashPatience)
	defer cancel()
	chance := rand.New(rand.NewPCG(seed, 0))
	wire := newCrashWire(t)
	place := newCrashPlace(t, wire.url)
	place.startAll()
	place.stock("mug", crashMugs)
	crowd := newCrowd(wire, chance)
	calm := 0 // until so many messages were heard
	for crowd.speak(t); !crowd.answered(); crowd.speak(t) {
		if n := len(crowd.heard); n > calm {
			place.killSomething(chance)
			calm = n + 100 + chance.IntN(300)
		}
		place.await(ctx, wire.news, crowd)
	}
	place.settle(ctx, wire, crowd)
	crowd.listen()
	checkConversations(t, crowd)
	byProcess, byDatabase := checkRepeats(t, crowd, place.kills)
	t.Logf("%d messages, %d outgoing; %d kills of processes, after which %d were heard twice; %d of the database, %d",
		crashChats*crashMessages, len(crowd.firsts()), place.count(isApp), byProcess, place.count(isDatabase), byDatabase)
	checkRows(t, place.db, crowd)
	place.stopAll()
	place.checkBooks()
}

// checkConversations compares what every person heard with what they should
// have: the numbers they sent, in their order.
func checkConversations(t *testing.T, c *crowd) {
	t.Helper()
	wrong := 0
	for _, p := range c.order {
		var got []string
		for _, h := range p.firsts() {
			if !h.news() {
				got = append(got, h.text)
			}
		}
		if diff := cmp.Diff(p.want(), got); diff != "" {
			t.Errorf("chat %d (-want +got):\n%s", p.chat, diff)
			if wrong++; wrong == 5 {
				t.Fatal("enough is seen")
			}
		}
	}
}

// checkRepeats wants a kill behind everything that was heard twice, and counts
// what is explained by kills of processes and of the database.
func checkRepeats(t *testing.T, c *crowd, kills []kill) (byProcess, byDatabase int) {
	t.Helper()
	for _, p := range c.order {
		seen := map[int64]heard{}
		last := int64(0)
		for _, h := range p.heard {
			before, again := seen[h.outbox]
			seen[h.outbox] = h
			switch {
			case again && p.inFlight(before, h, slices.DeleteFunc(slices.Clone(kills), isDatabase)):
				byProcess++
			case again && p.inFlight(before, h, kills):
				byDatabase++
			case again:
				t.Errorf("chat %d: message %d was sent by process %d at %v and by %d at %v, and no kill explains it",
					p.chat, h.outbox, before.app, before.at, h.app, h.at)
			case !again && h.outbox < last:
				t.Errorf("chat %d: message %d came after %d", p.chat, h.outbox, last)
			}
			last = max(last, h.outbox)
		}
	}
	return byProcess, byDatabase
}

// checkRows counts in the database what the wire cannot tell.
func checkRows(t *testing.T, db *storage.DB, c *crowd) {
	t.Helper()
	receipts, points := c.receipts()
	const withoutMug = crashChats - crashMugs // who got a bonus instead, once
	for _, tt := range []struct {
		name string
		sql  string
		want int
	}{
		{"messages received", `select count(*)::int from inbox where kind = 'message'`, crashChats * crashMessages},
		{"news of credited receipts", `select count(*)::int from inbox where dedupe_key like 'event/receipt/%/credited'`, receipts},
		{"inbox rows less turns", `select (select count(*) from inbox)::int - (select count(*) from turn)::int`, 0},
		{"turns less those counted by their conversations", `select (select count(*) from turn)::int - (select sum(turn_no) from conversation)::int`, 0},
		{"turns before an earlier message", `select count(*)::int from (
			select t.inbox_id, lag(t.inbox_id) over (partition by t.conversation_id order by t.turn_no) as before
			from turn t join inbox i on i.id = t.inbox_id where i.kind = 'message') t where inbox_id < before`, 0},
		{"inbox rows not done", `select count(*)::int from inbox_open`, 0},
		{"outbox rows", `select count(*)::int from outbox`, len(c.firsts())},
		{"outbox rows not sent", `select count(*)::int from outbox_standing where state <> 'sent'`, 0},
		{"updates put aside", `select count(*)::int from quarantine`, 0},
		{"receipts", `select count(*)::int from receipt`, receipts},
		{"receipts credited", `select count(*)::int from receipt where state = 'credited'`, receipts},
		{"decisions", `select count(*)::int from evaluation`, 3 * receipts},
		{"accruals", `select count(*)::int from ledger_tx where kind = 'accrue'`, receipts + withoutMug},
		{"points", `select sum(balance)::int from account where kind = 'member'`, points + 100*withoutMug},
		{"mugs", `select count(*)::int from prize_order where campaign_id = 'gifts' and state = 'reserved'`, crashMugs},
		{"people with a mug", `select count(distinct member_id)::int from prize_order`, crashMugs},
		{"mugs on the shelf", `select stock::int from prize where key = 'mug'`, 0},
		{"gifts counted", `select sum(used)::int from campaign_counter where campaign_id = 'gifts'`, crashChats},
		{"people with more than one gift counted", `select count(*)::int from campaign_counter where used <> 1`, 0},
		{"live coupons less those that the sums of people entitle to", `select (select count(*) from coupon where state = 'live')::int -
			(select sum(sums.all / 100000) from (select sum(sum)::bigint as all from receipt group by member_id) sums)::int`, 0},
		{"coupons less the last number", `select (select count(*) from coupon)::int - (select last from coupon_counter where campaign_id = 'draw')::int`, 0},
	} {
		got, err := storage.Value[int](t.Context(), db, tt.sql)
		if err != nil || got != tt.want {
			t.Errorf("%s: %d, %v; want %d", tt.name, got, err, tt.want)
		}
	}
	report, err := ledger.Check(t.Context(), db)
	if err != nil || len(report.Breaches) > 0 {
		t.Errorf("books: %v, %v; want them exact", report.Breaches, err)
	}
}

// unfinished is what is still unfinished, for a test that waits for it in vain;
// "" when nothing is.
func unfinished(ctx context.Context, db *storage.DB) (string, error) {
	type row struct {
		What string `db:"what"`
		N    int    `db:"n"`
		Due  string `db:"due"`
	}
	rows, err := storage.Collect[row](ctx, db, `
		select 'inbox ' || state as what, count(*)::int as n, coalesce(min(due_at)::text, '') as due from inbox_open
		where state in ('ready', 'solo', 'fetching') group by state
		union all
		select 'outbox pending', count(*)::int, coalesce((select max(lease_until) from send_claim)::text, '') from outbox_open o
		where o.state = 'pending' having count(*) > 0
		union all
		select 'receipt ' || state, count(*)::int, coalesce(min(due_at)::text, '') from receipt
		where state not in ('credited', 'rejected') group by state`)
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%s: %d, due %s\n", r.What, r.N, r.Due)
	}
	return b.String(), err
}
