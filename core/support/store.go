package support

const qNoteAdd = `
insert into note (conversation_id, staff_id, sealed, at) values ($1, $2, $3, $4) returning id`

const qNotes = `
select id, staff_id, at, sealed from note
where conversation_id = $1 and (id < $2 or $2 = 0) order by id desc limit $3`

// talk adds to held what was said in each of its conversations, by the indexes of the
// history: since when the shopper waits for an answer, and until when it is put off. Who
// writes is not put off any more, nor is what somebody else has taken since.
const talk = `talk as (
  select held.*, h.received_at as heard_at, coalesce(h.id, 0) as newest, h.id is not null and (o.at is null or o.at < h.received_at) as unanswered,
    o.at as said_at, case when o.at is null or o.at < held.queued_at then held.queued_at else w.received_at end as waits_since,
    case
      when held.snoozed_at is null or held.snoozed_at < held.taken_at then null
      when h.received_at > held.snoozed_at then h.received_at
      else held.snoozed_until
    end as awake_at
  from held
  left join lateral (
    select i.id, i.received_at from inbox i where i.conversation_id = held.id and i.kind = 'message' order by i.received_at desc, i.id desc limit 1
  ) h on true
  left join lateral (
    select o.at from outbox o where o.conversation_id = held.id and o.staff_id is not null order by o.at desc, o.id desc limit 1
  ) o on true
  left join lateral (
    select i.received_at from inbox i where i.conversation_id = held.id and i.kind = 'message' and i.received_at > o.at order by i.received_at, i.id limit 1
  ) w on true
)`

const qList = `
with held as (
  select c.id, s.member_id, c.channel, c.queue, c.queued_at, c.holder, c.taken_at, c.fence,
    k.passed, k.passed_from, k.passed_fence, k.snoozed_at, k.snoozed_until, coalesce(k.tags, '{}') as tags
  from conversation c join subject s on s.id = c.subject_id
  left join support_case k on k.conversation_id = c.id and k.since = c.queued_at
  where c.lifecycle <> 'bot' and s.wrapped_key is not null and ($4 = '' or $4 = any (k.tags)) and ($6 = 0 or c.id = $6)
    and ($1 = 'all' or $1 = 'waiting' and (c.holder is null or exists (
      select from staff gone where gone.id = c.holder and gone.disabled_at is not null)) or $1 in ('mine', 'snoozed') and c.holder = $2)
), ` + talk + `
select t.id, t.member_id, t.channel, t.queue, t.queued_at, coalesce(t.holder, 0) as holder, coalesce(f.name, '') as holder_name, t.heard_at, t.newest, t.unanswered,
  t.waits_since, t.awake_at, case when t.passed_fence = t.fence then t.passed else '' end as passed, coalesce(b.name, '') as passed_from, t.tags
from talk t left join staff f on f.id = t.holder left join staff b on b.id = t.passed_from and t.passed_fence = t.fence
where case $1 when 'all' then true when 'snoozed' then t.awake_at > $3 else t.awake_at is null or t.awake_at <= $3 end
order by t.waits_since, t.awake_at, t.queued_at, t.id limit $5`

const qCounts = `
with held as (
  select c.id, c.holder, c.queued_at, c.taken_at, k.snoozed_at, k.snoozed_until, c.holder is null or f.disabled_at is not null as free,
    k.passed = 'transfer' and k.passed_fence = c.fence as handed
  from conversation c
  left join staff f on f.id = c.holder
  left join support_case k on k.conversation_id = c.id and k.since = c.queued_at
  where c.lifecycle <> 'bot' and (select s.wrapped_key from subject s where s.id = c.subject_id) is not null
), ` + talk + `, asleep as (
  select free, coalesce(holder, 0) as holder, coalesce(awake_at > $1, false) as asleep, coalesce(handed, false) as handed, waits_since is not null as waits from talk
)
select holder, count(*) filter (where free and not asleep) as waiting, count(*) filter (where not asleep) as mine, count(*) filter (where asleep) as snoozed,
  count(*) filter (where handed) as handed, count(*) filter (where waits and not free and not asleep) as owed
from asleep group by holder`

// qTended leaves out what nobody has taken: it is in the queue.
const qTended = `
with held as (
  select c.id, c.queued_at, c.holder, c.taken_at, c.fence, c.turn_no, k.snoozed_at, k.snoozed_until, k.quiet_at
  from conversation c join subject s on s.id = c.subject_id
  left join support_case k on k.conversation_id = c.id and k.since = c.queued_at
  where c.lifecycle = 'operator' and s.wrapped_key is not null and ($1 = 0 or c.id = $1) and (c.taken_at, c.id) > ($2, $3)
  order by c.taken_at, c.id limit $4
), ` + talk + `
select id, holder, taken_at, fence, turn_no, said_at, waits_since, awake_at, quiet_at, newest from talk order by taken_at, id`

const qQuiet = `
insert into support_case (conversation_id, since, quiet_at) values ($1, $2, $3)
on conflict (conversation_id, since) do update set quiet_at = excluded.quiet_at`

const qPassed = `
insert into support_case (conversation_id, since, passed, passed_from, passed_fence) values ($1, $2, $3, $4, $5)
on conflict (conversation_id, since) do update set passed = excluded.passed, passed_from = excluded.passed_from, passed_fence = excluded.passed_fence`

const qSnooze = `
insert into support_case (conversation_id, since, snoozed_at, snoozed_until) values ($1, $2, $3, $4)
on conflict (conversation_id, since) do update set snoozed_at = excluded.snoozed_at, snoozed_until = excluded.snoozed_until`

const qTag = `
insert into support_case (conversation_id, since, tags)
select id, queued_at, $2 from conversation where id = $1 and lifecycle <> 'bot'
on conflict (conversation_id, since) do update set tags = excluded.tags`

const qClose = `
insert into support_case (conversation_id, since, closed_at, closed_by, ended)
select c.id, c.queued_at, $4, nullif(u.by, 0), u.ended
from unnest($1::bigint[], $2::bigint[], $3::text[]) u(id, by, ended) join conversation c on c.id = u.id
where c.lifecycle <> 'bot'
on conflict (conversation_id, since) do update set closed_at = excluded.closed_at, closed_by = excluded.closed_by, ended = excluded.ended`

const qRate = `
update support_case set rating = $2, rated_at = $3
where rating is null and (conversation_id, since) = (
  select k.conversation_id, k.since from support_case k join conversation c on c.id = k.conversation_id
  where c.subject_id = $1 and k.closed_at is not null order by k.closed_at desc limit 1
)`

// qMarks counts marks five at a time, in the order they were given, all of them or none: any
// two answers differ by no fewer.
const qMarks = `
with five as (
  select rating, rated_at, (row_number() over (order by rated_at, conversation_id, since) - 1) / $3::bigint as n from support_case where rating is not null
), whole as (
  select n from five group by n having count(*) = $3 and min(rated_at) > $1 and max(rated_at) <= $2
)
select count(*) filter (where rating = 1) as one, count(*) filter (where rating = 2) as two, count(*) filter (where rating = 3) as three,
  count(*) filter (where rating = 4) as four, count(*) filter (where rating = 5) as five
from five join whole using (n)`

const qHelped = `
select exists (select from outbox where conversation_id = $1 and staff_id is not null and at >= $2)`

const qClosed = `
select ended, closed_by is null as program, count(*) as cases from support_case where closed_at > $1 and closed_at <= $2
group by 1, 2 order by cases desc, 1, 2`

// threadMark is of what is read by the indexes of the history alone. A messenger tells
// late that it did not deliver what it had taken.
const threadMark = `concat_ws('.', c.lifecycle, c.fence, c.turn_no, (select s.member_id from subject s where s.id = c.subject_id),
  (select i.id from inbox i where i.conversation_id = c.id and i.kind = 'message' order by i.received_at desc, i.id desc limit 1),
  (select o.id from outbox o where o.conversation_id = c.id order by o.at desc, o.id desc limit 1),
  (select count(*) || '-' || count(*) filter (where o.state = 'waiting') from outbox_open o where o.conversation_id = c.id),
  (select count(*) filter (where e.state <> 'sent') from (
    select o.id from outbox o where o.conversation_id = c.id order by o.at desc, o.id desc limit 60
  ) o join outbox_outcome e on e.outbox_id = o.id),
  (select n.id from note n where n.conversation_id = c.id order by n.id desc limit 1))`

const qThreadMark = `select ` + threadMark + ` as mark from conversation c where c.id = $1`

const qThreadMarks = `
select u.id, ` + threadMark + ` as mark from unnest($1::bigint[]) u(id) join conversation c on c.id = u.id`

const qNames = `select id, name from staff`
