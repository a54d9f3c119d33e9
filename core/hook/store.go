package hook

// qTell writes events that somebody wants to know, and who. It runs before the act: a
// conversation that people have is not queued once more, and one of the bot's is not
// given back. What stands behind an event that was put off is due no sooner: the courier
// would look at it again and again for nothing.
const qTell = `
with told as (
  insert into hook_event (conversation_id, kind, staff_id, queue, inbox_id, said, reason, at)
  select c.id, u.kind, case u.staff when -1 then null else coalesce(nullif(u.staff, 0), c.holder) end, coalesce(nullif(u.queue, ''), c.queue), nullif(u.inbox, 0), nullif(u.said, ''), nullif(u.reason, ''), $8
  from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::text[]) with ordinality u(kind, conversation, staff, queue, inbox, said, reason, n)
  join conversation c on c.id = u.conversation
  where case u.kind when 'conversation.queued' then c.lifecycle = 'bot' when 'conversation.given_back' then c.lifecycle <> 'bot' else true end
    and exists (select from hook_endpoint e where u.kind = any(e.kinds) and e.removed_at is null and e.paused_why is distinct from 'gone')
  order by u.n
  returning id, conversation_id, kind
)
insert into hook_open (endpoint_id, conversation_id, event_id, due_at)
select e.id, t.conversation_id, t.id, greatest($8, (
  select max(o.due_at) from hook_open o where o.endpoint_id = e.id and o.conversation_id = t.conversation_id and o.holder is null
)) from told t
join hook_endpoint e on t.kind = any(e.kinds) and e.removed_at is null and e.paused_why is distinct from 'gone'`

const qForget = `
delete from hook_event
where id in (select id from hook_event where at <= $1 order by at limit $2 for update skip locked)`

const qEldest = `select min(at) from hook_event`

const qLock = `select pg_advisory_xact_lock(hashtextextended('hook/endpoint', 0))`

const qCount = `select count(*) from hook_endpoint where removed_at is null`

const qMade = `select id from hook_endpoint where made_key = $1`

const qMake = `
insert into hook_endpoint (made_key, url, kinds, texts, secret, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7)
returning id`

const endpoint = `
select e.id, e.url, e.kinds, e.texts, e.made_by, e.made_at, e.old_until, coalesce(e.paused_why, '') as paused_why, e.paused_at, e.failing_since, e.failures,
  (select count(*) from hook_open o where o.endpoint_id = e.id) as waiting
from hook_endpoint e where e.removed_at is null`

const qList = endpoint + ` order by e.id`

const qOne = endpoint + ` and e.id = $1`

const qSecrets = `
select secret, old_secret, old_until, made_key || rotated_keys as keys from hook_endpoint where id = $1 and removed_at is null for update`

const qRotate = `
update hook_endpoint set old_secret = secret, old_until = $3, secret = $2, rotated_keys = rotated_keys || $4::text where id = $1`

const qChange = `
update hook_endpoint set url = $2, kinds = $3, texts = $4 where id = $1 and removed_at is null`

const qPause = `
update hook_endpoint set paused_at = $2, paused_why = 'by_hand' where id = $1 and paused_at is null and removed_at is null`

// waiting holds what waits for endpoint $1, before the endpoint: as who brings it does.
const waiting = `
with waiting as (
  select from hook_open where endpoint_id = $1 order by conversation_id, event_id for update
)`

// qResume tells at once what has waited, from the beginning of its tries.
const qResume = waiting + `, on_again as (
  update hook_endpoint set paused_at = null, paused_why = null, failing_since = null, failures = 0
  where id = $1 and paused_at is not null and removed_at is null and (select count(*) from waiting) >= 0 returning id
), due as (
  update hook_open o set due_at = $2, attempts = 0 from on_again e where o.endpoint_id = e.id and o.holder is null
)
select id from on_again`

const qRemove = waiting + `, removed as (
  update hook_endpoint set removed_at = $2
  where id = $1 and removed_at is null and (select count(*) from waiting) >= 0 returning id
), gone as (
  delete from hook_open o using removed e where o.endpoint_id = e.id
)
select id from removed`

const qAttempts = `
select a.id, 'evt_' || v.public as event, v.kind, v.conversation_id, a.attempt, a.outcome, coalesce(a.status, 0) as status, a.at
from hook_attempt a join hook_event v on v.id = a.event_id
where a.endpoint_id = $1 and ($2::bigint = 0 or a.id < $2) order by a.id desc limit $3`

// again tells events once more. What still waits is left as it is.
const again = `
insert into hook_open (endpoint_id, conversation_id, event_id, due_at)
select e.id, v.conversation_id, v.id, $3
from hook_endpoint e join hook_event v on v.kind = any(e.kinds)
where e.id = $1 and e.removed_at is null and `

const qAgainOne = again + `v.public = $2::uuid on conflict do nothing`

const qAgainSince = again + `v.at >= $2 on conflict do nothing`

// qNews tells what whoever looks after the house has to know.
const qNews = `
select count(*) from hook_endpoint where removed_at is null and paused_why in ('failing', 'gone')`
