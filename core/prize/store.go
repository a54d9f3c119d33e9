package prize

const orderColumns = `id, key, prize, name, member_id, subject_id, state, delivery, currency, price, value, tax, campaign_id, receipt_id, at, expires_at`

const qPrizeEnsure = `insert into prize (key) values ($1) on conflict do nothing`

const qStockChange = `update prize set stock = stock + $2 where key = $1 and stock + $2 >= 0 returning stock`

const qStockPick = `select key from prize where key = $1 and stock > 0 for update`

const qStockTake = `update prize set stock = stock - 1 where key = $1 and stock > 0`

const qStockBack = `update prize set stock = stock + 1 where key = $1`

const qCodesAdd = `
insert into prize_code (pool, hash, sealed, added_at)
select $1, u.hash, u.sealed, $4 from unnest($2::bytea[], $3::bytea[]) with ordinality as u (hash, sealed, n) order by u.n
on conflict (pool, hash) do nothing`

const qCodePick = `
select id from prize_code where pool = $1 and order_id is null order by id limit 1 for update skip locked`

const qCodeTake = `update prize_code set order_id = $2 where id = $1 and order_id is null`

const qCodeBack = `update prize_code set order_id = null where order_id = $1 and sealed is not null`

const qCodeOf = `select sealed from prize_code where order_id = $1 and sealed is not null`

const qCodeIssued = `update prize_code set sealed = null where order_id = $1`

// qHolder lets nobody register the member, join them to another one or reserve for
// them meanwhile.
const qHolder = `
select coalesce(merged_into, id) as id, registered_at is not null as registered, suspended_at is not null as suspended
from member where id = $1 for no key update`

// qReservedBefore is the order of this very key, else a reservation that still waits.
const qReservedBefore = `
select ` + orderColumns + ` from (
  select *, 0 as place from prize_order where key = $1
  union all
  select *, 1 from prize_order where member_id = $2 and prize = $3 and state = 'reserved' and expires_at > $4
) o
order by place, id limit 1`

// qHad counts what was bought and not given back.
const qHad = `
select count(*) from prize_order
where member_id = $1 and prize = $2 and price > 0 and at >= $3 and state not in ('cancelled', 'expired')`

// qOrderAdd writes an order and the beginning of its history.
const qOrderAdd = `
with made as (
  insert into prize_order (key, prize, name, member_id, subject_id, state, delivery, currency, price, value, tax, campaign_id, receipt_id, at, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
  returning *
), noted as (
  insert into prize_event (order_id, state, at) select id, state, at from made
)
select ` + orderColumns + ` from made`

// qOrderHold locks an order, and finds under whose key to seal: the one who ordered,
// else any chat of the member's. Each way has an index of its own: where both are asked
// for at once, the connections that claim read all chats there are.
const qOrderHold = `
select o.*, s.id as chat, s.wrapped_key, (select suspended_at is not null from member where member.id = o.member_id) as suspended from (
  select ` + orderColumns + `, secret, address, tries from prize_order where id = $1 for update
) o
left join lateral (
  select * from (
    select id, wrapped_key, 0 as place from subject where id = o.subject_id and wrapped_key is not null
    union all
    select id, wrapped_key, 1 from subject where member_id = o.member_id and wrapped_key is not null
  ) chat
  order by place, id limit 1
) s on true`

// qOrderMove takes an order from one state to another, and never twice.
const qOrderMove = `
with moved as (
  update prize_order
  set state = $3, subject_id = coalesce($4, subject_id), secret = coalesce($5, secret), address = coalesce($6, address), expires_at = null
  where id = $1 and state = $2
  returning *
), noted as (
  insert into prize_event (order_id, state, staff_id, reason, at) select id, state, $7, $8, $9 from moved
)
select ` + orderColumns + ` from moved`

const qOrderTried = `update prize_order set tries = tries + 1 where id = $1`

const qOrdersDue = `
select id from prize_order where state = 'reserved' and expires_at <= $1 order by expires_at limit $2`

const qOrderNext = `select min(expires_at) from prize_order where state = 'reserved' and expires_at is not null`

const qGiftGiven = `select exists (select from prize_order where key = $1)`

const qGiftOf = `select id from prize_order where key = $1`

// qOpenOf finds them with the member that $1 became by merging.
const qOpenOf = `
select id, member_id as member from prize_order
where member_id = (select coalesce(merged_into, id) from member where id = $1) and state in ('reserved', 'ready_at_desk', 'picking') order by id`

const qMerge = `update prize_order set member_id = $2 where member_id = $1`

const qLeft = `
select case when $2 = '' then exists (select from prize where key = $1 and stock > 0)
  else exists (select from prize_code where pool = $2 and order_id is null) end`

const qOwn = `
select ` + orderColumns + `, secret,
  (select wrapped_key from subject where subject.id = o.subject_id) as wrapped_key,
  (select max(b.id) from prize_order b where b.member_id = $1 and b.id < o.id) as before
from prize_order o
where member_id = $1 and ($2::bigint = 0 or id = $2) order by id desc limit 1`

// wonAt leaves out, for who works for partners $1, what was won by a receipt made at another.
// What was bought is no partner's.
const wonAt = `
  and (prize_order.receipt_id is null or coalesce(cardinality($1::text[]), 0) = 0
    or (select w.partner from receipt_place w where w.receipt_id = prize_order.receipt_id) = any($1))`

// One list by each way of asking, for each has an index of its own.
const (
	qOrders   = `select ` + orderColumns + ` from prize_order where id > $4 and ($2::bigint = 0 and $3::text = '')` + wonAt + ` order by id limit $5`
	qOrdersIn = `select ` + orderColumns + ` from prize_order where $2::bigint = 0 and state = $3 and id > $4` + wonAt + ` order by id limit $5`
	qOrdersOf = `
select ` + orderColumns + ` from prize_order where member_id = $2 and ($3::text = '' or state = $3) and id > $4` + wonAt + ` order by id limit $5`
)

const qLatestOf = `select ` + orderColumns + ` from prize_order where member_id = $2` + wonAt + ` order by id desc limit $3`

const qOrder = `select ` + orderColumns + ` from prize_order where id = $1`

const qEvents = `select state, staff_id, reason, at from prize_event where order_id = $1 order by id`

const qAddress = `
select o.address, s.wrapped_key from prize_order o left join subject s on s.id = o.subject_id where o.id = $1 and o.address is not null`

const qStocks = `select key, stock from prize order by key`

const qFree = `select pool as key, count(*) as stock from prize_code where order_id is null group by pool`
