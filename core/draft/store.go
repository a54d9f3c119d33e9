package draft

const qOpen = `
insert into draft (staff_id, base, at, changed_at, changed_by)
select $1, release_id, $2, $2, $1 from publication order by id desc limit 1
returning id`

const columns = `
select d.id, d.staff_id, s.name, d.base, d.version, d.at, d.changed_at, d.changed_by, c.name as changed_name, d.closed_at is not null as closed,
  (select count(*) from draft_file f where f.draft_id = d.id) as files
from draft d join staff s on s.id = d.staff_id join staff c on c.id = d.changed_by`

const qList = columns + ` where d.closed_at is null order by d.changed_at desc, d.id desc limit $1`

const qFind = columns + ` where d.id = $1`

const qLock = `select version from draft where id = $1 and closed_at is null for update`

const qFiles = `
select f.path, f.body, f.staff_id, s.name, f.at from draft_file f join staff s on s.id = f.staff_id
where f.draft_id = $1 order by f.path`

// A file of the draft, else of the release that the draft was begun from.
const qFile = `
select f.path, f.body, f.staff_id, s.name, f.at from draft_file f join staff s on s.id = f.staff_id
where f.draft_id = $1 and f.path = $2
union all
select r.path, c.body, 0, '', d.at from draft d join release_file r on r.release_id = d.base join content c on c.hash = r.hash
where d.id = $1 and r.path = $2 and not exists (select from draft_file f where f.draft_id = $1 and f.path = $2)`

const qWrite = `
insert into draft_file (draft_id, path, body, staff_id, at) values ($1, $2, $3, $4, $5)
on conflict (draft_id, path) do update set body = excluded.body, staff_id = excluded.staff_id, at = excluded.at`

// A file that is again as the base has it is changed no more.
const qSettle = `
delete from draft_file f using draft d
where d.id = $1 and f.draft_id = d.id and f.path = $2
  and f.body is not distinct from (select c.body from release_file r join content c on c.hash = r.hash where r.release_id = d.base and r.path = f.path)`

const qTouch = `update draft set version = version + 1, changed_at = $2, changed_by = $3 where id = $1 and closed_at is null`

const qMove = `update draft set base = $2 where id = $1 and closed_at is null`

const qClear = `delete from draft_file where draft_id = $1`

const qClose = `update draft set closed_at = $3 where id = $1 and version = $2 and closed_at is null`
