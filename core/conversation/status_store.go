package conversation

// qStatusLanes waits for marks that are being written, and keeps later ones waiting: a
// statement that begins under these locks sees where the messages are, open or not.
const qStatusLanes = `
select l.conversation_id as id from lane l
where l.conversation_id in (select conversation_id from outbox where id = any ($1::bigint[]) and channel = $2::text)
order by 1 for no key update of l`

// qStatusReached answers the chat whose queue waited for the word that its first
// message has arrived. One in doubt may have come to wait for the person meanwhile.
const qStatusReached = `
with message as materialized (
  select id, conversation_id from outbox where id = $1 and channel = $3::text
), gone as (
  delete from outbox_open o using message
  where o.conversation_id = message.conversation_id and o.outbox_id = message.id and o.external_id is distinct from $2::text
  returning o.outbox_id, o.conversation_id, o.attempts, o.state = 'pending' and o.reason = 'unknown_outcome' as doubted
), ended as (
  insert into outbox_outcome (outbox_id, state, attempts, external_id, sent_at, arrival)
  select outbox_id, 'sent', attempts, $2::text, $5, nullif($4::smallint, 0) from gone
), reached as (
  update outbox_outcome e set state = 'sent', reason = null, external_id = $2::text, sent_at = coalesce(e.sent_at, $5),
    arrival = nullif(greatest(e.arrival, $4::smallint), 0)
  from message
  where e.outbox_id = message.id and (
    e.state = 'unknown' and e.external_id is distinct from $2::text or
    e.state = 'sent' and e.external_id = $2::text and coalesce(e.arrival, 0) < $4)
)
update lane l set send_after = '-infinity' from gone
where l.conversation_id = gone.conversation_id and gone.doubted
returning l.conversation_id as id`

// qStatusFailed leaves what was delivered. A message the window was closed for goes
// again at once: whoever sends it finds out whether the person has written since, or its
// template goes, or it waits. One whose template did not pass goes only when they have
// written since; their next word wakes it else. What goes again is not what its template
// said any more. An attempt whose own mark has not come yet is counted here: that mark
// will find the message told of.
const qStatusFailed = `
with message as materialized (
  select o.id, o.conversation_id, o.channel, o.priority, coalesce(l.window_until > $6, false) as open
  from outbox o join lane l on l.conversation_id = o.conversation_id
  join subject s on s.id = l.subject_id and s.wrapped_key is not null -- else nobody could send it again
  where o.id = $1 and o.channel = $3::text
), gone as (
  delete from outbox_open o using message
  where o.conversation_id = message.conversation_id and o.outbox_id = message.id
    and o.state || '' = 'pending' and o.external_id is distinct from $2::text
  returning o.attempts + 1 as attempts
), back as (
  delete from outbox_outcome e using message
  where e.outbox_id = message.id and e.arrival is null and (
    e.state = 'unknown' and e.external_id is distinct from $2::text or
    e.state = 'sent' and e.external_id = $2::text)
  returning e.attempts + (e.state <> 'sent')::int as attempts
), failed as (
  select message.*, tried.attempts, case
    when ($4 = 'window_closed' or $4 = 'template_refused' and message.open) and tried.attempts < $8 then 'pending'
    when $4 in ('window_closed', 'template_refused') and message.priority = 0 then 'waiting' -- news is not worth it
    when $5 and tried.attempts < $8 then 'pending'
    else 'failed' end as state
  from message, (select attempts from gone union all select attempts from back) tried
), ended as (
  insert into outbox_outcome (outbox_id, state, reason, attempts, external_id)
  select id, state, $4, attempts, $2::text from failed where state = 'failed'
), again as (
  insert into outbox_open (conversation_id, outbox_id, channel, priority, state, reason, attempts, external_id)
  select conversation_id, id, channel, priority, state, $4, attempts, $2::text from failed where state <> 'failed'
), plain as (
  update outbox o set as_template = false from failed where o.id = failed.id and o.as_template and failed.state <> 'failed'
)
update lane l set send_after = greatest(l.send_after, $7) from failed
where l.conversation_id = failed.conversation_id and failed.state = 'pending'
returning l.conversation_id as id`
