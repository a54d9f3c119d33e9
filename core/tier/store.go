package tier

import (
	"time"

	"besedka/core/tier/ladder"
)

type heldRow struct {
	Member  int64      `db:"member_id"`
	Tier    string     `db:"tier"`
	Until   *time.Time `db:"until"`
	Due     *time.Time `db:"due_at"`
	Version int        `db:"version"`
}

func (r heldRow) held() ladder.Held {
	h := ladder.Held{Tier: r.Tier}
	if r.Until != nil {
		h.Until, h.Due = r.Until.UTC(), r.Due.UTC()
	}
	return h
}

type idRow struct {
	ID int64 `db:"id"`
}

type lookRow struct {
	Look   int64 `db:"look"`
	Member int64 `db:"member"`
}

type sumRow struct {
	Member int64 `db:"member"`
	Sum    int64 `db:"sum"`
}

const qLookAdd = `insert into tier_look (member_id, due_at) select unnest($1::bigint[]), $2`

// qLookAll leaves word of members and of everybody whose points lie with theirs.
const qLookAll = `
insert into tier_look (member_id, due_at)
select distinct f.id, $2::timestamptz from unnest($1::bigint[]) w(id)
join member m on m.id = w.id
join member f on f.id = coalesce(m.master_id, m.id) or f.master_id = coalesce(m.master_id, m.id)`

// qDue finds whom to look at by $1: by words that were left, under the number that
// their member has by now, and by terms that are over. Each has an index of its own, and
// the chunk in its text: of a parameter the planner thinks it is a tenth of all.
const qDue = `
(select id as look, (select coalesce(m.merged_into, m.id) from member m where m.id = l.member_id) as member
  from tier_look l where due_at <= $1 order by due_at, id limit 200)
union all
(select 0, member_id from member_tier where greatest(due_at, aside_until) <= $1 and due_at is not null order by greatest(due_at, aside_until) limit 200)`

// qHoldMembers keeps members from being joined, registered or looked at by another.
const qHoldMembers = `
select id from member where id = any($1) and merged_into is null order by id for no key update skip locked`

const qLooksDone = `delete from tier_look where id = any($1)`

const qNextDue = `
select least((select min(due_at) from tier_look), (select min(greatest(due_at, aside_until)) from member_tier where due_at is not null))`

const qTiers = `
select m.id as member_id, coalesce(t.tier, $2) as tier, t.until, t.due_at, coalesce(t.version, 0) as version
from unnest($1::bigint[]) m(id) left join member_tier t on t.member_id = m.id
order by m.id`

const qTierAside = `update member_tier set aside_until = $2 where member_id = $1`

const qTierDrop = `delete from member_tier where member_id = $1 returning member_id, tier, until, due_at, version`

// qTierSet makes version $6 out of the one before it.
const qTierSet = `
insert into member_tier (member_id, tier, since, until, due_at, version) values ($1, $2, $3, $4, $5, $6)
on conflict (member_id) do update
set tier = excluded.tier, since = excluded.since, until = excluded.until, due_at = excluded.due_at, version = excluded.version, aside_until = null
where member_tier.version = excluded.version - 1`

const qChangeAdd = `
insert into tier_change (member_id, version, before, tier, reason, measured, delta, currency, until, told, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

// qTurnovers are what is left of members' credited receipts of a period, in kopecks.
const qTurnovers = `
select m.id as member, r.sum
from unnest($1::bigint[]) m(id)
cross join lateral (
  select coalesce(sum(coalesce(f.rest, c.sum)), 0)::bigint as sum
  from receipt c
  left join lateral (select rest from refund where receipt_id = c.id order by number desc limit 1) f on c.state = 'partially_refunded'
  where c.member_id = m.id and c.state in ('credited', 'partially_refunded') and c.purchased_at >= $2 and c.purchased_at <= $3
) r`

// qEarned are what those receipts have brought in currency $4, less what was taken back.
const qEarned = `
select m.id as member, e.sum
from unnest($1::bigint[]) m(id)
cross join lateral (
  select coalesce(sum(p.amount), 0)::bigint as sum
  from receipt r
  join ledger_tx t on t.receipt_id = r.id and t.kind in ('accrue', 'reverse')
  join posting p on p.tx_id = t.id
  join account a on a.id = p.account_id and a.kind = 'member' and a.currency = $4
  where r.member_id = m.id and r.state in ('credited', 'partially_refunded') and r.purchased_at >= $2 and r.purchased_at <= $3
) e`

const qSweepOurs = `select exists (select from tier_sweep where hash = $1)`

// qSweepBegin begins anew when the tiers are others than those that members were
// looked at by.
const qSweepBegin = `
insert into tier_sweep (hash, reached) values ($1, 0)
on conflict (one) do update set hash = excluded.hash, reached = 0 where tier_sweep.hash <> excluded.hash`

const qSweepAt = `select reached as id from tier_sweep where hash = $1 and reached is not null for update skip locked`

const qSweepMembers = `select id from member where id > $1 order by id limit $2`

const qSweepTo = `update tier_sweep set reached = $1`

// qAt is the tier of a member at an instant; the newest change of it counts.
const qAt = `
select tier from tier_change where member_id = $1 and at <= $2 order by version desc limit 1`

const qHistory = `
select version, before, tier, reason, measured, delta, currency, until, at from tier_change
where member_id = $1 and ($2 = 0 or version < $2) order by version desc limit $3`

const qUntold = `
select id, member_id from tier_change where not told order by id limit $1 for update skip locked`

// qTell takes of changes $1 those that stand: what another tier has followed need not be
// told any more.
const qTell = `
with told as (
  update tier_change set told = true where id = any($1) returning member_id, version, before, tier, reason, delta, currency
)
select told.* from told
where tier <> before and exists (select from member_tier t where t.member_id = told.member_id)
  and not exists (select from tier_change c where c.member_id = told.member_id and c.version > told.version and c.tier <> c.before)
order by told.member_id`

const qUntoldLeft = `select exists (select from tier_change where not told)`
