package courier

// qClaim takes of every endpoint that is not paused what has waited longest, the eldest
// event of its conversation. One in a dead process's hand is due at once: the receiver
// knows it by its id. An endpoint that fails is asked by one attempt at a time.
const qClaim = `
with room as (
  select e.id from hook_endpoint e
  where e.paused_at is null and e.removed_at is null
    and (select count(*) from hook_open h where h.endpoint_id = e.id and h.holder in (select number from living_session) and h.due_at > $1)
      < case when e.failing_since is null then $4 else 1 end
), due as (
  select o.endpoint_id, o.conversation_id, o.event_id
  from room r cross join lateral (
    select o.endpoint_id, o.conversation_id, o.event_id, o.due_at from hook_open o
    where o.endpoint_id = r.id and (o.due_at <= $1 or o.holder is not null and o.holder not in (select number from living_session))
      and not exists (select from hook_open p where p.endpoint_id = o.endpoint_id and p.conversation_id = o.conversation_id and p.event_id < o.event_id)
    order by o.due_at limit 1 for update of o skip locked
  ) o
  order by o.due_at limit 1
)
update hook_open o set attempts = o.attempts + 1, due_at = $2, holder = $3
from due d, hook_endpoint e, hook_event v, conversation t, subject s
where o.endpoint_id = d.endpoint_id and o.conversation_id = d.conversation_id and o.event_id = d.event_id
  and e.id = d.endpoint_id and v.id = d.event_id and t.id = d.conversation_id and s.id = t.subject_id
returning o.endpoint_id, e.url, e.texts, e.secret, e.old_secret, e.old_until, o.event_id, v.public::text as public, v.kind, o.conversation_id, s.member_id, t.channel,
  coalesce(v.staff_id, 0) as staff_id, coalesce(v.queue, '') as queue, coalesce(v.inbox_id, 0) as inbox_id, coalesce(v.said, '') as said, coalesce(v.reason, '') as reason, v.at, o.attempts`

const qNext = `
select min(o.due_at) from hook_endpoint e
cross join lateral (select due_at from hook_open o where o.endpoint_id = e.id order by due_at limit 1) o
where e.paused_at is null and e.removed_at is null`

// done lets go of an event that is still in the hand that tried.
const done = `
with done as (
  delete from hook_open where endpoint_id = $1 and conversation_id = $2 and event_id = $3 and attempts = $4 returning endpoint_id
), `

const qTold = done + `well as (
  update hook_endpoint e set failing_since = null, failures = 0 from done d where e.id = d.endpoint_id and e.failing_since is not null
)
insert into hook_attempt (endpoint_id, event_id, attempt, outcome, status, at)
select endpoint_id, $3, $4, 'told', $6, $5 from done`

// qGone turns an endpoint off that wants nothing any more: Standard Webhooks 1.0.0 asks
// for it.
const qGone = done + `off as (
  update hook_endpoint e set paused_at = $5, paused_why = 'gone', failures = failures + 1 from done d where e.id = d.endpoint_id
)
insert into hook_attempt (endpoint_id, event_id, attempt, outcome, status, at)
select endpoint_id, $3, $4, 'gone', $6, $5 from done`

const qGiveUp = done + `fails as (
  update hook_endpoint e set failing_since = coalesce(e.failing_since, $5), failures = e.failures + 1 from done d where e.id = d.endpoint_id
)
insert into hook_attempt (endpoint_id, event_id, attempt, outcome, status, at)
select endpoint_id, $3, $4, 'given_up', nullif($6::int, 0), $5 from done`

// qFailed puts the event off, and those behind it with it: they wait for it anyway. An
// endpoint that has taken nothing since $9 is paused.
const qFailed = `
with later as (
  update hook_open set due_at = $8, holder = null
  where endpoint_id = $1 and conversation_id = $2 and event_id = $3 and attempts = $4
  returning endpoint_id
), behind as (
  update hook_open o set due_at = $8 from later l
  where o.endpoint_id = l.endpoint_id and o.conversation_id = $2 and o.event_id > $3 and o.due_at < $8
), fails as (
  update hook_endpoint e set failing_since = coalesce(e.failing_since, $5), failures = e.failures + 1,
    paused_at = case when e.failing_since <= $9 then coalesce(e.paused_at, $5) else e.paused_at end,
    paused_why = case when e.failing_since <= $9 then coalesce(e.paused_why, 'failing') else e.paused_why end
  from later l where e.id = l.endpoint_id
)
insert into hook_attempt (endpoint_id, event_id, attempt, outcome, status, at)
select endpoint_id, $3, $4, $6, nullif($7::int, 0), $5 from later`
