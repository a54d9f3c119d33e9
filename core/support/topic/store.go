package topic

// qWorks leaves out what the group of another chat shows: it is shown anew in this one.
const qWorks = `
with shown as (
  (select id from conversation where lifecycle <> 'bot' and id > $2 order by id limit $3)
  union
  (select conversation_id from topic where chat_id = $1 and not closed and conversation_id > $2 order by conversation_id limit $3)
)
select one.id, one.mark, one.closing, one.forgotten, one.held, one.stands, one.posted_at, one.queued_at
from shown
cross join lateral ( -- one by one: they are few of many
  select c.id, coalesce(t.mark, '') as mark, coalesce(t.closing, 0) as closing, s.wrapped_key is null as forgotten,
    c.lifecycle = 'operator' as held, t.thread_id is not null as stands, t.posted_at, c.queued_at
  from conversation c join subject s on s.id = c.subject_id
  left join topic t on t.conversation_id = c.id and t.chat_id = $1
  where c.id = shown.id offset 0
) one
order by one.id limit $3`

const qForgotten = `
select t.conversation_id as id, t.mark, t.closing, true as forgotten, false as held, true as stands, t.posted_at, null::timestamptz as queued_at
from topic t join conversation c on c.id = t.conversation_id join subject s on s.id = c.subject_id
where t.chat_id = $1 and s.wrapped_key is null limit $2`

const topics = `
select conversation_id, chat_id, coalesce(thread_id, 0) as thread_id, coalesce(card_id, 0) as card_id, card, pinned, closed, since, mark, posted_at, tries, title, closing
from topic where chat_id = $1`

const qTopic = topics + ` and conversation_id = $2`

const qTopicAt = topics + ` and thread_id = $2`

const qTopicOfCard = topics + ` and card_id = $2`

const qTopicSave = `
insert into topic (conversation_id, chat_id, thread_id, card_id, card, pinned, closed, since, mark, posted_at, tries, title)
values ($1, $2, nullif($3::bigint, 0), nullif($4::bigint, 0), $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (conversation_id) do update set
  chat_id = excluded.chat_id, thread_id = excluded.thread_id, card_id = excluded.card_id, card = excluded.card, pinned = excluded.pinned,
  closed = excluded.closed, since = excluded.since, mark = excluded.mark, posted_at = excluded.posted_at, tries = excluded.tries, title = excluded.title`

const qTopicClosing = `update topic set closing = $3 where chat_id = $1 and conversation_id = $2`

const qTopicDrop = `delete from topic where conversation_id = $1`

const qLines = `select kind, line_id, message_id from topic_line where conversation_id = $1`

const qLinesAdd = `
insert into topic_line (conversation_id, kind, line_id, message_id)
select $1, l.kind, l.id, $2 from unnest($3::text[], $4::bigint[]) l(kind, id)
on conflict do nothing`

const qSeen = `
select coalesce(max(line_id), 0) as seen from topic_line
where conversation_id = $1 and kind = 'in' and message_id < $2`

// qAnswered takes of the shopper's key what their messenger calls the message. One that ends
// with a number alone is of a tap, or of a further picture.
const qAnswered = `
with stands as (select kind, line_id from topic_line where conversation_id = $1 and message_id = $2)
select coalesce(
  (select substring(i.dedupe_key from '[^/]*$') from stands s join inbox i on i.id = s.line_id where s.kind = 'in' and i.dedupe_key !~ '/[0-9]*$' order by i.id desc limit 1),
  (select o.external_id from stands s join outbox_standing o on o.id = s.line_id where s.kind = 'out' and o.external_id <> '' order by o.id desc limit 1),
  '') as id`

const qReplyAdd = `
insert into topic_reply (conversation_id, message_id, note) values ($1, $2, $3) on conflict do nothing`

const qReplyTaken = `
select r.note, count(o.id)::int as parts, coalesce(bool_and(o.thread is not null), false) as thread, min(o.sent_at) as sent_at
from topic_reply r
left join topic_line l on l.conversation_id = r.conversation_id and l.message_id = r.message_id and l.kind = 'out'
left join outbox_standing o on o.id = l.line_id
where r.conversation_id = $1 and r.message_id = $2 group by r.note`

const qReplyMark = `update topic_reply set shown = $3 where conversation_id = $1 and message_id = $2`

const qReplies = `
select r.message_id, r.note, r.shown, count(o.id)::int as parts,
  (count(*) filter (where o.state = 'sent'))::int as sent, (count(*) filter (where o.state in ('failed', 'unknown')))::int as failed,
  (count(*) filter (where o.state = 'waiting'))::int as waiting,
  coalesce(max(o.reason) filter (where o.state in ('failed', 'unknown')), '') as reason
from (select * from topic_reply where conversation_id = $1 order by message_id desc limit $2) r
left join topic_line l on l.conversation_id = r.conversation_id and l.message_id = r.message_id and l.kind = 'out'
left join outbox_standing o on o.id = l.line_id
group by r.message_id, r.note, r.shown order by r.message_id`

const qHold = `
insert into topic_held (conversation_id, message_id, staff_id, sealed, newest, at) values ($1, $2, $3, $4, $5, $6)
on conflict (conversation_id, message_id) do update set sealed = excluded.sealed, newest = excluded.newest`

const qHeld = `
select staff_id, sealed, newest from topic_held where conversation_id = $1 and message_id = $2 for update`

const qHeldDrop = `delete from topic_held where conversation_id = $1 and message_id = $2`

const qHeldForget = `
delete from topic_held
where (conversation_id, message_id) in (select conversation_id, message_id from topic_held where at <= $1 order by at limit $2 for update skip locked)`

const qHeldEldest = `select min(at) from topic_held`

const qRoom = `
select wait_until, array(select at from unnest(posted_at) at where at > $2 order by at) as posted from staff_group where chat_id = $1`

const qSpend = `
insert into staff_group (chat_id, posted_at) values ($1, array[$2::timestamptz])
on conflict (chat_id) do update set posted_at = array(
  select at from unnest(staff_group.posted_at || $2::timestamptz) at where at > $3 order by at)`

// qGoes follows no number twice.
const qGoes = `
with recursive goes as (
  select $1::bigint as chat_id, 0 as hops
  union
  select g.moved_to, hops + 1 from goes join staff_group g using (chat_id) where g.moved_to is not null and hops < 10
)
select chat_id from goes order by hops desc limit 1`

const qMove = `
insert into staff_group (chat_id, moved_to) values ($1, $2)
on conflict (chat_id) do update set moved_to = excluded.moved_to`

const qWait = `
insert into staff_group (chat_id, wait_until) values ($1, $2)
on conflict (chat_id) do update set wait_until = excluded.wait_until`

const qAnswerAdd = `
insert into topic_answer (key, chat_id, thread_id, reply_to, text, notes_of, anyway, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (key) do nothing`

const qAnswerNext = `
select id, key, chat_id, thread_id, reply_to, text, coalesce(notes_of, 0) as notes_of, coalesce(anyway, 0) as anyway
from topic_answer where done_at is null order by id limit 1`

const qAnswerTold = `update topic_answer set done_at = $2 where id = $1`

const qUpdateAdd = `insert into topic_update (account, update_id, at) values ($1, $2, $3) on conflict do nothing`

const qUpdatesForget = `
delete from topic_update
where (account, update_id) in (select account, update_id from topic_update where at <= $1 order by at limit $2 for update skip locked)`

const qUpdatesEldest = `select min(at) from topic_update`

const qAnswersForget = `
delete from topic_answer
where id in (select id from topic_answer where at <= $1 and done_at is not null order by at limit $2 for update skip locked)`

const qAnswersEldest = `select min(at) from topic_answer where done_at is not null`
