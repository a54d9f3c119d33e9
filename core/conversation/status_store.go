package conversation

// qStatusReached answers the chat whose queue waited for the word that its first
// message has arrived. One in doubt may have come to wait for the person meanwhile.
const qStatusReached = `
with message as materialized (
  select o.id, o.conversation_id, o.state = 'pending' and o.reason = 'unknown_outcome' as doubted
  from outbox o join lane l on l.conversation_id = o.conversation_id
  where o.id = $1 and l.channel = $3 and (
    o.state in ('pending', 'waiting', 'unknown') and o.external_id is distinct from $2::text or
    o.state = 'sent' and o.external_id = $2::text and coalesce(o.arrival, 0) < $4)
  for no key update of o
), reached as (
  update outbox o set state = 'sent', reason = null, external_id = $2::text, sent_at = coalesce(o.sent_at, $5),
    arrival = nullif(greatest(o.arrival, $4::smallint), 0)
  from message where o.id = message.id
  returning message.conversation_id, message.doubted
)
update lane l set send_after = '-infinity' from reached
where l.conversation_id = reached.conversation_id and reached.doubted
returning l.conversation_id as id`

// qStatusFailed leaves what was delivered. A message the window was closed for
// goes again at once only when the person has written since; their next word
// wakes it else. The lane is read under its lock. An attempt whose own mark has not
// come yet is counted here: that mark will find the message told of.
const qStatusFailed = `
with message as materialized (
  select o.id, o.conversation_id, o.attempts + (o.state <> 'sent')::int as attempts from outbox o
  where o.id = $1 and o.arrival is null and (
    o.state in ('pending', 'unknown') and o.external_id is distinct from $2::text or
    o.state = 'sent' and o.external_id = $2::text)
  for no key update of o
), chat as materialized (
  select l.conversation_id, coalesce(l.window_until > $6, false) as open
  from message join lane l on l.conversation_id = message.conversation_id
  where l.channel = $3 for no key update of l
), failed as (
  update outbox o set external_id = $2::text, sent_at = null, attempts = message.attempts, reason = $4, state = case
    when $4 = 'window_closed' and chat.open and message.attempts < $8 then 'pending'
    when $4 in ('window_closed', 'template_refused') and o.priority = 0 then 'waiting' -- news is not worth it
    when $5 and message.attempts < $8 then 'pending'
    else 'failed' end
  from message, chat where o.id = message.id
  returning o.conversation_id, o.state
)
update lane l set send_after = greatest(l.send_after, $7) from failed
where l.conversation_id = failed.conversation_id and failed.state = 'pending'
returning l.conversation_id as id`
