package coupon

const poolColumns = `id, campaign_id, name, time_window, member_id, sum, entitled, live, forfeited`

// qOpenPools holds pools, made where there are none, in the order of their names: they
// are all of one member, and whoever holds more of them holds the member.
const qOpenPools = `
insert into coupon_pool (member_id, campaign_id, name, time_window)
select distinct $1::bigint, k.campaign, k.name, k.time_window
from unnest($2::text[], $3::text[], $4::text[]) k(campaign, name, time_window)
order by 2, 3, 4
on conflict (member_id, campaign_id, name, time_window) do update set sum = coupon_pool.sum
returning ` + poolColumns

const qAdded = `
select array(select k.number from coupon k where k.contribution_id = c.id order by k.number) as numbers, c.forfeited, p.sum
from coupon_contribution c
join coupon_pool p on p.id = c.pool_id
where c.key = $1`

// giveNumbers makes $3 coupons of campaign $2, for member $4 at $5, of the one
// contribution c. It takes the counter only when there is something to count.
const giveNumbers = `, counted as (
  insert into coupon_counter (campaign_id, last) select $2, $3::bigint where $3::bigint > 0
  on conflict (campaign_id) do update set last = coupon_counter.last + excluded.last
  returning last
)
insert into coupon (campaign_id, number, contribution_id, member_id, issued_at)
select $2, counted.last - $3 + i, c.id, $4, $5
from c, counted, generate_series(1, $3::bigint) i
returning number`

const qContribute = `
with c as (
  insert into coupon_contribution (key, pool_id, receipt_id, version, sum, forfeited, at)
  values ($1, $6, $7, $8, $9, $10, $5) returning id
)` + giveNumbers

const qIssueMore = `with c as (select id from coupon_contribution where id = $1)` + giveNumbers

const qPool = `update coupon_pool set sum = $2, entitled = $3, live = $4, forfeited = $5 where id = $1`

const qHoldPoolOf = `
select ` + poolColumns + ` from coupon_pool
where id = (select pool_id from coupon_contribution where key = $1)
for update`

const qHoldPoolsOfReceipt = `
select ` + poolColumns + ` from coupon_pool
where id in (select pool_id from coupon_contribution where receipt_id = $1)
order by id
for update`

const qHoldPoolsOfMembers = `
select ` + poolColumns + ` from coupon_pool
where member_id = any ($1::bigint[])
order by id
for update`

// qPools is in the order in which the counters of their campaigns are taken.
const qPools = `select ` + poolColumns + ` from coupon_pool where id = any ($1::bigint[]) order by campaign_id, id`

const qContributionsOf = `
select c.id, c.key, c.pool_id, c.receipt_id, c.version, c.sum, c.forfeited,
  (select count(*) from coupon k where k.contribution_id = c.id and k.state = 'live') as live
from coupon_contribution c
where c.pool_id = any ($1::bigint[])
order by c.id`

const qContributions = `
update coupon_contribution c set sum = u.sum, forfeited = u.forfeited
from unnest($1::bigint[], $2::bigint[], $3::bigint[]) u(id, sum, forfeited)
where c.id = u.id and (c.sum, c.forfeited) is distinct from (u.sum, u.forfeited)`

const qVoidLast = `
update coupon set state = 'void', voided_at = $3, reason = $4
where id in (
  select k.id from coupon_contribution c
  join coupon k on k.contribution_id = c.id
  where c.pool_id = $1 and k.state = 'live'
  order by k.number desc
  limit $2)
returning number`

// qAbsorb adds the donors to their heirs.
const qAbsorb = `
update coupon_pool h
set sum = h.sum + d.sum, entitled = h.entitled + d.entitled, live = h.live + d.live, forfeited = h.forfeited + d.forfeited
from unnest($1::bigint[], $2::bigint[]) u(donor, heir)
join coupon_pool d on d.id = u.donor
where h.id = u.heir`

const qMoveContributions = `
update coupon_contribution c set pool_id = u.heir
from unnest($1::bigint[], $2::bigint[]) u(donor, heir)
where c.pool_id = u.donor`

const qDropPools = `delete from coupon_pool where id = any ($1::bigint[])`

const qMovePools = `update coupon_pool set member_id = $2 where member_id = $1`

const qMoveCoupons = `update coupon set member_id = $2 where member_id = $1`

// qHoldReceiptOf keeps a coupon's receipt from moving to another member.
const qHoldReceiptOf = `
select r.id from coupon k
join coupon_contribution c on c.id = k.contribution_id
join receipt r on r.id = c.receipt_id
where k.id = $1
for no key update of r`

const qHoldPoolOfCoupon = `
select ` + poolColumns + ` from coupon_pool
where id = (select c.pool_id from coupon k join coupon_contribution c on c.id = k.contribution_id where k.id = $1)
for update`

// qVoidOne makes a live coupon void; what it was is forfeited by its receipt.
const qVoidOne = `
with gone as (
  update coupon set state = 'void', voided_at = $2, reason = $3 where id = $1 and state = 'live'
  returning contribution_id
), c as (
  update coupon_contribution c set forfeited = c.forfeited + 1 from gone where c.id = gone.contribution_id
  returning c.pool_id
)
update coupon_pool p set live = p.live - 1, forfeited = p.forfeited + 1 from c where p.id = c.pool_id
returning p.id`

const couponColumns = `
select k.id, k.campaign_id, k.number, k.state, k.issued_at, k.voided_at, coalesce(k.reason, '') as reason,
  k.member_id, p.name, r.id as receipt_id, r.sum, r.local_time, r.purchased_at
from coupon k
join coupon_contribution c on c.id = k.contribution_id
join coupon_pool p on p.id = c.pool_id
join receipt r on r.id = c.receipt_id`

// qOfMember and qFind are of receipts made at the partners that come last, when there are any.
const qOfMember = couponColumns + `
where k.member_id = $1 and ($2::bigint = 0 or k.id < $2)
  and (coalesce(cardinality($4::text[]), 0) = 0
    or (select w.partner from receipt_place w where w.receipt_id = r.id) = any($4))
order by k.id desc
limit $3`

const qFind = couponColumns + `
where k.number = $1 and ($2::text = '' or k.campaign_id = $2) and k.id > $3
  and (coalesce(cardinality($5::text[]), 0) = 0
    or (select w.partner from receipt_place w where w.receipt_id = r.id) = any($5))
order by k.id
limit $4`

const qGet = couponColumns + ` where k.id = $1`

const qLive = `select coalesce(sum(live), 0)::bigint from coupon_pool where member_id = $1`

const qOfReceipt = `
select k.number from coupon_contribution c
join coupon k on k.contribution_id = c.id
where c.receipt_id = $1
order by k.campaign_id, k.number`

const qGiven = `select campaign_id, last from coupon_counter order by campaign_id`

const qCheckCounts = `
select (select count(*) from coupon_pool) as pools,
  (select count(*) from coupon_contribution) as contributions,
  (select count(*) from coupon) as coupons,
  (select count(*) from coupon where state = 'live') as live,
  (select coalesce(sum(forfeited), 0)::bigint from coupon_pool) as forfeited`

const qCheckSum = `
select $1::text as rule, 'pool ' || p.id as object, p.sum as got, w.want
from coupon_pool p
left join lateral (select coalesce(sum(c.sum), 0)::bigint as want from coupon_contribution c where c.pool_id = p.id) w on true
where p.sum <> w.want
order by p.id
limit $2`

const qCheckForfeited = `
select $1::text as rule, 'pool ' || p.id as object, p.forfeited as got, w.want
from coupon_pool p
left join lateral (select coalesce(sum(c.forfeited), 0)::bigint as want from coupon_contribution c where c.pool_id = p.id) w on true
where p.forfeited <> w.want
order by p.id
limit $2`

const qCheckLive = `
select $1::text as rule, 'pool ' || p.id as object, p.live as got, coalesce(w.want, 0) as want
from coupon_pool p
left join (
  select c.pool_id, count(*) as want from coupon k join coupon_contribution c on c.id = k.contribution_id
  where k.state = 'live' group by c.pool_id
) w on w.pool_id = p.id
where p.live <> coalesce(w.want, 0)
order by p.id
limit $2`

const qCheckMember = `
select $1::text as rule, 'coupon ' || k.id as object, k.member_id as got, p.member_id as want
from coupon k
join coupon_contribution c on c.id = k.contribution_id
join coupon_pool p on p.id = c.pool_id
where k.member_id <> p.member_id
order by k.id
limit $2`

// qCheckNumbers: numbers are above 0 and no two are the same, so as many as the
// greatest of them are all from 1 on.
const qCheckNumbers = `
select $1::text as rule, 'campaign ' || n.campaign_id as object, greatest(k.coupons, k.last) as got, n.last as want
from coupon_counter n
left join lateral (select count(*) as coupons, coalesce(max(number), 0) as last from coupon where campaign_id = n.campaign_id) k on true
where k.coupons <> n.last or k.last <> n.last
order by n.campaign_id
limit $2`

const qPoolsAfter = `select ` + poolColumns + ` from coupon_pool where id > $1 order by id limit $2`
