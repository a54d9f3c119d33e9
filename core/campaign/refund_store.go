package campaign

import "time"

type netRow struct {
	standingRow
	Number int       `db:"number"`
	At     time.Time `db:"at"`
	Sum    int64     `db:"sum"`
	Rest   int64     `db:"rest"`
}

// qStands is what of the decisions on a receipt stands: all, until there is a refund.
const qStands = `
select campaign_id, version, 0::bigint as points, null::timestamptz as expires_at, brought, uses, trace from net_decision
where receipt_id = $1 and number = (select max(number) from net_decision where receipt_id = $1)
union all
select campaign_id, version, points, expires_at, brought, uses, trace from evaluation
where receipt_id = $1 and not exists (select from net_decision where receipt_id = $1)
order by campaign_id`

const qVersions = `
select v.campaign_id, v.version, v.hash, v.zone, convert_to(v.terms::text, 'UTF8') as terms
from unnest($1::text[], $2::int[]) w (campaign_id, version) join campaign_version v using (campaign_id, version)`

const qNetDecisions = `
insert into net_decision (receipt_id, number, campaign_id, version, brought, uses, trace, lowers)
select $1, $2, e.campaign, e.version, e.brought::jsonb, e.uses::jsonb, e.trace, $8
from unnest($3::text[], $4::int[], $5::text[], $6::text[], $7::bytea[]) as e (campaign, version, brought, uses, trace)`

const qNets = `
select n.campaign_id, n.version, 0::bigint as points, null::timestamptz as expires_at, n.brought, n.uses, n.trace,
  n.number, f.at, f.sum, f.rest
from net_decision n join refund f using (receipt_id, number)
where n.receipt_id = $1
order by n.number, n.campaign_id`

type returnedRow struct {
	Whole bool  `db:"whole"`
	Sum   int64 `db:"sum"`
}

// qReturned is what came back of a credited receipt of a member.
const qReturned = `
select r.state = 'refunded' as whole, (select coalesce(sum(f.sum), 0)::bigint from refund f where f.receipt_id = r.id) as sum
from receipt r
where r.id = $1 and r.member_id = $2 and r.state in ('credited', 'partially_refunded', 'refunded')`

// qTraces are those that tell why what stands does: of the last refund that took
// something, or else the first ones.
const qTraces = `
with last as (select max(number) as number from net_decision where receipt_id = $1 and lowers and trace is not null)
select n.campaign_id, n.version, 0::bigint as points, null::timestamptz as expires_at, n.brought, n.uses, n.trace
from net_decision n join last on n.number = last.number where n.receipt_id = $1 and n.trace is not null
union all
select e.campaign_id, e.version, e.points, e.expires_at, e.brought, e.uses, e.trace
from evaluation e join last on last.number is null where e.receipt_id = $1
order by campaign_id`
