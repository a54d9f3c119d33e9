package ledger

const qCounts = `
select (select count(*) from ledger_tx) as transactions,
  (select count(*) from posting) as postings,
  (select count(*) from lot) as lots,
  (select count(*) from account where kind = 'member') as accounts`

const qSums = `
select a.currency,
  coalesce(-sum(p.amount) filter (where a.kind = 'issue'), 0)::bigint as issued,
  coalesce(sum(p.amount) filter (where a.kind = 'expire'), 0)::bigint as expired,
  coalesce(sum(p.amount) filter (where a.kind = 'redeem'), 0)::bigint as redeemed,
  coalesce(sum(p.amount) filter (where a.kind = 'member'), 0)::bigint as held,
  sum(p.amount)::bigint as total
from posting p
join account a on a.id = p.account_id
group by a.currency
order by a.currency`

const qCheckTxZero = `
select $1::text as rule, 'tx ' || t.id || case when count(p.id) = 0 then ' without postings' else '' end as object,
  coalesce(sum(p.amount), 0)::bigint as got, 0::bigint as want
from ledger_tx t
left join posting p on p.tx_id = t.id
left join account a on a.id = p.account_id
group by t.id, a.currency
having coalesce(sum(p.amount), 1) <> 0
order by t.id
limit $2`

const qCheckBalanceLedger = `
select $1::text as rule, 'account ' || a.id as object, a.balance as got, coalesce(sum(p.amount), 0)::bigint as want
from account a
left join posting p on p.account_id = a.id
where a.kind = 'member'
group by a.id
having a.balance <> coalesce(sum(p.amount), 0)
order by a.id
limit $2`

const qCheckBalanceLots = `
select $1::text as rule, 'account ' || a.id as object, a.balance as got, (coalesce(sum(l.remaining), 0) - a.owed)::bigint as want
from account a
left join lot l on l.account_id = a.id
where a.kind = 'member'
group by a.id
having a.balance <> coalesce(sum(l.remaining), 0) - a.owed
order by a.id
limit $2`

const qCheckNotNegative = `
select $1::text as rule, 'account ' || a.id as object, a.balance as got, -a.owed as want
from account a
where a.kind = 'member' and a.balance < -a.owed
order by a.id
limit $2`

const qCheckLotRemaining = `
select $1::text as rule, 'lot ' || l.id as object, l.remaining as got, coalesce(sum(p.amount), 0)::bigint as want
from lot l
left join posting p on p.lot_id = l.id and p.account_id = l.account_id
group by l.id
having l.remaining <> coalesce(sum(p.amount), 0)
order by l.id
limit $2`

const qCheckLotOpening = `
select $1::text as rule, 'lot ' || l.id as object, l.amount as got, coalesce(sum(p.amount), 0)::bigint as want
from lot l
left join posting p on p.lot_id = l.id and p.tx_id = l.tx_id and p.account_id = l.account_id
group by l.id
having l.amount <> coalesce(sum(p.amount), 0)
order by l.id
limit $2`

const qCheckLotHeld = `
select $1::text as rule, 'lot ' || l.id as object, l.held as got, coalesce(sum(p.amount), 0)::bigint as want
from lot l
left join hold_part p on p.lot_id = l.id
where l.held > 0 or p.lot_id is not null
group by l.id
having l.held <> coalesce(sum(p.amount), 0)
order by l.id
limit $2`

const qCheckHoldParts = `
select $1::text as rule, 'hold ' || h.id as object, case h.state when 'open' then h.amount else 0 end as got,
  coalesce(sum(p.amount) filter (where l.account_id = h.account_id), 0)::bigint as want
from hold h
left join hold_part p on p.hold_id = h.id
left join lot l on l.id = p.lot_id
group by h.id
having case h.state when 'open' then h.amount else 0 end <> coalesce(sum(p.amount) filter (where l.account_id = h.account_id), 0)
order by h.id
limit $2`

const qCheckOwed = `
select $1::text as rule, 'account ' || a.id as object, a.owed as got, coalesce(-sum(p.amount), 0)::bigint as want
from account a
left join posting p on p.account_id = a.id and p.lot_id is null
where a.kind = 'member'
group by a.id
having a.owed <> coalesce(-sum(p.amount), 0)
order by a.id
limit $2`

// qCheckParts finds the parts of awards whose postings are others, and awards with
// parts that are more than they are.
const qCheckParts = `
select $1::text as rule, 'part ' || s.number || ' of ' || t.key as object, s.taken as got, coalesce(-posted.points, 0)::bigint as want
from award_part s
join ledger_tx t on t.id = s.tx_id
left join lateral (
  select sum(p.amount) as points from ledger_tx r join posting p on p.tx_id = r.id join account a on a.id = p.account_id
  where r.key = 'reverse/' || t.key || '/refund/' || s.number and a.kind = 'member'
) posted on true
where s.taken <> coalesce(-posted.points, 0)
union all
select $1::text, 'parts of ' || t.key, parts.amount, p.amount
from (select tx_id, sum(amount)::bigint as amount from award_part group by tx_id) parts
join ledger_tx t on t.id = parts.tx_id
join posting p on p.tx_id = t.id and p.lot_id is not null
where parts.amount > p.amount
limit $2`
