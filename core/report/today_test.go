package report

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/receipt"
	"besedka/storage/storagetest"
)

// moscow's midnight that begins the day of these tests.
var (
	moscow   = time.FixedZone("MSK", 3*60*60)
	midnight = time.Date(2026, 11, 30, 0, 0, 0, 0, moscow)
)

// seeded is a day of 24 people, with others the day before and after; $1 is its midnight.
var seeded = []string{
	`insert into member (created_at, registered_at, answers)
		select $1, $1::timestamptz + interval '2 hours', jsonb_build_object('gender', jsonb_build_object('plain', g), 'birthday', jsonb_build_object('plain', b))
		from (values (14, 'f', '2008-11-30'), (7, 'm', '2008-12-01'), (3, 'x', null)) v(n, g, b), generate_series(1, v.n)`,
	`insert into member (created_at, registered_at) select $1, $1::timestamptz - interval '1 second' from generate_series(1, 6)`,
	`insert into member (created_at, registered_at) select $1, $1::timestamptz - interval '15 hours' from generate_series(1, 7)`,
	`insert into member (created_at, registered_at) select $1, $1::timestamptz + interval '24 hours' from generate_series(1, 7)`,
	`insert into member (created_at, registered_at, merged_into) select $1, $1, 1 from generate_series(1, 7)`,
	`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, reason, uploaded_at, queued_at)
		select '1', n, 1, 1, $1::timestamptz at time zone 'UTC', 'UTC', $1, 100, 1, s, case s when 'rejected' then 'forged' end, $1, $1
		from unnest('{credited, credited, credited, credited, rejected, manual}'::text[]) with ordinality v(s, n)`,
	`insert into verdict (receipt_id, channel, uploaded_at, day, at)
		select id, 'telegram', uploaded_at, '2026-11-30', uploaded_at + (id * interval '15 seconds') from receipt where state <> 'manual'`,
	`insert into submission (key, receipt_id, member_id, qr, state, reason, at)
		select 'k' || n, null, 1, '', s, r, $1 from (values (1, 'duplicate', 'duplicate_own'), (2, 'refused', 'refund_op'), (3, 'waiting', null), (4, 'taken', null)) v(n, s, r)`,
	`insert into submission (key, member_id, qr, state, at) select 'old', 1, '', 'duplicate', $1::timestamptz - interval '15 hours'`,
	`insert into campaign (id, state, first_version) values ('a', 'paused', 1), ('b', 'active', 1)`,
	`insert into coupon_pool (campaign_id, name, time_window, member_id) values ('a', '', 'w', 1)`,
	`insert into coupon_contribution (key, pool_id, receipt_id, version, sum, at) select 'k', p.id, r.id, 1, 0, $1 from coupon_pool p, receipt r where r.fd = 1`,
	`insert into coupon (campaign_id, number, contribution_id, member_id, state, issued_at, voided_at)
		select 'a', n, c.id, 1, case when n = 3 then 'void' else 'live' end, $1::timestamptz - interval '1 day' * (n / 3), case when n = 3 then $1::timestamptz end
		from coupon_contribution c, generate_series(1, 3) n`,
	`insert into funnel (flow, stage, member_id, at)
		select 'hello', stage, m.id, $1::timestamptz + interval '1 hour'
		from member m, unnest('{one, two, three}'::text[]) with ordinality s(stage, n)
		where m.id <= 24 and (n = 1 or m.id > 2 and n = 2 or m.id > 10 and n = 3)`,
	`insert into funnel (flow, stage, member_id, at) select 'hello', 'gone', 1, $1::timestamptz - interval '1 day'`,
	`update funnel set at = $1::timestamptz - interval '1 day' where member_id = 24 and stage = 'one'`,
}

// TestToday counts a day whose every figure is known, at ten in the morning.
func TestToday(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range seeded {
		args := []any{midnight}
		if !strings.Contains(sql, "$1") {
			args = nil
		}
		if _, err := db.Exec(t.Context(), sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	s := Service{DB: db, Programme: func() Programme {
		return Programme{
			Zone: moscow, Birthday: "birthday",
			Choices: []Choice{{"gender", []string{"f", "m"}}},
			Funnels: []Flow{{"hello", []string{"one", "two", "three"}}},
		}
	}}
	now := midnight.Add(10 * time.Hour)
	got, err := s.Today(context.Background(), now)
	if err != nil {
		t.Fatal(err)
	}
	exact := func(n int64) Count { return Count{n, n} }
	want := Today{
		Day: "2026-11-30", Zone: "MSK", At: now, Definitions: Definitions,
		Members: Members{Registered: exact(24), Splits: []Split{
			{By: ByAge, Groups: []Group{
				{Name: "0-17", Members: exact(7)}, {Name: "18-24", Members: Count{13, 16}}, {Name: "25-34"}, {Name: "35-44"}, {Name: "45-54"}, {Name: "55-64"}, {Name: "65+"}, {Members: few},
			}},
			{By: "gender", Groups: []Group{{Name: "f", Members: Count{13, 16}}, {Name: "m", Members: exact(7)}, {Members: few}}},
		}},
		Receipts: Receipts{
			Sent: 9, Claims: 1, Duplicates: 1, Rejected: []Cause{{"forged", 1}}, Refused: []Cause{{"refund_op", 1}},
			States: []State{{receipt.Queued, 0}, {receipt.Waiting, 0}, {receipt.Manual, 1}, {receipt.Verified, 0}, {receipt.Credited, 4}, {receipt.PartlyRefunded, 0}, {receipt.FullyRefunded, 0}, {receipt.Revoked, 0}, {receipt.Rejected, 1}},
		},
		Verdicts: Verdicts{Decided: []int64{2, 3, 0, 0}, Undecided: []int64{0, 0, 1, 0}, Targets: []Target{
			{"30s", 30, 9600, 6, 2, 3333, false}, {"4h", 14400, 9900, 6, 5, 8333, false}, {"24h", 86400, 10000, 5, 5, 10000, true},
		}},
		Points:    []Points{},
		Waiting:   Waiting{At: now, Steps: []Step{}},
		Coupons:   []Coupons{{"a", 2, 1}},
		Funnels:   []Funnel{{Flow: "hello", Came: Count{20, 23}, Withheld: true, Stages: []Stage{}}}, // the registered are as many, near enough
		Yesterday: Yesterday{Until: now.AddDate(0, 0, -1), Members: exact(7), Receipts: 1, Points: []Points{}},
	}
	got.Campaigns = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
