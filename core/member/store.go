package member

const qPeerOf = `select sealed_peer, wrapped_key from subject where id = $1 and channel = $2 and wrapped_key is not null`

const qMasterBind = `insert into setting (name, value) values ('master_key', $1) on conflict do nothing`

const qMasterBound = `select value from setting where name = 'master_key'`

const qSubjectsByPeer = `
select s.id, s.member_id, c.id as conversation_id, c.takes_text, s.peer_index, s.wrapped_key
from subject s join conversation c on c.subject_id = s.id
where s.channel = $1 and s.peer_index = any ($2::bytea[])`

// qSubjectCreate draws the members' ids first and makes the members only of
// subjects that went in, so that a peer met twice leaves no orphan behind. The
// order keeps two processes from waiting for each other.
const qSubjectCreate = `
with fresh as (
  insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at)
  select nextval(pg_get_serial_sequence('member', 'id')), $1, p.peer_index, p.sealed_peer, p.wrapped_key, $5
  from unnest($2::bytea[], $3::bytea[], $4::bytea[]) as p (peer_index, sealed_peer, wrapped_key)
  order by p.peer_index
  on conflict (channel, peer_index) do nothing
  returning id, member_id
), born as (
  insert into member (id, created_at) overriding system value select member_id, $5 from fresh
), talk as (
  insert into conversation (subject_id, channel, at) select id, $1, $5 from fresh returning id, subject_id
)
insert into lane (conversation_id, channel, subject_id) select id, $1, subject_id from talk`

const qMemberOfSubject = `select member_id from subject where id = $1`

const qMember = `
select m.id, m.created_at, m.registered_at, m.suspended_at
from member asked join member m on m.id = coalesce(asked.merged_into, asked.id)
where asked.id = $1`

const qMemberHold = `select coalesce(merged_into, id) from member where id = $1 for share`

const qMemberByPhone = `select member_id from phone where phone_index = $1 and verified_at is not null`

const qHolders = `select phone_index, member_id from phone where phone_index = any ($1::bytea[]) and verified_at is not null`

// qAnother looks for signs that the holder $1 of the number $4 is another person than the
// subject $2: not met since $3, proved in another account of the same messenger, where a
// number is of one account only, a day told otherwise in the profile, or told apart by
// staff. Events wake conversations, too: only what somebody said counts as having met them.
// A web chat is no account: whoever opens another one may be the same person.
const qAnother = `
select greatest(h.created_at,
    (select max(verified_at) from phone where member_id = h.id),
    (select last_receipt_at from member_stat where member_id = h.id),
    (select max(said.received_at) from subject s join conversation c on c.subject_id = s.id
     cross join lateral (
       select i.received_at from turn t join inbox i on i.id = t.inbox_id
       where t.conversation_id = c.id and i.kind = 'message' order by t.turn_no desc limit 1) said
     where s.member_id = h.id)) < $3
  or mine.channel <> 'webchat' and exists (
    select from phone p join subject theirs on theirs.id = p.subject_id
    where p.member_id = h.id and p.phone_index = $4 and theirs.channel = mine.channel)
  or exists (
    select from member me cross join lateral jsonb_each(h.answers) a
    where me.id = mine.member_id and a.value ->> 'plain' ~ ` + isDay + ` and me.answers #>> array[a.key, 'plain'] ~ ` + isDay + `
      and me.answers #>> array[a.key, 'plain'] <> a.value ->> 'plain')
  or exists (select from member_pair where one = least(h.id, mine.member_id) and other = greatest(h.id, mine.member_id) and verdict = 'different')
from member h, subject mine where h.id = $1 and mine.id = $2`

const isDay = `'^\d{4}-\d\d-\d\d$'`

const qPhoneLose = `delete from phone where member_id = $1 and phone_index = $2`

const qPairAdd = `
insert into member_pair (one, other, reason, at) values (least($1::bigint, $2), greatest($1::bigint, $2), $3, $4)
on conflict (one, other) do nothing`

// qPairClaim asks about who holds the number that the subject $1 has typed.
const qPairClaim = `
insert into member_pair (one, other, reason, at)
select least(s.member_id, p.member_id), greatest(s.member_id, p.member_id), 'claim', $3
from subject s join phone p on p.phone_index = $2 and p.verified_at is not null and p.member_id <> s.member_id
where s.id = $1 and (select count(*) from member_pair q where q.one = s.member_id or q.other = s.member_id) < $4
on conflict (one, other) do nothing`

const qPairs = `
select p.id, p.one, p.other, p.reason, p.at
from member_pair p join member a on a.id = p.one join member b on b.id = p.other
where p.id > $1 and p.settled_at is null and a.merged_into is null and b.merged_into is null
order by p.id limit $2`

const qPairSettle = `
update member_pair p set verdict = $2, staff_id = $3, settled_at = $4
from member a, member b
where p.id = $1 and p.settled_at is null and a.id = p.one and b.id = p.other and a.merged_into is null and b.merged_into is null
returning p.id, p.one, p.other, p.reason, p.at`

const qPairKnown = `select exists (select from member_pair where id = $1)`

const qMemberRegister = `
update member m set registered_at = coalesce(m.registered_at, least($2::timestamptz,
  (select min(uploaded_at) from receipt where member_id = m.id and state <> 'rejected'),
  (select min(at) from submission where member_id = m.id and state = 'waiting')))
from member asked
where asked.id = $1 and m.id = coalesce(asked.merged_into, asked.id)
returning m.registered_at`

const qAnswersSave = `
update member m set answers = jsonb_strip_nulls(m.answers || told.answers)
from (
  select s.member_id, jsonb_object_agg(a.field, case when coalesce(a.plain, a.sealed) is not null then jsonb_build_object(
    'by', s.id, 'at', $5::timestamptz, 'plain', a.plain, 'sealed', a.sealed) end order by a.n) as answers
  from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) with ordinality as a (subject_id, field, plain, sealed, n)
  join subject s on s.id = a.subject_id
  group by s.member_id
) told
where m.id = told.member_id`

const qAnswersOf = `
select a.key as field, a.value as told, s.wrapped_key
from member m cross join lateral jsonb_each(m.answers) a join subject s on s.id = (a.value ->> 'by')::bigint
where m.id = $1`

const qPhones = `
select p.sealed, s.wrapped_key, p.verified_at is not null as verified
from phone p join subject s on s.id = p.subject_id
where p.member_id = $1
order by p.id`

const qPhoneClaimsForget = `
delete from phone
where member_id = (select member_id from subject where id = $1) and verified_at is null and phone_index <> $2`

const qPhoneClaim = `
insert into phone (member_id, subject_id, phone_index, sealed, at)
select member_id, id, $2, $3, $4 from subject where id = $1
on conflict (member_id, phone_index) do nothing`

const qPhoneVerify = `
insert into phone (member_id, subject_id, phone_index, sealed, verified_at, at, block_index)
select member_id, id, $2, $3, $4, $4, $5 from subject where id = $1
on conflict (member_id, phone_index) do update
set subject_id = excluded.subject_id, sealed = excluded.sealed, block_index = excluded.block_index,
  verified_at = coalesce(phone.verified_at, excluded.verified_at)`

// qEnrol makes no conversation: who is met at a desk is spoken to there. Nor is there an
// index of the peer: people of a desk are found by a phone, which may be another's one day.
const qEnrol = `
with born as (insert into member (created_at, registered_at) values ($4, $4) returning id)
insert into subject (member_id, channel, sealed_peer, wrapped_key, created_at)
select id, $1, $2, $3, $4 from born
returning id, member_id`

const qIdentityLock = `select pg_advisory_xact_lock(hashtextextended('member/identity', 0))`

const qMembersOfSubjects = `select distinct member_id as id from subject where id = any ($1::bigint[])`

// qMergePair is who the two are by now, the one who stays first.
const qMergePair = `
select id from member
where id in (select coalesce(merged_into, id) from member where id = any ($1::bigint[]))
order by registered_at nulls last, id`

const qMergeLockTurns = `
select id from conversation
where subject_id in (select id from subject where member_id in ($1, $2))
order by id for no key update`

const qMergeLockMembers = `select id from member where id in ($1, $2) order by id for no key update`

const qMergeSubjects = `update subject set member_id = $2 where member_id = $1`

// qMergePhonesTwice drops a claim that the other member has too, proved or not.
const qMergePhonesTwice = `
delete from phone p using phone q
where p.member_id in ($1, $2) and q.member_id in ($1, $2) and p.id <> q.id and p.phone_index = q.phone_index
  and p.verified_at is null and (q.verified_at is not null or p.member_id = $1)`

const qMergePhones = `update phone set member_id = $2 where member_id = $1`

const qMergeAnswers = `
update member m set answers = case m.id when $2 then f.answers || m.answers else '{}' end
from member f where f.id = $1 and m.id in ($1::bigint, $2)`

const qMergeConsents = `update consent set member_id = $2 where member_id = $1`

const qMergeConsentsNow = `
update member set consents = array(
  select k.kind from (
    select distinct on (kind) kind, granted from consent where member_id = $2 order by kind, at desc, id desc) k
  where k.granted)
where id in ($1::bigint, $2)`

const qMergeSubmissions = `update submission set member_id = $2 where member_id = $1`

const qMergeReceipts = `update receipt set member_id = $2 where member_id = $1`

const qMergeRegistered = `
update member m set registered_at = least(m.registered_at, f.registered_at), joined = true
from member f where m.id = $2 and f.id = $1`

// qMergeSuspension leaves a suspended member suspended, whoever they turn out to be.
const qMergeSuspension = `
update member m set suspended_at = least(m.suspended_at, f.suspended_at)
from member f where m.id = $2 and f.id = $1 and f.suspended_at is not null`

// qMergePairs asks about who stays what was asked about who goes, or answered: an answer
// about either counts.
const qMergePairs = `
insert into member_pair (one, other, reason, at, settled_at, verdict, staff_id)
select least(p.third, $2), greatest(p.third, $2), p.reason, p.at, p.settled_at, p.verdict, p.staff_id
from (select *, case one when $1 then other else one end as third from member_pair where one = $1::bigint or other = $1) p
where p.third <> $2::bigint and p.verdict is distinct from 'joined'
on conflict (one, other) do update set settled_at = excluded.settled_at, verdict = excluded.verdict, staff_id = excluded.staff_id
where member_pair.settled_at is null and excluded.settled_at is not null`

const qMergeMembers = `update member set merged_into = $2 where id = $1 or merged_into = $1`

const qMergeNote = `insert into member_merge (from_member, into_member, reason, at) values ($1, $2, $3, $4)`

const qSuspend = `
with gone as (
  update member set suspended_at = $2 where id = $1 and suspended_at is null returning id
)
insert into suspension (member_id, cause, note, staff_id, at) select id, $3, $4, $5, $2 from gone`

// qLift ends what was said of those who were joined into the member, too.
const qLift = `
with back as (
  update member set suspended_at = null where id = $1 and suspended_at is not null returning id
), noted as (
  update suspension s set lifted_at = $2, lifted_by = $3, lift_note = $4 from back
  where s.lifted_at is null and (s.member_id = back.id or s.member_id in (select id from member where merged_into = back.id))
)
select id from back`

const qLinkIssue = `
insert into link_code (code_hash, issued_by, issued_at, expires_at)
select $1, $2, $3, $4
where (select count(*) from link_code where issued_by = $2 and issued_at > $5) < $6`

const qLinkReplace = `
update link_code set refused_at = $3
where issued_by = $2 and code_hash <> $1 and confirmed_at is null and refused_at is null`

const qLinkTry = `
with forgotten as (delete from link_try where subject_id = $1 and at <= $3)
insert into link_try (subject_id, at)
select $1, $2 where (select count(*) from link_try where subject_id = $1 and at > $3) < $4`

const qLinkOwn = `
select exists (
  select from link_code l join subject i on i.id = l.issued_by join subject o on o.id = $2
  where l.code_hash = $1 and l.expires_at > $3 and l.opened_by is null and l.refused_at is null
    and i.member_id = o.member_id)`

const qLinkOpen = `
update link_code set opened_by = $2, opened_at = $3, expires_at = $4
where code_hash = $1 and expires_at > $3 and opened_by is null and refused_at is null
returning code_hash`

const qLinkAccept = `
update link_code set accepted_at = $2, expires_at = $3
where accepted_at is null and refused_at is null and code_hash = (
  select code_hash from link_code
  where opened_by = $1 and accepted_at is null and refused_at is null and expires_at > $2
  order by opened_at desc limit 1)
returning code_hash`

// qLinkConfirm finds one link at most: a subject's new link replaces its others.
const qLinkConfirm = `
update link_code set confirmed_at = $2
where issued_by = $1 and accepted_at is not null and confirmed_at is null and refused_at is null and expires_at > $2
returning code_hash`

const qLinkRefuse = `
update link_code set refused_at = $2
where confirmed_at is null and refused_at is null and code_hash = (
  select code_hash from link_code
  where (issued_by = $1 or opened_by = $1) and opened_by is not null
    and confirmed_at is null and refused_at is null and expires_at > $2
  order by opened_at desc limit 1)
returning code_hash`

const qLink = `
select i.id as issuer, ic.id as issuer_conversation, i.channel as issuer_channel,
       o.id as opener, oc.id as opener_conversation, o.channel as opener_channel
from link_code l
join subject i on i.id = l.issued_by join conversation ic on ic.subject_id = i.id
join subject o on o.id = l.opened_by join conversation oc on oc.subject_id = o.id
where l.code_hash = $1`

const qClaimed = `
select p.sealed, o.wrapped_key
from subject s join phone p on p.member_id = s.member_id join subject o on o.id = p.subject_id
where s.id = $1 and p.verified_at is null and o.wrapped_key is not null
order by p.at desc, p.id desc limit 1`

const qCodeLock = `select pg_advisory_xact_lock(hashtextextended('member/code', 0))`

// qCodesSent tells what a code of the subject $1 to the number $2 would exceed. $3, $4
// and $5 are the pause, an hour and a day ago.
const qCodesSent = `
select
  exists (select from phone_code_sent where subject_id = $1 and at > $3)
    or exists (select from phone_code_sent where number_index = $2 and at > $3) as soon,
  (select count(*) filter (where at > $4) >= $6 or count(*) >= $7 from phone_code_sent where subject_id = $1 and at > $5)
    or (select count(*) filter (where at > $4) >= $6 or count(*) >= $7 from phone_code_sent where number_index = $2 and at > $5)
    or (select count(*) filter (where at > $4) >= $8 or count(*) >= $9 from phone_code_sent where at > $5) as "limit"`

const qCodeForget = `delete from phone_code_sent where at <= $1`

const qCodeSent = `insert into phone_code_sent (subject_id, number_index, at) values ($1, $2, $3)`

const qCodeIssue = `
insert into phone_code (subject_id, number_index, sealed, code_hash, expires_at) values ($1, $2, $3, $4, $5)
on conflict (subject_id) do update set number_index = excluded.number_index, sealed = excluded.sealed,
  code_hash = excluded.code_hash, tries = 0, expires_at = excluded.expires_at`

// qCodeTry counts a try before it is judged.
const qCodeTry = `
update phone_code set tries = tries + 1
where subject_id = $1 and expires_at > $2 and tries < $3
returning sealed, code_hash, tries`

const qCodeUse = `delete from phone_code where subject_id = $1`

const qEraseCodes = `delete from phone_code where subject_id = any ($1::bigint[])`

const qEraseCodesSent = `delete from phone_code_sent where subject_id = any ($1::bigint[])`

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

const qErasuresKnown = `select coalesce((select value from setting where name = 'erasures'), '0') = $1`

const qErasuresNote = `
insert into setting (name, value) values ('erasures', $1) on conflict (name) do update set value = excluded.value`

const qEraseLockTurns = `
select id from conversation where subject_id = any ($1::bigint[]) order by id for no key update`

const qEraseTimers = `
delete from timer where conversation_id in (select id from conversation where subject_id = any ($1::bigint[]))`

const qEraseInbox = `
update inbox_open set state = 'parked'
where state in ('held', 'fetching', 'ready', 'solo')
  and conversation_id in (select id from conversation where subject_id = any ($1::bigint[]))`

const qEraseOutbox = `
update outbox set state = 'failed', reason = 'erased'
where state in ('pending', 'waiting') and conversation_id in (select id from conversation where subject_id = any ($1::bigint[]))`

const qEraseSessions = `update conversation set session = null, takes_text = false, lifecycle = 'bot', queue = null, queued_at = null where subject_id = any ($1::bigint[])`

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
