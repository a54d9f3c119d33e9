package receipt

// The figures of a member that member_stat keeps; afterOpening counts a receipt
// that begins to be checked.

const qStatRejected = `update member_stat set checking = checking - 1 where member_id = $1`

const qStatCredited = `
update member_stat set checking = checking - 1, receipts = receipts + 1, turnover = turnover + $2 where member_id = $1`

// qStatRevoked takes receipt $2 out, what refunds have left of it.
const qStatRevoked = `
update member_stat set receipts = receipts - 1, turnover = turnover - (
  select r.sum - (select coalesce(sum(f.sum), 0) from refund f where f.receipt_id = r.id) from receipt r where r.id = $2)
where member_id = $1`

// qStatTrial is afterOpening for a receipt that is simulated.
const qStatTrial = `
insert into member_stat (member_id, checking, last_receipt_at) values ($1, 1, $2)
on conflict (member_id) do update set
  checking = member_stat.checking + 1,
  last_receipt_at = greatest(member_stat.last_receipt_at, excluded.last_receipt_at)`

const qStatMerge = `
with gone as (
  delete from member_stat where member_id = $1 returning receipts, checking, turnover, last_receipt_at
)
insert into member_stat (member_id, receipts, checking, turnover, last_receipt_at)
select $2, receipts, checking, turnover, last_receipt_at from gone
on conflict (member_id) do update set
  receipts = member_stat.receipts + excluded.receipts,
  checking = member_stat.checking + excluded.checking,
  turnover = member_stat.turnover + excluded.turnover,
  last_receipt_at = greatest(member_stat.last_receipt_at, excluded.last_receipt_at)`

// qStatHold has the order in which everybody holds the figures of several members.
const qStatHold = `select from member_stat where member_id = any($1) order by member_id for no key update`

// qStatHoldClaims holds the figures of member $4 and of those who wait with a claim of
// the key, one of whom may have it next.
const qStatHoldClaims = `
select from member_stat
where member_id in (
  select $4::bigint union all select member_id from submission where fn = $1 and fd = $2 and fp = $3 and state = 'waiting')
order by member_id
for no key update`
