package access

// partners are those whose receipts person s sees, as package staff has them.
const partners = `array(select k.partner from staff_partner k where k.staff_id = s.id order by 1)`

const qSessionStart = `
insert into staff_session (token_hash, staff_id, way, device, started_at, seen_at)
select $1, id, $3, $4, $5, $5 from staff where id = $2 and disabled_at is null
returning id`

const qSessionFind = `
select t.id, t.way, t.device, t.started_at, t.seen_at, s.id as staff_id, s.name, s.roles, coalesce(s.lang, '') as lang, coalesce(s.theme, '') as theme,
  ` + partners + ` as partners
from staff_session t join staff s on s.id = t.staff_id
where t.token_hash = $1 and t.ended_at is null and t.started_at > $2 and t.seen_at > $3 and s.disabled_at is null`

const qSessionNote = `update staff_session set seen_at = $2 where id = $1 and seen_at < $2`

const qSessionList = `
select id, way, device, started_at, seen_at from staff_session
where staff_id = $1 and ended_at is null and started_at > $2 and seen_at > $3
order by id desc`

const qSessionEnd = `update staff_session set ended_at = $3 where id = $1 and staff_id = $2 and ended_at is null`

const qSessionEndOthers = `update staff_session set ended_at = $3 where staff_id = $1 and id <> $2 and ended_at is null`

const qSessionForget = `
delete from staff_session
where id in (select id from staff_session where started_at <= $1 order by started_at limit $2 for update skip locked)`

const qSessionEldest = `select min(started_at) from staff_session`

const qInvitationMake = `
with before as (
  update staff_invitation set used_at = $3 where staff_id = $2 and used_at is null
)
insert into staff_invitation (token_hash, staff_id, made_at, expires_at)
select $1, id, $3, $4 from staff where id = $2 and disabled_at is null
returning staff_id`

const qInvited = `
select s.id, s.name, s.roles, ` + partners + ` as partners from staff_invitation i join staff s on s.id = i.staff_id
where i.token_hash = $1 and i.used_at is null and i.expires_at > $2 and s.disabled_at is null`

const qInvitationUse = `
update staff_invitation i set used_at = $2 from staff s
where i.token_hash = $1 and i.used_at is null and i.expires_at > $2 and s.id = i.staff_id and s.disabled_at is null
returning i.staff_id`

const qPasskeysOf = `
select p.staff_id, s.name, p.credential from staff_passkey p join staff s on s.id = p.staff_id
where p.staff_id = $1 and p.removed_at is null`

const qPasskeyFind = `
select p.staff_id, s.name, p.credential from staff_passkey p join staff s on s.id = p.staff_id
where p.id = $1 and p.removed_at is null and s.disabled_at is null
for update of p`

const qPasskeyKeep = `
insert into staff_passkey (id, staff_id, device, credential, made_at) values ($1, $2, $3, $4, $5)
on conflict do nothing`

const qPasskeyUsed = `update staff_passkey set credential = $2, used_at = $3 where id = $1`

const qPasskeyList = `
select id, device, made_at, used_at from staff_passkey
where staff_id = $1 and removed_at is null order by made_at, id`

const qPasskeyRemove = `update staff_passkey set removed_at = $3 where id = $1 and staff_id = $2 and removed_at is null`

const qPersonLock = `select from staff where id = $1 for update`

// qWays sees what the holder of the lock before has done, as a statement of its own.
const qWays = `
select (select count(*) from staff_passkey where staff_id = $1 and removed_at is null)
  + (select count(*) from staff_password where staff_id = $1)`

const qChallengeKeep = `insert into staff_challenge (token_hash, state, expires_at) values ($1, $2, $3)`

const qChallengeTake = `delete from staff_challenge where token_hash = $1 and expires_at > $2 returning state`

const qChallengeForget = `
delete from staff_challenge
where token_hash in (select token_hash from staff_challenge where expires_at <= $1 order by expires_at limit $2 for update skip locked)`

const qChallengeEldest = `select min(expires_at) from staff_challenge`

const qPasswordKeep = `
insert into staff_password (staff_id, login, hash, totp, totp_step, set_at)
select $1, $2, $3, $4, $5, $6
where not exists (select from staff_password where login = $2 and staff_id <> $1)
on conflict (staff_id) do update
set login = excluded.login, hash = excluded.hash, totp = excluded.totp, totp_step = excluded.totp_step, set_at = excluded.set_at`

const qPasswordFind = `
select p.staff_id, p.hash, p.totp from staff_password p join staff s on s.id = p.staff_id
where p.login = $1 and s.disabled_at is null`

// qStepUse is for the password $3 that was compared: one that was set meanwhile is another.
const qStepUse = `update staff_password set totp_step = $2 where staff_id = $1 and totp_step < $2 and hash = $3`

const qSecond = `
select coalesce((select login from staff_password where staff_id = $1), '') as login,
  (select count(*) from staff_recovery where staff_id = $1 and used_at is null) as codes`

const qRecoveryDrop = `delete from staff_recovery where staff_id = $1`

const qRecoveryKeep = `insert into staff_recovery (hash, staff_id, made_at) select unnest($1::bytea[]), $2, $3`

const qRecoveryUse = `update staff_recovery set used_at = $3 where hash = $1 and staff_id = $2 and used_at is null`

const qTryLock = `select pg_advisory_xact_lock(hashtextextended('staff/try/' || encode($1::bytea, 'hex'), 0))`

const qTryNote = `
insert into staff_try (index, at)
select $1, $2 where (select count(*) from staff_try where index = $1 and at > $3) < $4`

const qTryClear = `delete from staff_try where index = $1`

const qTryForget = `
delete from staff_try
where id in (select id from staff_try where at <= $1 order by at limit $2 for update skip locked)`

const qTryEldest = `select min(at) from staff_try`
