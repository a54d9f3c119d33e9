package staff

const qInvite = `
with person as (
  insert into staff (name, roles, created_at) values ($1, $2, $3) returning id
)
insert into staff_token (token_hash, staff_id, label, created_at)
select $4, id, 'invitation', $3 from person
returning staff_id`

// partners are those whose receipts person s of the staff sees.
const partners = `array(select k.partner from staff_partner k where k.staff_id = s.id order by 1)`

const qPartnersAdd = `insert into staff_partner (staff_id, partner) select $1, unnest($2::text[]) on conflict do nothing`

const qPartnersDrop = `delete from staff_partner where staff_id = $1 and partner <> all ($2::text[])`

const qPartnersHold = `select s.id, s.name, s.roles, ` + partners + ` as partners from staff s where s.id = $1 and s.disabled_at is null for update of s`

// qPeople lists those who left, too.
const qPeople = listed + ` order by s.id`

const qPerson = listed + ` where s.id = $1`

const listed = `
select s.id, s.name, s.roles, ` + partners + ` as partners, s.disabled_at, s.left_at,
  (select max(n.seen_at) from staff_session n where n.staff_id = s.id) as seen_at,
  (select count(*) from staff_token t where t.staff_id = s.id and t.revoked_at is null) as tokens
from staff s`

// qAdmit gives a person the partners of $4, who admits them: nobody opens more than they see.
const qAdmit = `
with person as (
  insert into staff (name, roles, created_at) values ($1, $2, $3) returning id
), own as (
  insert into staff_partner (staff_id, partner) select p.id, k.partner from person p, staff_partner k where k.staff_id = $4
)
select id from person`

const qPartnersOf = `select array(select partner from staff_partner where staff_id = $1 order by 1)`

const qTogether = `select exists (select from staff_partner where staff_id = $1 and partner = any ($2::text[]))`

const qUnder = `
select exists (select from staff_partner where staff_id = $1)
  and not exists (select from staff_partner where staff_id = $1 and partner <> all ($2::text[]))`

const qOwnersLock = `select pg_advisory_xact_lock(hashtextextended('staff/owners', 0))`

const qOwners = `select count(*) from staff where 'owner' = any(roles) and disabled_at is null`

const qSuspend = `
with person as (
  update staff set disabled_at = $2 where id = $1 and disabled_at is null returning id
), sessions as (
  update staff_session t set ended_at = $2 from person p where t.staff_id = p.id and t.ended_at is null
)
select id from person`

const qReturn = `update staff set disabled_at = null where id = $1 and disabled_at is not null and left_at is null returning id`

const qSetLook = `
update staff set lang = coalesce(nullif($2::text, ''), lang), theme = coalesce(nullif($3::text, ''), theme) where id = $1`

const qRevoke = `
update staff_token set revoked_at = $2 where token_hash = $1 and revoked_at is null returning staff_id`

const qDisable = `
with person as (
  update staff set disabled_at = coalesce(disabled_at, $2), left_at = $2 where id = $1 and left_at is null returning id
), tokens as (
  update staff_token t set revoked_at = $2 from person p where t.staff_id = p.id and t.revoked_at is null
), sessions as (
  update staff_session t set ended_at = $2 from person p where t.staff_id = p.id and t.ended_at is null
)
select id from person`

const qSetRoles = `
with person as (
  update staff set roles = $2 where id = $1 and disabled_at is null returning id
), sessions as (
  update staff_session t set ended_at = $3 from person p where t.staff_id = p.id and t.ended_at is null
)
select id from person`

const qAuthenticate = `
select s.id, s.name, s.roles, ` + partners + ` as partners
from staff_token t join staff s on s.id = t.staff_id
where t.token_hash = $1 and t.revoked_at is null and s.disabled_at is null`

const qAuditLock = `select pg_advisory_xact_lock(hashtextextended('staff/audit', 0))`

const qAuditHead = `select hash from audit order by id desc limit 1`

const qAuditAdd = `
insert into audit (at, staff_id, act, object, detail, previous, hash) values ($1, $2, $3, $4, $5, $6, $7)`

const qAuditPage = `
select id, at, staff_id, act, object, detail::text as detail, previous, hash
from audit where id > $1 order by id limit $2`

// qAuditRead goes back from a row, which it leaves out.
const qAuditRead = `
select a.id, a.at, a.staff_id, a.act, a.object, a.detail::text as detail, a.previous, a.hash, coalesce(s.name, '') as name
from audit a left join staff s on s.id = a.staff_id
where a.id < $1 order by a.id desc limit $2`

const qOnceBegin = `
insert into idempotency (staff_id, key, request_hash, at) values ($1, $2, $3, $4)
on conflict do nothing`

const qOnceKept = `select request_hash, status, body from idempotency where staff_id = $1 and key = $2`

const qOnceForget = `
delete from idempotency
where (staff_id, key) in (select staff_id, key from idempotency where at <= $1 order by at limit $2 for update skip locked)`

const qOnceEldest = `select min(at) from idempotency`

const qOnceEnd = `update idempotency set status = $3, body = $4 where staff_id = $1 and key = $2`

const qWhoMay = `
select id, name from staff where disabled_at is null and roles && $1 order by name, id`
