package letter

const qSubjectKey = `select wrapped_key from subject where id = $1 for share`

const qAddressLock = `select pg_advisory_xact_lock(hashtextextended('letter/' || encode($1::bytea, 'hex'), 0))`

// qCodes counts those of the last hour $2 and the last day $3 that were sent or may be.
const qCodes = `
select coalesce(bool_or(key = $4), false) as known, max(at) as last,
  count(*) filter (where at > $2) as of_hour, min(at) filter (where at > $2) as hour,
  count(*) as of_day, min(at) as day
from letter where address = $1 and at > $3 and secret`

const qInsert = `
insert into letter (key, medium, subject_id, address, sealed_to, sealed_text, secret, unasked, parts, state, at, until, due_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $11, $10)
on conflict (key) do nothing`

const qClaimLock = `select pg_advisory_xact_lock(hashtextextended('letter/claim/' || $1::text, 0))`

// qLost lets go of what is in the hand of nobody who lives, or was for longer than anybody
// may need. One that was being sent is in doubt.
const qLost = `
update letter set holder = null, due_at = $1, doubt = doubt or state = 'pending'
where holder is not null and medium = $3 and (holder not in (select number from living_session) or due_at <= $2)`

// qClaim takes codes before all others. News that went to the same address since $6 are
// counted: what is in hand is counted when it is sent, so an address has one in hand.
const qClaim = `
with due as (
  (select id, address, secret, due_at from letter where medium = $1 and secret and due_at <= $2 and holder is null order by due_at limit 256)
  union all
  (select id, address, secret, due_at from letter where medium = $1 and not secret and due_at <= $2 and holder is null order by due_at limit 256)
), one as (
  select distinct on (d.address) d.id, d.secret, d.due_at from due d
  where not exists (select from letter h where h.address = d.address and h.holder is not null)
  order by d.address, d.secret desc, d.due_at, d.id
), mine as (
  select id from one order by secret desc, due_at, id limit $5
)
update letter l set holder = $4, due_at = $3
from mine, subject s
where l.id = mine.id and s.id = l.subject_id and l.due_at <= $2 and l.holder is null
returning l.id, l.key, l.subject_id, s.member_id, l.sealed_to, l.sealed_text, s.wrapped_key, l.secret, l.unasked, l.parts, l.state, l.doubt, l.attempts, l.until, l.sent_at,
  (select count(*) from letter n where n.address = l.address and n.unasked and n.sent_at > $6) as news,
  (select min(n.sent_at) from letter n where n.address = l.address and n.unasked and n.sent_at > $6) as news_since`

const qNext = `select min(due_at) from (
  (select due_at from letter where medium = $1 and secret and due_at is not null order by due_at limit 1)
  union all
  (select due_at from letter where medium = $1 and not secret and due_at is not null order by due_at limit 1)) first`

// qMark moves on what has not ended. A secret is forgotten as soon as it is on no way
// any more.
const qMark = `
update letter set
  state = $2, due_at = $3, attempts = attempts + $4, doubt = $5, external_id = coalesce(nullif($6, ''), external_id), reason = nullif($7, ''), holder = null,
  sent_at = case when $2 in ('sent', 'delivered') then coalesce(sent_at, $8) else sent_at end,
  sealed_text = case when secret and $2 <> 'pending' then null else sealed_text end
where id = $1 and state in ('pending', 'sent') and due_at is not null`

const qBacklog = `
select medium, state, count(*) as n from letter where state in ('pending', 'unknown') group by medium, state order by medium, state`

const qDoubtAll = `update letter set doubt = true where state = 'pending'`

const qMemberHeld = `select m.id from subject s join member m on m.id = s.member_id where s.id = $1 for share of m`
