package conversation

const qHeld = `
select c.id, s.member_id, c.channel, c.lifecycle, coalesce(c.queue, '') as queue, c.queued_at, coalesce(c.holder, 0) as holder, c.taken_at
from conversation c join subject s on s.id = c.subject_id
where c.lifecycle <> 'bot' and c.id > $1 order by c.id limit $2`

const qOfMember = `
select c.id, s.member_id, c.channel, c.lifecycle, coalesce(c.queue, '') as queue, c.queued_at, coalesce(c.holder, 0) as holder, c.taken_at
from subject s join conversation c on c.subject_id = s.id
where s.member_id = $1 and s.wrapped_key is not null order by c.id`

const qShown = `
select c.id, s.member_id, c.channel, c.lifecycle, coalesce(c.queue, '') as queue, c.queued_at, coalesce(c.holder, 0) as holder, c.taken_at, c.standing, c.fence,
  (` + newestHeard + `) as newest
from conversation c join subject s on s.id = c.subject_id
where c.id = $1 and s.wrapped_key is not null`

// qHeldOne leaves out whom nobody can write to any more. Its lock lets foreign keys look:
// who marks a line of the web chat does it with the lane, which is had after this one.
const qHeldOne = `
select c.id as conversation, s.id as subject, s.wrapped_key, c.lifecycle, coalesce(c.queued_at, 'epoch') as queued_at, coalesce(c.holder, 0) as holder, c.fence, c.channel, c.lang, s.member_id
from conversation c join subject s on s.id = c.subject_id
where c.id = $1 and s.wrapped_key is not null for no key update of c`

const qHandOff = `
update conversation c set lifecycle = 'queued', queue = u.queue, queued_at = $3
from unnest($1::bigint[], $2::text[]) u(id, queue) where c.id = u.id and c.lifecycle = 'bot'`

// qTakeUp lets the bot speak. It holds the lanes: what was being made to wait waits by
// now, or finds that it need not, see qSendHold.
const qTakeUp = `
with back as (
  update conversation set lifecycle = 'bot', queue = null, queued_at = null, holder = null, taken_at = null
  where id = any ($1::bigint[]) and lifecycle <> 'bot' returning id
), let_go as materialized (
  select l.conversation_id from lane l join back on back.id = l.conversation_id where l.held order by 1 for no key update of l
)
update lane l set held = false from let_go where l.conversation_id = let_go.conversation_id`

// qTakeUpGo sends what the bot had said before somebody took the conversation. It is a
// statement of its own, behind qTakeUp: one that began before it had the lanes would not
// see what was made to wait meanwhile, and that would wait for ever.
const qTakeUpGo = `
update outbox_open set state = 'pending', reason = case reason when 'people_doubt' then 'unknown_outcome' end
where conversation_id = any ($1::bigint[]) and state = 'waiting' and reason in ('people', 'people_doubt')`

// qTake holds the lane too: who sends learns of it there.
const qTake = `
with taken as (
  update conversation set lifecycle = 'operator', holder = $2, taken_at = $3, fence = fence + 1,
    queue = coalesce(queue, $4), queued_at = coalesce(queued_at, $3)
  where id = $1 returning id
)
update lane l set held = true from taken where l.conversation_id = taken.id`

const qRelease = `
update conversation set lifecycle = 'queued', holder = null, taken_at = null, queue = coalesce(nullif($2::text, ''), queue)
where id = $1`

// qReply is guarded by the lock of its conversation, see qHeldOne. The same key says
// nothing twice.
const qReply = `
with said as (
  insert into outbox (conversation_id, channel, key, sealed, at, staff_id, thread)
  select $1, $2, $3 || '/' || part.n, part.sealed, $5, $6, nullif($7::text, '')
  from unnest($4::bytea[]) with ordinality part(sealed, n) order by part.n
  on conflict (key) where key is not null do nothing
  returning conversation_id, id, channel, priority
)
insert into outbox_open (conversation_id, outbox_id, channel, priority) select conversation_id, id, channel, priority from said`

const qReplied = `
select o.id from generate_series(1, $2) part join outbox o on o.key = $1 || '/' || part order by part`

const newestHeard = `
select coalesce((select i.id from inbox i where i.conversation_id = $1 and i.kind = 'message' order by i.received_at desc, i.id desc limit 1), 0)`

// qArrived goes back by the index of the history from the newest message to the one seen.
const qArrived = `
select false as said, id, received_at as at, dedupe_key as key, sealed, '' as external, '' as state, '' as reason, 0::bigint as staff_id, false as as_template
from inbox where conversation_id = $1 and kind = 'message' and id > $2 order by received_at desc, id desc limit $3`

const qWritable = `select (` + newestHeard + `) as newest, (select window_until from lane where conversation_id = $1) as window_until`

// qWords reads one message: of the inbox by its number, of the outbox by the parts of its
// key, see qReply.
const qWords = `
select i.sealed as inbox, null::bytea as outbox, s.wrapped_key
from inbox i join conversation c on c.id = i.conversation_id join subject s on s.id = c.subject_id
where i.id = $2 and i.conversation_id = $1
union all
(select null, o.sealed, s.wrapped_key
from generate_series(1, 20) n join outbox o on o.key = $3 || '/' || n join conversation c on c.id = o.conversation_id join subject s on s.id = c.subject_id
where $3 <> '' and o.conversation_id = $1 order by n)`
