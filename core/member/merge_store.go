package member

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

const qMergeNote = `
insert into member_merge (from_member, into_member, reason, at, kept) values ($1, $2, $3, $4, true) returning id`

const qMergeKnown = `select id from member where id = any ($1::bigint[])`
