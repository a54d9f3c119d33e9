package conversation

// qSendTurn makes those who claim chats of a channel wait for one another: what one has
// leased is seen by the next. Nobody waits for the disk: a lease that a crash of the
// database forgets has lost its session with it.
const qSendTurn = `
select pg_advisory_xact_lock(hashtextextended('conversation/sends/' || $1::text, 0)), set_config('synchronous_commit', 'off', true)`

// qSendLapsed frees chats whose holder is gone or too slow; $2 lives, for it asks. A lease
// runs on the database's clock, so that processes need not agree on theirs. A claim that is
// locked is left: a mark of its dead holder's is being written, see qSendMark. It is a
// statement of its own: the one that claims begins when no such mark is unseen.
const qSendLapsed = `
delete from send_claim where id in (
  select id from send_claim
  where channel = $1 and (lease_until <= clock_timestamp() or holder <> $2 and holder not in (select number from living_session))
  for update skip locked)`

// qSendClaim takes chats that people wait in first, then those whose oldest pending message
// waits longest; a chat that is leased or throttled is not taken, one of another channel not
// looked at. What this process has in hand ($5) is left alone even when the session that
// leased it is dead. It answers with numbers alone: a process that is frozen before it has
// read them holds up nobody.
const qSendClaim = `
with waiting as materialized (
  select o.priority, o.outbox_id, o.attempts, coalesce(o.reason, '') as reason, o.conversation_id, l.subject_id, l.full_at, l.window_until, l.held
  from outbox_open o cross join lateral (
    select l.subject_id, l.full_at, l.window_until, l.held from lane l
    where l.conversation_id = o.conversation_id and l.send_after <= $1
    offset 0) l
  where o.state = 'pending' and o.channel = $2::text and o.conversation_id not in (
    select unnest($5::bigint[]) union all select unnest(c.lanes) from send_claim c where c.channel = $2)
  order by o.priority, o.outbox_id limit greatest(64, $3::int)
), chats as materialized (
  select conversation_id from waiting group by conversation_id order by min(priority), min(outbox_id) limit $3
), kept as (
  insert into send_claim (channel, holder, lease_until, lanes)
  select $2, $4, clock_timestamp() + interval '30 seconds', array_agg(conversation_id) from chats having count(*) > 0
  returning id
)
select kept.id as claim, w.* from kept cross join waiting w
where (w.conversation_id in (select conversation_id from chats)) is true -- so that it is hashed, and not joined by loops
order by w.priority, w.outbox_id`

// qSendWords is what claimed messages say; nothing of who has been erased since.
const qSendWords = `
select o.id, coalesce(o.staff_id, 0) as staff_id, o.sealed, s.sealed_peer, s.wrapped_key
from unnest($1::bigint[], $2::bigint[]) with ordinality u(id, subject_id, n)
join outbox o on o.id = u.id
join subject s on s.id = u.subject_id and s.wrapped_key is not null
order by u.n`

// givenBack takes the conversations of gone_back (claim, conversation_id) out of their claims, which
// end with their last one.
const givenBack = `
less as materialized (
  select c.id, array(select unnest(c.lanes) except select g.conversation_id from gone_back g where g.claim = c.id) as lanes
  from send_claim c where c.id in (select claim from gone_back) order by c.id for no key update
), ended_claims as (
  delete from send_claim c using less where c.id = less.id and less.lanes = '{}'
), smaller as (
  update send_claim c set lanes = less.lanes from less where c.id = less.id and less.lanes <> '{}'
)`

const qLaneRelease = `
with gone_back as materialized (
  select $1::bigint as claim, unnest($2::bigint[]) as conversation_id
), ` + givenBack + `
select`
