package report

// Every query is of what happened from $1 until before $2.

const qRegistered = `
select count(*) from member m where m.registered_at >= $1 and m.registered_at < $2 and m.merged_into is null`

// qChosen counts new members by their plain answer to field $3.
const qChosen = `
select coalesce(m.answers #>> array[$3::text, 'plain'], '') as name, count(*) as members
from member m
where m.registered_at >= $1 and m.registered_at < $2 and m.merged_into is null
group by 1`

// qAged counts new members by how many of the days $4 they were born by, as field $3
// tells: a day sorts as its text. The groups are called $5.
const qAged = `
select case when day is null then '' else ($5::text[])[1 + (select count(*) from unnest($4::text[]) d where born.day <= d)] end as name,
  count(*) as members
from (
  select m.answers #>> array[$3::text, 'plain'] as day
  from member m
  where m.registered_at >= $1 and m.registered_at < $2 and m.merged_into is null
) born
group by 1`

// qReceipts counts all that was sent by what became of it. A submission that was taken
// is its receipt.
const qReceipts = `
select state, case when state = 'rejected' then coalesce(reason, '') else '' end as reason, count(*) as receipts
from receipt where uploaded_at >= $1 and uploaded_at < $2
group by 1, 2
union all
select case state when 'waiting' then 'claim' else state end, case when state = 'refused' then coalesce(reason, '') else '' end, count(*)
from submission where state <> 'taken' and at >= $1 and at < $2
group by 1, 2
order by 1, 3 desc, 2`

const qSent = `
select (select count(*) from receipt where uploaded_at >= $1 and uploaded_at < $2)
  + (select count(*) from submission where state <> 'taken' and at >= $1 and at < $2)`

// qPoints counts what the system's accounts gave and took, as the ledger's own check
// does, and what is held of members' now.
const qPoints = `
with moved as (
  select a.currency,
    coalesce(-sum(p.amount) filter (where a.kind = 'issue'), 0)::bigint as issued,
    coalesce(sum(p.amount) filter (where a.kind = 'redeem'), 0)::bigint as spent,
    coalesce(sum(p.amount) filter (where a.kind = 'expire'), 0)::bigint as expired
  from ledger_tx t join posting p on p.tx_id = t.id join account a on a.id = p.account_id
  where t.at >= $1 and t.at < $2 and a.kind <> 'member'
  group by a.currency
), held as (
  select a.currency, sum(h.amount)::bigint as held
  from hold h join account a on a.id = h.account_id
  where h.state = 'open'
  group by a.currency
)
select currency, coalesce(issued, 0) as issued, coalesce(spent, 0) as spent, coalesce(expired, 0) as expired, coalesce(held, 0) as held
from moved full join held using (currency)
order by currency`

const qCoupons = `
select campaign_id, sum(issued)::bigint as issued, sum(void)::bigint as void
from (
  select campaign_id, count(*) as issued, 0 as void
  from coupon where issued_at >= $1 and issued_at < $2 group by campaign_id
  union all
  select campaign_id, 0, count(*)
  from coupon where voided_at >= $1 and voided_at < $2 group by campaign_id
) c
group by campaign_id
order by campaign_id`
