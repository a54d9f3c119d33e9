package conversation

// A second delivery inserts nothing. What needs no answer of its own has no turn
// ($4: kept); what belongs to an earlier text ($4: joined) is done with that one's row; when one of those ($9) is not new after all, another
// one has received the same just now, and to divide by zero is storage.ErrMoved.
// The web chat's own lines ($8: these are some) take their number under the lane's
// lock, see webchat_line.
const qInboxInsert = `
with new as (
  insert into inbox (conversation_id, kind, dedupe_key, sealed, received_at)
  select * from unnest($1::bigint[], $2::text[], $3::text[], $5::bytea[], $6::timestamptz[])
  on conflict (dedupe_key) do nothing
  returning id, conversation_id, kind, dedupe_key
), opened as (
  insert into inbox_open (inbox_id, conversation_id, state, due_at)
  select new.id, new.conversation_id, ($4::text[])[k.i], ($7::timestamptz[])[k.i]
  from new cross join lateral (select array_position($3::text[], new.dedupe_key) as i) k
  where ($4::text[])[k.i] not in ('joined', 'kept')
), own as (
  select new.id, new.conversation_id
  from new join lane l on l.conversation_id = new.conversation_id
  where $8 and new.kind = 'message'
  order by l.conversation_id, new.id for update of l
), lines as (
  insert into webchat_line (conversation_id, inbox_id) select conversation_id, id from own
)
select 1 / (not exists (select from unnest($9::text[]) key where key not in (select dedupe_key from new)))::int`

// qTextsLock makes who receives texts of the same conversation do it one after
// the other, and after a turn that is about to be over.
const qTextsLock = `select id from conversation where id = any ($1::bigint[]) order by id for no key update`

// qTexts is what is known of those under the lock. The row that is held is locked
// too: nobody lets it go meanwhile.
const qTexts = `
select c.id, c.takes_text, coalesce(h.inbox_id, 0) as inbox_id, h.sealed, coalesce(h.received_at, 'epoch') as received_at
from conversation c left join lateral (
  select o.inbox_id, i.sealed, i.received_at from inbox_open o join inbox i on i.id = o.inbox_id
  where o.conversation_id = c.id and o.state = 'held' for update of o
) h on true
where c.id = any ($1::bigint[])`

const qTextsKnown = `select dedupe_key as key from inbox where dedupe_key = any ($1::text[])`

// qEdited is what is edited; a row that waits for its turn stays where it is until
// the transaction ends. One whose file is on its way is written by who fetches it.
const qEdited = `
select i.id, i.dedupe_key, i.sealed, o.state is not null as waiting
from inbox i left join lateral (
  select state from inbox_open where inbox_id = i.id and state in ('held', 'ready') for update
) o on true
where i.dedupe_key = any ($1::text[]) order by i.id`

const qEditMend = `
with mended as (
  update inbox i set sealed = u.sealed from unnest($1::bigint[], $2::bytea[]) u(id, sealed) where i.id = u.id
)
update conversation set turn_no = turn_no where id = any ($3::bigint[])`

const qTextJoin = `
with more as (
  update inbox_open o set due_at = u.due_at
  from unnest($1::bigint[], $2::bytea[], $3::timestamptz[]) u(id, sealed, due_at)
  where o.inbox_id = u.id and o.state = 'held' returning u.id, u.sealed
)
update inbox i set sealed = more.sealed from more where i.id = more.id`

const qTextLetGo = `update inbox_open set state = 'ready' where state = 'held' and inbox_id = any ($1::bigint[])`

const qTextsDue = `
with due as (
  select inbox_id from inbox_open where state = 'held' and due_at <= $1
  order by due_at limit $2 for update skip locked
)
update inbox_open o set state = 'ready' from due where o.inbox_id = due.inbox_id`

const qTextsNext = `select min(due_at) from inbox_open where state = 'held'`

const qQuarantine = `
insert into quarantine (account, key, sealed, reason, at) values ($1, $2, $3, $4, $5)
on conflict (account, key) do nothing`

const qQuarantineForget = `
delete from quarantine
where id in (select id from quarantine where at <= $1 order by at limit $2 for update skip locked)`

const qQuarantineEldest = `select min(at) from quarantine`

// qBacklog leaves out what was parked because its sender was erased: nobody can
// read it, nor do anything about it.
const qBacklog = `
select
  (select count(*) from inbox_open where state = 'fetching') as fetching,
  (select count(*) from inbox_open where state in ('held', 'ready')) as ready,
  (select count(*) from inbox_open where state = 'solo') as solo,
  (select count(*) from inbox_open o join conversation c on c.id = o.conversation_id join subject s on s.id = c.subject_id
   where o.state = 'parked' and s.wrapped_key is not null) as parked,
  (select count(*) from outbox_open where state = 'pending') as pending,
  (select count(*) from outbox_outcome where state = 'unknown') as unknown,
  (select count(*) from quarantine) as quarantined`

// qRecipient passes a member's chat inside a messenger over while the messenger's own
// can be written to: whoever spoke there spoke in that messenger.
const qRecipient = `
with chat as (
  select c.id, s.id as subject, s.wrapped_key, s.beside,
    (select t.at from turn t where t.conversation_id = c.id order by t.turn_no desc limit 1) as spoke,
    c.turn_no = 0 or coalesce((select o.state = 'failed' and o.reason = 'blocked' from outbox_standing o
      where o.conversation_id = c.id and o.state in ('sent', 'failed') order by o.at desc, o.id desc limit 1), false) as shut
  from subject s join conversation c on c.subject_id = s.id
  where (s.id = $2 or s.member_id = $1) and s.wrapped_key is not null)
select c.id as conversation, c.subject, c.wrapped_key
from chat c left join chat own on own.subject = c.beside left join chat inside on inside.beside = c.subject and not c.shut
order by coalesce(not own.shut, false), (c.subject = $2) desc, coalesce(inside.subject = $2, false) desc, greatest(c.spoke, inside.spoke) desc nulls last, c.id
limit 1`

const qTimersTake = `
with due as (
  select conversation_id, turn_no, due_at from timer where due_at <= $1
  order by due_at limit $2 for update skip locked
), gone as (
  delete from timer t using due d
  where (t.conversation_id, t.turn_no) = (d.conversation_id, d.turn_no)
)
select d.conversation_id, d.turn_no, d.due_at, s.wrapped_key
from due d join conversation c on c.id = d.conversation_id join subject s on s.id = c.subject_id`

const qTimersNext = `select min(due_at) from timer`

// A photo in a dead process's hand is due at once; one that many had in their
// hands when they died, longer and longer after it was claimed, $7 before its lease
// ends: else a few kills in a row would use up its attempts. A chat has one photo in hand
// at a time: turns take them in order anyway, and an album, or somebody who
// sends pizzas without end, holds up nobody else.
const qFetchClaim = `
with dead as (
  select inbox_id, holder from inbox_open
  where state = 'fetching' and due_at > $1 and holder not in (select number from living_session)
    and due_at - $7::interval + interval '1 second' * (power(2, least(attempts, 16) - 1) - 1) <= $1
), due as (
  select o.inbox_id from inbox_open o join conversation c on c.id = o.conversation_id left join dead d on d.inbox_id = o.inbox_id
  where o.state = 'fetching' and (o.due_at <= $1 or o.holder = d.holder) and (c.channel = any ($5::text[])) <> $6::boolean
    and not exists (select from inbox_open a where a.conversation_id = o.conversation_id and a.inbox_id < o.inbox_id and a.state = 'fetching')
  order by o.due_at, o.inbox_id limit $3 for update of o skip locked
)
update inbox_open o set attempts = o.attempts + 1, due_at = $2, holder = $4
from due d, inbox i, conversation c, subject s
where o.inbox_id = d.inbox_id and i.id = o.inbox_id and c.id = o.conversation_id and s.id = c.subject_id
returning i.id, i.conversation_id, c.subject_id, c.channel, c.lang, o.attempts, i.received_at, i.sealed, s.sealed_peer, s.wrapped_key`

const qFetchDone = `
with ready as (
  update inbox_open set state = 'ready', attempts = 0, due_at = '-infinity', holder = null
  where inbox_id = $1 and state = 'fetching' returning inbox_id
)
update inbox i set sealed = $2 from ready where i.id = ready.inbox_id`

const qFetchLater = `update inbox_open set due_at = $2, holder = null where inbox_id = $1 and state = 'fetching'`

const qFetchPark = `update inbox_open set state = 'parked' where inbox_id = $1 and state = 'fetching'`

const qFetchNext = `
select min(due_at) from inbox_open o join conversation c on c.id = o.conversation_id
where o.state = 'fetching' and (c.channel = any ($1::text[])) <> $2::boolean
  and not exists (select from inbox_open a where a.conversation_id = o.conversation_id and a.inbox_id < o.inbox_id and a.state = 'fetching')`

const qOutboxLeap = `
select setval(pg_get_serial_sequence('outbox', 'id')::regclass, nextval(pg_get_serial_sequence('outbox', 'id')::regclass) + 10000000)`

// qPace holds an account's bucket for the transaction.
const qPace = `
insert into pace (account, full_at) values ($1, 'epoch')
on conflict (account) do update set account = excluded.account returning full_at`

const qPaceSet = `update pace set full_at = $2 where account = $1`

// qEarlier is the message about the same that went before the message $3: the
// newest, whatever became of it.
const qEarlier = `
select id, state, coalesce(external_id, '') as external_id, coalesce(sent_at, at) as at from outbox_standing
where conversation_id = $1 and thread = $2 and id < $3 order by id desc limit 1`

// qSentAs is the newest of those that are one message in the chat: the others it
// took the place of.
const qSentAs = `
select o.sealed from outbox o
where o.conversation_id = $2 and o.id in (
  select outbox_id from outbox_outcome where external_id = $1 and external_id like '3EB0%'
  union all select outbox_id from outbox_open where external_id = $1 and conversation_id = $2)
order by o.id desc limit 1`

// A mark tells what happened, so it is kept whoever holds the lane, unless the
// messenger has told more of that very message meanwhile, see Status. To be throttled is
// no attempt: a message may wait its turn in a slow messenger for days. Claims are locked
// first: who frees those of the dead passes by what is being marked. Then lanes and in their
// order, as by everybody who writes what is open of them. Web chat lines
// ($9: these are some) become visible in the commit that marks them sent, numbered under that
// lock. A chat is given back with the last mark that its claim needs it for; the answer is
// the others, when they are held for as long as one more message may take; a chat that
// somebody of the staff has taken meanwhile is claimed anew. A message that the messenger
// has told of before its answer came was sent all the same: its chat's pace counts it. The
// state is asked for by an expression, so that no plan takes the index of what is pending:
// made while the table was empty, one read all of it for each message.
const qSendMark = `
with m as materialized (
  select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::boolean[], $10::bigint[], $11::timestamptz[], $12::bigint[])
    as m(id, conversation_id, state, external_id, reason, retry_at, release, over, full_at, claim)
), claims as materialized (
  select id from send_claim where id in (select claim from m) order by id for no key update
), locked as materialized (
  select m.*, l.held from m join lane l on l.conversation_id = m.conversation_id
  where (select count(*) from claims) >= 0 -- they are locked first
  order by m.conversation_id for no key update of l
), again as (
  update outbox_open o set reason = nullif(m.reason, ''), external_id = nullif(m.external_id, ''), attempts = o.attempts + (m.reason <> 'throttled')::int
  from locked m
  where o.conversation_id = m.conversation_id and o.outbox_id = m.id and m.state = 'pending' and o.state || '' = 'pending'
    and (m.external_id = '' or o.external_id is distinct from m.external_id)
  returning o.outbox_id
), gone as (
  delete from outbox_open o using locked m
  where o.conversation_id = m.conversation_id and o.outbox_id = m.id and m.state <> 'pending' and o.state || '' = 'pending'
    and (m.external_id = '' or o.external_id is distinct from m.external_id)
  returning o.outbox_id, o.conversation_id, o.attempts, m.state, m.reason, m.external_id, m.over
), ended as (
  insert into outbox_outcome (outbox_id, state, reason, attempts, external_id, sent_at)
  select outbox_id, state, nullif(reason, ''), attempts + 1, nullif(external_id, ''), case when state = 'sent' then $8::timestamptz end from gone
), written as (
  update lane l set full_at = coalesce(m.full_at, l.full_at),
    send_after = case
      when m.retry_at is null then l.send_after
      when m.id in (select outbox_id from gone union all select outbox_id from again) then m.retry_at
      when m.state = 'sent' then greatest(l.send_after, m.retry_at)
      else l.send_after end
  from locked m
  where l.conversation_id = m.conversation_id and (m.full_at is not null or m.retry_at is not null)
), lines as (
  insert into webchat_line (conversation_id, outbox_id, changes)
  select k.conversation_id, k.outbox_id, coalesce(e.changes, e.n)
  from gone k left join webchat_line e on e.outbox_id = nullif(k.over, 0)
  where k.state = 'sent' and $9 order by k.outbox_id
), gone_back as materialized (
  select claim, conversation_id from locked where release or held
), ` + givenBack + `
select m.conversation_id as id from locked m join send_claim c on c.id = m.claim and m.conversation_id = any (c.lanes)
where not m.release and not m.held and c.lease_until > clock_timestamp() + interval '15 seconds'
  and c.holder in (select number from living_session)`

const qSendFailAll = `
with gone as (
  delete from outbox_open where conversation_id = $1 and state || '' = 'pending' returning outbox_id, attempts, external_id
)
insert into outbox_outcome (outbox_id, state, reason, attempts, external_id) select outbox_id, 'failed', $2, attempts, external_id from gone`

const qSendNext = `
select l.send_after from lane l
where l.send_after > $1 and l.send_after > '-infinity' -- as the index says
  and exists (select from outbox_open o where o.conversation_id = l.conversation_id and o.state || '' = 'pending' offset 0)
order by l.send_after limit 1`

// qOutboxInsertOne says nothing to whoever is erased: it waits for an erasure that
// is being done, and an erasure for it.
const qOutboxInsertOne = `
with said as (
  insert into outbox (conversation_id, channel, key, sealed, at, thread)
  select c.id, c.channel, $2::text, $3::bytea, $4::timestamptz, nullif($5::text, '')
  from conversation c join subject s on s.id = c.subject_id
  where c.id = $1 and c.lifecycle = 'bot' -- else people have it
    and s.wrapped_key is not null
  for share of s
  on conflict (key) where key is not null do nothing
  returning conversation_id, id, channel, priority
)
insert into outbox_open (conversation_id, outbox_id, channel, priority) select conversation_id, id, channel, priority from said`

const qLines = `
select l.n, coalesce(l.changes, 0) as changes, coalesce(i.dedupe_key, '') as dedupe_key, i.sealed as inbox, o.sealed as outbox, o.staff_id is not null as staff, coalesce(t.sent_at, i.received_at) as at, s.wrapped_key
from conversation c
join subject s on s.id = c.subject_id
join webchat_line l on l.conversation_id = c.id
left join inbox i on i.id = l.inbox_id
left join outbox o on o.id = l.outbox_id
left join outbox_outcome t on t.outbox_id = l.outbox_id
where c.id = $1 and l.n > $2
order by l.n limit $3`

const qLinesNewest = `select n from webchat_line where conversation_id = $1 order by n desc offset $2 limit 1`

const qPerson = `
select c.subject_id, s.wrapped_key from conversation c join subject s on s.id = c.subject_id where c.id = $1`

// qHistory takes as much from either side as both together need at most.
const qHistory = `
select * from (
  (select false as said, id, received_at as at, dedupe_key as key, sealed, '' as external, '' as state, '' as reason, 0::bigint as staff_id, false as as_template
   from inbox where conversation_id = $1 and kind = 'message' and received_at <= $2::timestamptz
     and (received_at, false, id) < ($2::timestamptz, $3::boolean, $4::bigint)
   order by received_at desc, id desc limit $5)
  union all
  (select true, id, at, '', sealed, coalesce(external_id, ''), state, coalesce(reason, ''), coalesce(staff_id, 0), as_template
   from outbox_standing where conversation_id = $1 and at <= $2::timestamptz
     and (at, true, id) < ($2::timestamptz, $3::boolean, $4::bigint)
   order by at desc, id desc limit $5)
) sides order by at desc, said desc, id desc limit $5`

const qTurns = `
select turn_no, step_in, step_out, release_id, at from turn
where conversation_id = $1 order by turn_no desc limit $2`

// qTraffic reads in one snapshot, so that its counts add up: where turns led
// since $1, and where conversations stood then and stand now.
const qTraffic = `
select 'turns' as what, step_in, step_out, count(*) as n from turn where at >= $1 group by step_in, step_out
union all
select 'before', '', t.step_out, count(*)
from conversation c cross join lateral (
  select step_out from turn where conversation_id = c.id and at < $1 order by turn_no desc limit 1
) t group by t.step_out
union all
select 'now', '', t.step_out, count(*)
from conversation c join turn t on t.conversation_id = c.id and t.turn_no = c.turn_no group by t.step_out
order by what, step_in, step_out`

const qStanding = `
select c.release_id, c.standing, count(*) as people from conversation c join subject s on s.id = c.subject_id
where c.standing <> '' and c.release_id is not null and s.wrapped_key is not null
group by c.release_id, c.standing order by c.release_id, c.standing`

const qCursor = `select coalesce((select position from listen_cursor where account = $1), '')`

const qCursorMove = `
insert into listen_cursor (account, position) values ($1, $2)
on conflict (account) do update set position = excluded.position`
