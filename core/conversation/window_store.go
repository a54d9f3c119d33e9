package conversation

const qWindowOpen = `
with held as materialized (
  select l.conversation_id, w.until
  from unnest($1::bigint[], $2::timestamptz[]) w(conversation_id, until) join lane l on l.conversation_id = w.conversation_id
  order by 1 for no key update of l
)
update lane l set window_until = greatest(l.window_until, held.until) from held where l.conversation_id = held.conversation_id`

const qWaitingGo = `update outbox_open set state = 'pending' where conversation_id = any ($1::bigint[]) and state = 'waiting' and reason not in ('people', 'people_doubt')`

// qSendWait has messages wait for the person to write, unless they have since the
// lane was claimed: its window, read under its lock, must be the one seen then.
const qSendWait = `
with shut as materialized (
  select l.conversation_id
  from (select distinct * from unnest($1::bigint[], $2::timestamptz[])) w(conversation_id, until) join lane l on l.conversation_id = w.conversation_id
  where l.window_until = w.until
  order by 1 for no key update of l
)
update outbox_open o set state = 'waiting', reason = u.reason from shut, unnest($3::bigint[], $4::text[]) u(id, reason)
where o.conversation_id = shut.conversation_id and o.outbox_id = u.id and o.state || '' = 'pending'`

// qSendHold has what the bot says wait until people give the conversation back, unless
// they have since the lane was claimed. What may have been delivered is remembered to.
const qSendHold = `
with held as materialized (
  select l.conversation_id from lane l where l.conversation_id = any ($1::bigint[]) and l.held order by 1 for no key update
)
update outbox_open o set state = 'waiting', reason = case o.reason when 'unknown_outcome' then 'people_doubt' else 'people' end from held
where o.conversation_id = held.conversation_id and o.outbox_id = any ($2::bigint[]) and o.state || '' = 'pending'
  and not exists (select from outbox b where b.id = o.outbox_id and b.staff_id is not null)`
