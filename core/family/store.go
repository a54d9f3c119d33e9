package family

const qPeople = `
select id, master_at as since from member where id = $1 or master_id = $1
order by master_at nulls first, id`

// qLockFamily locks the member $1, their head and whoever has them for one.
const qLockFamily = `
select id from member
where id = $1 or master_id = $1 or id = (select master_id from member where id = $1)
order by id for no key update`

const qLockPair = `select id from member where id in ($1, $2) order by id for no key update`

const qStanding = `
select m.master_id, (select count(*) from member x where x.master_id = m.id)::int as others, m.registered_at is not null as registered,
  m.suspended_at is not null or exists (select from card c where c.member_id = m.id and c.replaced_at is null and c.status <> 'active') as suspended
from member m where m.id = $1`

const qInvite = `
insert into family_invite (code_hash, subject_id, issued_at, expires_at)
select $1, $2, $3, $4
where (select count(*) from family_invite where subject_id = $2 and expires_at > $3 and used_at is null) < $5`

const qOpen = `
update family_invite set opened_by = $2, opened_at = $3
where code_hash = $1 and expires_at > $3 and used_at is null and (opened_by is null or opened_by = $2)`

const qOpened = `
select i.code_hash, i.subject_id, a.member_id as head, b.member_id as guest
from family_invite i join subject a on a.id = i.subject_id join subject b on b.id = i.opened_by
where i.opened_by = $1 and i.expires_at > $2 and i.used_at is null and ($3::bytea is null or i.code_hash = $3)
order by i.opened_at desc limit 1
for update of i`

const qUse = `update family_invite set used_at = $2 where code_hash = $1`

// qCrown makes $2 the head in $1's place.
const qCrown = `
update member set master_id = case when id <> $2 then $2::bigint end, master_at = case when id <> $2 then master_at end where master_id = $1`

const qVacate = `update member set master_id = null, master_at = null where id = $1`
