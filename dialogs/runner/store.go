package runner

// Statistics of a queue are never true, and a claim that comes to read a whole
// table is the end of a busy day. So claims are written as laterals, probed row
// by row, and in their transactions every plan goes by an index: a bitmap scan
// would read all that is ready before the first row, and unlike an index scan
// it never forgets what is done.
const qByIndex = `
select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
  set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`

// lockOwn locks a row that may run and its conversation. A row that was changed
// since the snapshot is read again under the lock and its state checked again,
// so a turn that another process has just committed is skipped, never repeated.
const lockOwn = `
    select c.id as conversation_id, c.subject_id, c.channel, c.lang, c.turn_no, c.release_id, c.session,
      s.member_id, s.wrapped_key, i.id as inbox_id, i.sealed, i.received_at, i.attempts
    from conversation c join subject s on s.id = c.subject_id join inbox i on i.id = h.id and i.state = h.state
    where c.id = h.conversation_id
    for no key update of `

// What the turns of `mine` may know. $2 is the currency, $3 the given instant.
// Keys of answers are read only where another chat of the member gave them. An
// expiry is compared as an expression: only the lots of one account may be
// looked through, never those that expire some day.
const loadMine = `
select w.*, m.registered_at, m.consents,
  coalesce(st.receipts, 0) as receipts, coalesce(st.checking, 0) as checking, st.last_receipt_at,
  coalesce(ac.balance, 0) - coalesce(lots.gone, 0) as balance, lots.expires_at, coalesce(lots.points, 0) as expires_points,
  (select count(*) from subject o where o.member_id = m.id and o.id <> w.subject_id and o.wrapped_key is not null) as joined,
  an.fields, an.plains, an.sealeds, an.keys
from mine w
join member m on m.id = w.member_id
left join member_stat st on st.member_id = m.id
left join account ac on ac.member_id = m.id and ac.kind = 'member' and ac.currency = $2
left join lateral (
  select sum(d.points) filter (where d.day <= $3)::bigint as gone, -- expired, and not swept yet
    (array_agg(d.day order by d.day) filter (where d.day > $3))[1] as expires_at,
    (array_agg(d.points order by d.day) filter (where d.day > $3))[1] as points
  from (
    select l.expires_at as day, sum(l.remaining)::bigint as points from lot l
    where l.account_id = ac.id and l.remaining > 0 and l.expires_at + interval '0' is not null group by 1
  ) d
  where ac.balance > 0
) lots on true
cross join lateral (
  select coalesce(array_agg(a.field), '{}') as fields, coalesce(array_agg(coalesce(a.plain, '')), '{}') as plains,
    coalesce(array_agg(a.sealed), '{}') as sealeds,
    coalesce(array_agg(case when a.subject_id = w.subject_id then w.wrapped_key
      else (select o.wrapped_key from subject o where o.id = a.subject_id) end), '{}') as keys
  from answer a where a.member_id = m.id
) an
order by w.inbox_id`

// The oldest rows first, one a conversation; a row behind a photo that is
// still being read, or behind a solo turn, waits. $1 rows at most, none of the
// conversations $4.
const qClaimGroup = `
with head as materialized (
  select distinct on (w.conversation_id) w.id, w.conversation_id, 'ready' as state
  from (
    select i.id, i.conversation_id from inbox i
    where i.state = 'ready' and i.conversation_id not in (select unnest($4::bigint[])) and (
      (select not exists (select from inbox a where a.state in ('fetching', 'solo')))
      or not exists (
        select from inbox a
        where a.conversation_id = i.conversation_id and a.id < i.id and a.state in ('fetching', 'solo') offset 0))
    order by i.id limit 512
  ) w
  order by w.conversation_id, w.id
), mine as materialized (
  select own.* from (select * from head order by id) h cross join lateral (` + lockOwn + `c, i skip locked) own limit $1
)` + loadMine

// One conversation whose turn must run alone. The subject is locked too: it
// must not change members under the action.
const qClaimSolo = `
with head as materialized (
  select i.id, i.conversation_id, i.state from inbox i
  where i.state = 'solo' and i.due_at <= $3
  order by i.due_at, i.id limit $1
), mine as materialized (
  select own.* from (select * from head order by id) h cross join lateral (` + lockOwn + `c, i, s skip locked) own limit 1
)` + loadMine

// When the next solo row is due; epoch stands for one that never waited.
const qSoloNext = `
select case when min(due_at) = '-infinity' then 'epoch' else min(due_at) end from inbox where state = 'solo'`

const qTurnInsert = `
insert into turn (conversation_id, turn_no, inbox_id, release_id, step_in, step_out, seed, sealed, at)
select u.*, $9 from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bytea[]) u`

const qConversationSave = `
update conversation c set turn_no = u.turn_no, release_id = u.release_id, session = u.session, lang = u.lang
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bytea[], $5::text[]) u(id, turn_no, release_id, session, lang)
where c.id = u.id and c.turn_no = u.turn_no - 1`

const qInboxDone = `
update inbox set state = 'done', done_at = $2 where id = any ($1::bigint[]) and state in ('ready', 'solo')`

const qInboxSolo = `update inbox set state = 'solo' where id = any ($1::bigint[]) and state = 'ready'`

const qOutboxInsert = `
insert into outbox (conversation_id, sealed, at)
select u.*, $3 from unnest($1::bigint[], $2::bytea[]) u`

const qTimerInsert = `
insert into timer (conversation_id, turn_no, name, due_at)
select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[])`

// A turn that fails alone is tried again later, and put aside at last.
const qInboxFailed = `
update inbox set attempts = attempts + 1, due_at = $2,
  state = case when attempts + 1 >= $3 then 'parked' else state end
where id = $1 and state = 'solo' returning state = 'parked'`

const qTurnOf = `
select t.release_id, t.sealed, s.wrapped_key
from turn t join conversation c on c.id = t.conversation_id join subject s on s.id = c.subject_id
where t.conversation_id = $1 and t.turn_no = $2`
