package member

// qEraseHold locks the conversations of the member that $1 is by now.
const qEraseHold = `
select c.id
from member asked join subject s on s.member_id = coalesce(asked.merged_into, asked.id) join conversation c on c.subject_id = s.id
where asked.id = $1
order by c.id for no key update of c`

const qEraseFind = `
select s.id, s.member_id, s.wrapped_key
from member asked join subject s on s.member_id = coalesce(asked.merged_into, asked.id)
where asked.id = $1 and s.wrapped_key is not null`

const qEraseFindAgain = `
select id, member_id, wrapped_key from subject where wrapped_key is not null and sha256(wrapped_key) = any ($1::bytea[])`

// qErasePeers are the ids and numbers by which a linked device of WhatsApp may know them.
// A number that was only typed may be anybody's.
const qErasePeers = `
select wrapped_key, $3::text as kind, sealed_peer as sealed from subject
where id = any ($1::bigint[]) and channel = $2 and wrapped_key is not null
union all
select s.wrapped_key, $4::text, p.sealed from phone p join subject s on s.id = p.subject_id
where s.id = any ($1::bigint[]) and s.wrapped_key is not null and p.verified_at is not null`

const qForgetLinked = `select forget_linked(coalesce($1::text[], '{}'))`

const qErasuresKnown = `select coalesce((select value from setting where name = 'erasures'), '0') = $1`

const qErasuresNote = `
insert into setting (name, value) values ('erasures', $1) on conflict (name) do update set value = excluded.value`

const qEraseLockTurns = `
select id from conversation where subject_id = any ($1::bigint[]) order by id for no key update`

// qEraseLockLanes keeps away who writes what became of messages: what is open under this
// lock is all there is.
const qEraseLockLanes = `
select conversation_id from lane
where conversation_id in (select id from conversation where subject_id = any ($1::bigint[])) order by 1 for no key update`

const qEraseTimers = `
delete from timer where conversation_id in (select id from conversation where subject_id = any ($1::bigint[]))`

const qEraseInbox = `
update inbox_open set state = 'parked'
where state in ('held', 'fetching', 'ready', 'solo')
  and conversation_id in (select id from conversation where subject_id = any ($1::bigint[]))`

const qEraseOutbox = `
with gone as (
  delete from outbox_open where conversation_id in (select id from conversation where subject_id = any ($1::bigint[]))
  returning outbox_id, attempts, external_id
)
insert into outbox_outcome (outbox_id, state, reason, attempts, external_id) select outbox_id, 'failed', 'erased', attempts, external_id from gone`

const qEraseSessions = `
with free as (
  update lane set held = false where held and conversation_id in (select id from conversation where subject_id = any ($1::bigint[]))
)
update conversation set session = null, takes_text = false, lifecycle = 'bot', queue = null, queued_at = null, holder = null, taken_at = null
where subject_id = any ($1::bigint[])`

const qErasePhones = `delete from phone where subject_id = any ($1::bigint[])`

const qEraseLikenesses = `update blob set likeness = null where subject_id = any ($1::bigint[])`

const qEraseAnswers = `
update member m set answers = (
  select coalesce(jsonb_object_agg(a.key, a.value), '{}') from jsonb_each(m.answers) a
  where (a.value ->> 'by')::bigint <> all ($1::bigint[]))
where m.id in (select member_id from subject where id = any ($1::bigint[]))`

// qEraseKnown forgets the answers that campaigns knew when they decided on receipts, and
// showed in their traces: a value of JSON is put in their place that stands for nothing
// known.
const qEraseKnown = `
update award a set facts = convert_to(regexp_replace(convert_from(a.facts, 'UTF8'), ` + answered + `), 'UTF8')
from receipt r
where r.id = a.receipt_id and r.member_id in (select member_id from subject where id = any ($1::bigint[]))`

const qEraseSeen = `
update evaluation e set trace = convert_to(regexp_replace(convert_from(e.trace, 'UTF8'), ` + answered + `), 'UTF8')
from receipt r
where r.id = e.receipt_id and r.member_id in (select member_id from subject where id = any ($1::bigint[]))
  and position('"profile.'::bytea in e.trace) > 0`

const qEraseSeenSince = `
update net_decision n set trace = convert_to(regexp_replace(convert_from(n.trace, 'UTF8'), ` + answered + `), 'UTF8')
from receipt r
where r.id = n.receipt_id and r.member_id in (select member_id from subject where id = any ($1::bigint[]))
  and position('"profile.'::bytea in n.trace) > 0`

// answered finds answers in JSON and says what to put there.
const answered = `'("profile\.[^"\\]+":)"(?:\\.|[^"\\])*"', '\1"?"', 'g'`

const qEraseLinks = `
delete from link_code where issued_by = any ($1::bigint[]) or opened_by = any ($1::bigint[])`

const qEraseInvites = `
delete from family_invite where subject_id = any ($1::bigint[]) or opened_by = any ($1::bigint[])`

const qEraseTries = `delete from link_try where subject_id = any ($1::bigint[])`

// qEraseLetters takes address and words; what is not sent yet never is.
const qEraseLetters = `
update letter set
  address = null, sealed_to = null, sealed_text = null, due_at = null, holder = null,
  reason = case state when 'pending' then 'erased' else reason end, state = case state when 'pending' then 'failed' else state end
where subject_id = any ($1::bigint[])`

const qEraseKeys = `
update subject set wrapped_key = null, peer_index = null, sealed_peer = '' where id = any ($1::bigint[])`

// qErasureAsk moves what the member, or whoever was joined into them, has asked
// before: the hour is counted from the last word.
const qErasureAsk = `
with asker as (select member_id from subject where id = $1),
moved as (
  update erasure e set asked_at = $2, due_at = $3 from asker, member m
  where m.id = e.member_id and coalesce(m.merged_into, m.id) = asker.member_id
  returning e.member_id
)
insert into erasure (member_id, asked_at, due_at) select member_id, $2, $3 from asker
where not exists (select from moved)
on conflict (member_id) do update set asked_at = excluded.asked_at, due_at = excluded.due_at`

// qErasureWanted tells whether the member's hour is over still.
const qErasureWanted = `
select exists (
  select from erasure e join member m on m.id = e.member_id, member asked
  where asked.id = $1 and coalesce(m.merged_into, m.id) = coalesce(asked.merged_into, asked.id) and e.due_at <= $2)`

// qErasureDrop finds the request of whoever was joined into the member, too.
const qErasureDrop = `
delete from erasure e using member m, member asked
where m.id = e.member_id and asked.id = $1 and coalesce(m.merged_into, m.id) = coalesce(asked.merged_into, asked.id)`

// qErasureListed tells whether the list $2 has a chat of the member's.
const qErasureListed = `
select exists (select from subject where member_id = $1 and sha256(wrapped_key) = any ($2::bytea[]))`

const qErasureDue = `
select coalesce(m.merged_into, m.id) as id from erasure e join member m on m.id = e.member_id
where e.due_at <= $1 order by e.due_at limit 1`

const qErasureRenew = `update erasure set due_at = greatest(due_at, $1) returning member_id as id`

const qErasureNext = `select min(due_at) from erasure`

// qErasePairs asks nobody any more about who is erased: what is left under their number is
// no living person's.
const qErasePairs = `
delete from member_pair where settled_at is null and id in (
  select p.id from subject s join member_pair p on p.one = s.member_id where s.id = any ($1::bigint[])
  union all
  select p.id from subject s join member_pair p on p.other = s.member_id where s.id = any ($1::bigint[]))`

// qErasePrizes takes with a member the codes of their orders and where parcels went.
const qErasePrizes = `update prize_order set secret = null, address = null where subject_id = any ($1::bigint[])`

// qEraseSurveyAnswers takes with a member all that was written to their surveys, by
// whomever, numbers and days with it, and what they answered so to others'. Options
// and marks stay, and nobody knows whose they were.
const qEraseSurveyAnswers = `
update survey_answer set written = null, given = case when figure then '{}' else given end, subject_id = null
where subject_id = any ($1::bigint[]) or response_id in (
  select r.id from survey_response r join subject s on s.member_id = r.member_id where s.id = any ($1::bigint[]))`

const qEraseSurveys = `
update survey_response set member_id = null, completed_by = null
where member_id in (select member_id from subject where id = any ($1::bigint[]))`

const qEraseSurveysFor = `update survey_response set completed_by = null where completed_by = any ($1::bigint[])`
