package service

const qInsert = `
insert into service_call (conversation_id, turn_no, service, sealed, due_at, until)
select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bytea[], $5::timestamptz[], $6::timestamptz[])
on conflict (conversation_id, turn_no) do nothing`

// qClaim takes the request that has waited longest. One in a dead process's hand
// is due at once: to ask it again under its key does no harm. Of one service no
// more than $4 are in hand, so that one that hangs holds up nobody else.
const qClaim = `
with busy as (
  select service from service_call
  where holder in (select number from living_session) and due_at > $1
  group by service having count(*) >= $4
), due as (
  select id from service_call
  where (due_at <= $1 or holder is not null and holder not in (select number from living_session)) and service not in (select service from busy)
  order by due_at limit 1 for update skip locked
)
update service_call c set asks = c.asks + 1, due_at = $2, holder = $3
from due d, conversation t, subject s
where c.id = d.id and t.id = c.conversation_id and s.id = t.subject_id
returning c.id::text, c.conversation_id, c.turn_no, c.service, c.sealed, c.asks, c.until, s.id as subject_id, s.wrapped_key`

const qLater = `update service_call set due_at = $3, holder = null where id = $1::text::uuid and asks = $2`

// qDone lets go of a request that is still in the hand that asked.
const qDone = `delete from service_call where id = $1::text::uuid and asks = $2 returning id::text`

const qNext = `select min(due_at) from service_call`

const qWaiting = `select service, count(*) as n from service_call group by service order by service`
