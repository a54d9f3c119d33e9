package runner

// What the turns of `mine` may know. $2 is the currency, $3 the given instant. The
// open lots of the account are looked through once, those that are pending, held or
// expired and not swept yet told from what is available. offset 0 keeps those of an
// empty account from being looked for at all. Only who is about to be reminded is asked
// whether they want to be.
const loadMine = `
select w.*, i.sealed, i.received_at, s.member_id, s.wrapped_key, m.registered_at, m.consents,
  coalesce(st.receipts, 0) as receipts, coalesce(st.checking, 0) as checking, st.last_receipt_at,
  coalesce(lots.available, 0) - coalesce(ac.owed, 0) as balance, coalesce(lots.held, 0) as held, coalesce(lots.pending, 0) as pending, lots.pending_from,
  lots.expires_at, coalesce(lots.points, 0) as expires_points, mt.tier, mt.until as tier_until, m.answers,
  case when i.kind = 'timer' then exists (
    select from subscription n where n.member_id = m.id and n.channel = 'chat' and not n.wanted) else false end as refused,
  case when i.kind = 'event' and w.queued_at is not null then coalesce((
    select h.id from inbox h where h.conversation_id = w.conversation_id and h.kind = 'message' and h.id < w.inbox_id
    order by h.received_at desc, h.id desc limit 1), 0) else 0 end as heard,
  case when m.joined then array(select o.id ` + others + `) else '{}' end as others,
  case when m.joined then array(select o.wrapped_key ` + others + `) else '{}' end as other_keys
from mine w
join inbox i on i.id = w.inbox_id
join subject s on s.id = w.subject_id
join member m on m.id = s.member_id
left join member_stat st on st.member_id = m.id
left join member_tier mt on mt.member_id = m.id
left join account ac on ac.member_id = coalesce(m.master_id, m.id) and ac.kind = 'member' and ac.currency = $2
left join lateral (
  select * from (
    select sum(d.points) filter (where d.live)::bigint as available, sum(d.held)::bigint as held,
      sum(d.pending) filter (where d.live)::bigint as pending, nullif(min(d.pending_from) filter (where d.live), 'infinity') as pending_from,
      (array_agg(d.day order by d.day) filter (where d.day > $3 and d.points > 0))[1] as expires_at,
      (array_agg(d.points order by d.day) filter (where d.day > $3 and d.points > 0))[1] as points
    from (
      select l.expires_at as day, coalesce(l.expires_at > $3, true) as live, sum(l.held)::bigint as held,
        sum(l.remaining - l.held) filter (where l.available_at <= $3)::bigint as points,
        sum(l.remaining - l.held) filter (where l.available_at > $3)::bigint as pending,
        min(l.available_at) filter (where l.available_at > $3) as pending_from
      from lot l where l.account_id = ac.id and l.remaining > 0 group by 1
    ) d
  ) now
  where ac.balance > 0 or ac.owed > 0 offset 0
) lots on true
order by w.inbox_id`

// others are the member's other subjects. Few members have any, and to look for
// none of them is a good part of what a turn costs.
const others = `from subject o
    where o.member_id = m.id and o.id <> w.subject_id and o.wrapped_key is not null order by o.id`

// The oldest rows first, one a conversation, by laterals that are probed row by
// row; a row behind a text that may have more to come, a photo that is still being
// read or a turn that has to run alone waits. $1 rows at most, none of the
// conversations $4. A conversation
// must still be the version that the snapshot shows (xmin) when its lock is had:
// whoever has changed it since may have done this very row. What ends without a
// turn changes no conversation; its row is then gone when the turn is applied, see
// qApply.
const qClaimGroup = `
with seen as materialized (
  select o.inbox_id, o.conversation_id from inbox_open o
  where o.state = 'ready' and o.conversation_id not in (select unnest($4::bigint[])) and (
    (select not exists (select from inbox_open a where a.state in ('held', 'fetching', 'solo')))
    or not exists (
      select from inbox_open a
      where a.conversation_id = o.conversation_id and a.inbox_id < o.inbox_id and a.state in ('held', 'fetching', 'solo') offset 0))
  order by o.inbox_id limit 128
), head as materialized (
  select distinct on (conversation_id) inbox_id, conversation_id from seen order by conversation_id, inbox_id
), mine as materialized (
  select own.*, h.inbox_id, 0 as attempts, (select count(*) from seen) as seen
  from (select * from head order by inbox_id) h
  cross join lateral (select ctid as place, xmin as version from conversation where id = h.conversation_id offset 0) it
  cross join lateral (
    select c.id as conversation_id, c.subject_id, c.channel, c.lang, c.turn_no, c.release_id, c.session, c.queued_at, c.fence
    from conversation c where c.ctid = it.place and c.xmin = it.version for no key update skip locked) own
  limit $1
)` + loadMine

// Whether anything waits for a group, of none of the conversations $1: a claim that
// finds nothing costs far more.
const qReadyLeft = `
select exists (select from inbox_open where state = 'ready' and conversation_id not in (select unnest($1::bigint[])))`

// One row whose turn runs alone. The subject is locked too: it must not change
// members under the action.
const qClaimAlone = `
with mine as materialized (
  select c.id as conversation_id, c.subject_id, c.channel, c.lang, c.turn_no, c.release_id, c.session, c.queued_at, c.fence, o.inbox_id, o.attempts, 1 as seen
  from inbox_open o join conversation c on c.id = o.conversation_id join subject s on s.id = c.subject_id
  where o.inbox_id = $1 and o.state in ('ready', 'solo')
  for no key update of o, c, s skip locked
)` + loadMine

// qKnown is what a turn of the conversation $1 would load now; the newest message stands in
// for the row that wakes it.
const qKnown = `
with mine as materialized (
  select c.id as conversation_id, c.subject_id, c.channel, c.lang, c.turn_no, c.release_id, c.session, c.queued_at, c.fence, i.id as inbox_id, 0 as attempts, 0 as seen
  from conversation c join subject s on s.id = c.subject_id
  cross join lateral (
    select id from inbox where conversation_id = c.id and kind = 'message' order by received_at desc, id desc limit 1
  ) i
  where c.id = $1 and s.wrapped_key is not null
)` + loadMine

// qHold is qClaimAlone for the row $1 that a group has loaded: its conversation
// must not have moved on since, nor been taken by people, nor its subject moved to
// another member.
const qHold = `
select o.conversation_id
from inbox_open o
join conversation c on c.id = o.conversation_id
join subject s on s.id = c.subject_id
where o.inbox_id = $1 and o.state in ('ready', 'solo') and c.turn_no = $2 and c.fence = $4 and s.member_id = $3 and s.wrapped_key is not null
for no key update of o, c, s skip locked`

// qHoldSubjects keeps the members $2 of a group's subjects $1 under its actions:
// what it does not return is in other hands, or another's by now.
const qHoldSubjects = `
select s.id from unnest($1::bigint[], $2::bigint[]) t(id, member_id) join subject s on s.id = t.id
where s.member_id = t.member_id and s.wrapped_key is not null
for no key update of s skip locked`

// Rows that were left to run alone and are due; $3 at most, none of the
// conversations $2.
const qSoloDue = `
select inbox_id as inbox, conversation_id as conversation from inbox_open
where state = 'solo' and due_at <= $1 and conversation_id not in (select unnest($2::bigint[]))
order by due_at, inbox_id limit $3`

// When the next row falls due that has to run alone, none of the conversations
// $1; epoch stands for one that never waited.
const qSoloNext = `
select case when min(due_at) = '-infinity' then 'epoch' else min(due_at) end from inbox_open
where state = 'solo' and conversation_id not in (select unnest($1::bigint[]))`

// qApply writes decided turns: the rows $1 of the inbox are done, sessions go
// on, every turn leaves a row of itself and its messages. It is one statement,
// because of a small group's turns a statement more is most of the cost. Fewer
// rows than turns divide by zero: storage.ErrMoved.
const qApply = `
with done as (
  delete from inbox_open where inbox_id = any ($1::bigint[]) and state in ('ready', 'solo') returning 1
), saved as (
  update conversation c set turn_no = u.turn_no, release_id = u.release_id, session = u.session, lang = u.lang, standing = u.standing, takes_text = u.takes_text
  from unnest($2::bigint[], $3::bigint[], $5::text[], $6::bytea[], $7::text[], $15::text[], $17::boolean[])
    u(id, turn_no, release_id, session, lang, standing, takes_text)
  where c.id = u.id and c.turn_no = u.turn_no - 1 returning 1
), turned as (
  insert into turn (conversation_id, turn_no, inbox_id, release_id, step_in, step_out, seed, sealed, at)
  select u.*, $14 from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $8::text[], $9::text[], $10::bigint[], $11::bytea[]) u
), said as (
  insert into outbox (conversation_id, channel, sealed, thread, at, priority)
  select u.id, u.channel, u.sealed, nullif(u.thread, ''), $14, u.priority
  from unnest($12::bigint[], $13::bytea[], $16::text[], $18::smallint[], $19::text[]) u(id, sealed, thread, priority, channel)
  returning conversation_id, id, channel, priority
), unsent as (
  insert into outbox_open (conversation_id, outbox_id, channel, priority) select conversation_id, id, channel, priority from said
)
select 1 / ((select count(*) from done) = cardinality($1))::int, 1 / ((select count(*) from saved) = cardinality($2))::int`

const qInboxSolo = `update inbox_open set state = 'solo' where inbox_id = any ($1::bigint[]) and state in ('ready', 'solo')`

const qTimerInsert = `
insert into timer (conversation_id, turn_no, due_at)
select * from unnest($1::bigint[], $2::bigint[], $3::timestamptz[])`

// A turn that fails alone is tried again later, and put aside at last.
const qInboxFailed = `
update inbox_open set attempts = attempts + 1, due_at = $2,
  state = case when attempts + 1 >= $3 then 'parked' else 'solo' end
where inbox_id = $1 and state in ('ready', 'solo') returning state = 'parked'`

const qTurnOf = `
select t.release_id, t.sealed, s.wrapped_key
from turn t join conversation c on c.id = t.conversation_id join subject s on s.id = c.subject_id
where t.conversation_id = $1 and t.turn_no = $2`

// Turns from the newest on, of people who were not erased. Rows of the inbox are
// numbered as they come, so they tell the order in time; $1 is the last one that was
// read, 0 before the first.
const qRecentTurns = `
select t.conversation_id, t.turn_no, t.inbox_id, t.release_id, t.step_in, t.sealed, t.at, s.wrapped_key
from turn t join conversation c on c.id = t.conversation_id join subject s on s.id = c.subject_id
where (t.inbox_id < $1 or $1 = 0) and s.wrapped_key is not null
order by t.inbox_id desc limit $2`
