package support

const qNoteAdd = `
insert into note (conversation_id, staff_id, sealed, at) values ($1, $2, $3, $4) returning id`

const qNotes = `
select id, staff_id, at, sealed from note
where conversation_id = $1 and (id < $2 or $2 = 0) order by id desc limit $3`

// qList looks at a conversation's messages once it is known to be of the list: the
// laterals go by the indexes of the history.
const qList = `
with held as (
  select c.id, s.member_id, c.channel, coalesce(c.queue, '') as queue, c.queued_at, coalesce(c.holder, 0) as holder
  from conversation c join subject s on s.id = c.subject_id
  where c.lifecycle <> 'bot' and s.wrapped_key is not null
    and ($1 = 'all' or $1 = 'waiting' and (c.holder is null or exists (
      select from staff gone where gone.id = c.holder and gone.disabled_at is not null)) or $1 = 'mine' and c.holder = $2)
  order by c.queued_at, c.id limit $3
)
select held.*, coalesce(f.name, '') as holder_name, h.received_at as heard_at, coalesce(h.id, 0) as newest,
  h.id is not null and (o.at is null or o.at < h.received_at) as unanswered
from held left join staff f on f.id = held.holder
left join lateral (
  select i.id, i.received_at from inbox i where i.conversation_id = held.id and i.kind = 'message' order by i.received_at desc, i.id desc limit 1
) h on true
left join lateral (
  select o.at from outbox o where o.conversation_id = held.id and o.staff_id is not null order by o.at desc, o.id desc limit 1
) o on true
order by held.queued_at, held.id`

// qThreadMark is of what is read by the indexes of the history alone. A messenger tells
// late that it did not deliver what it had taken.
const qThreadMark = `
select concat_ws('.', c.lifecycle, c.fence, c.turn_no,
  (select i.id from inbox i where i.conversation_id = c.id and i.kind = 'message' order by i.received_at desc, i.id desc limit 1),
  (select o.id from outbox o where o.conversation_id = c.id order by o.at desc, o.id desc limit 1),
  (select count(*) || '-' || count(*) filter (where o.state = 'waiting') from outbox_open o where o.conversation_id = c.id),
  (select count(*) filter (where e.state <> 'sent') from (
    select o.id from outbox o where o.conversation_id = c.id order by o.at desc, o.id desc limit 60
  ) o join outbox_outcome e on e.outbox_id = o.id),
  (select n.id from note n where n.conversation_id = c.id order by n.id desc limit 1)) as mark
from conversation c where c.id = $1`

const qNames = `select id, name from staff`
