package card

const columns = `id, number, type, member_id, status, reason, at, changed_at, replaced_at`

const qCurrent = `select ` + columns + ` from card where member_id = $1 and replaced_at is null`

const qCurrentAll = `select ` + columns + ` from card where member_id = any($1) and replaced_at is null`

const qCurrentLock = qCurrent + ` for update`

const qFind = `select ` + columns + ` from card where number = $1`

const qFindAll = `select ` + columns + ` from card where number = any ($1::text[])`

const qOf = `select ` + columns + ` from card where member_id = $1 and ($2::bigint = 0 or id < $2) order by id desc limit $3`

const qIssue = `
insert into card (number, type, member_id, status, at, changed_at) values ($1, $2, $3, $4, $5, $5)
on conflict do nothing
returning ` + columns

const qRetire = `update card set replaced_at = $2 where id = $1`

const qLockMember = `select id from member where id = $1 for no key update`

const qChange = `
update card set status = $2, reason = $3, changed_at = $4 where id = $1 and replaced_at is null
returning ` + columns

const qMergeStatus = `
update card c set status = f.status, reason = f.reason, changed_at = $4
from card f
where c.member_id = $2 and c.replaced_at is null and f.member_id = $1 and f.replaced_at is null
  and array_position($3::text[], f.status) > array_position($3::text[], c.status)`

const qMergeRetire = `
update card set replaced_at = $3
where member_id = $1 and replaced_at is null and exists (select from card c where c.member_id = $2 and c.replaced_at is null)`

const qMergeMove = `update card set member_id = $2 where member_id = $1`

const qForget = `
update card set reason = '', status = case when replaced_at is null then $2 else status end,
  changed_at = case when replaced_at is null and status <> $2 then $3 else changed_at end
where member_id = $1`
