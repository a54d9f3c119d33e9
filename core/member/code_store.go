package member

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

// qCodesShut tells whether the messenger of the subject $1 had $3 wrong codes in the hour $2.
const qCodesShut = `
select exists (select from phone_code_wrong w join subject s on s.channel = w.channel where s.id = $1 and w.hour = $2 and w.wrong >= $3)`

const qCodeWrong = `
insert into phone_code_wrong as w (channel, hour, wrong) select channel, $2, 1 from subject where id = $1
on conflict (channel, hour) do update set wrong = w.wrong + 1
returning wrong`

const qCodeWrongForget = `delete from phone_code_wrong where hour <= $1`

const qCodeUse = `delete from phone_code where subject_id = $1`

const qEraseCodes = `delete from phone_code where subject_id = any ($1::bigint[])`

const qEraseCodesSent = `delete from phone_code_sent where subject_id = any ($1::bigint[])`
