package member

const qPeerOf = `select sealed_peer, wrapped_key from subject where id = $1 and channel = $2 and wrapped_key is not null`

const qSubjectBeside = `update subject set beside = $2 where id = $1 and beside is distinct from $2`

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

const qMemberHoldToChange = `select coalesce(merged_into, id) from member where id = $1 for no key update`

const qMemberByPhone = `select member_id from phone where phone_index = $1 and verified_at is not null`

const qHolders = `select phone_index, member_id from phone where phone_index = any ($1::bytea[]) and verified_at is not null`

// qAnother looks for signs that the holder $1 of the number $4 is another person than the
// subject $2: not met since $3, proved in another account of the same messenger, where a
// number is of one account only, a day told otherwise in the profile, or told apart by
// staff. Events wake conversations, too: only what somebody said counts as having met them.
// A web chat is no account: whoever opens another one may be the same person.
const qAnother = `
select ` + lastSeen + ` < $3
  or mine.channel <> 'webchat' and exists (
    select from phone p join subject theirs on theirs.id = p.subject_id
    where p.member_id = h.id and p.phone_index = $4 and theirs.channel = mine.channel)
  or exists (
    select from member me cross join lateral jsonb_each(h.answers) a
    where me.id = mine.member_id and a.value ->> 'plain' ~ ` + isDay + ` and me.answers #>> array[a.key, 'plain'] ~ ` + isDay + `
      and me.answers #>> array[a.key, 'plain'] <> a.value ->> 'plain')
  or exists (select from member_pair where one = least(h.id, mine.member_id) and other = greatest(h.id, mine.member_id) and verdict = 'different')
from member h, subject mine where h.id = $1 and mine.id = $2`

const qIdle = `select ` + lastSeen + ` < $2 from member h where h.id = $1`

// lastSeen is when member h was last heard of.
const lastSeen = `greatest(h.created_at,
    (select max(verified_at) from phone where member_id = h.id),
    (select last_receipt_at from member_stat where member_id = h.id),
    (select max(said.received_at) from subject s join conversation c on c.subject_id = s.id
     cross join lateral (
       select i.received_at from turn t join inbox i on i.id = t.inbox_id
       where t.conversation_id = c.id and i.kind = 'message' order by t.turn_no desc limit 1) said
     where s.member_id = h.id))`

const isDay = `'^\d{4}-\d\d-\d\d$'`

const qPhoneLose = `delete from phone where member_id = $1 and phone_index = $2`

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
