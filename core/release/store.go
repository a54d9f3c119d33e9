package release

const qLock = `select pg_advisory_xact_lock(hashtextextended('release/publish', 0))`

const publications = `
select p.id, p.release_id, p.at, p.staff_id, coalesce(s.name, '') as name, p.reason,
  coalesce((select b.release_id from publication b where b.id < p.id order by b.id desc limit 1), '') as before
from publication p left join staff s on s.id = p.staff_id`

const qCurrent = publications + ` order by p.id desc limit 1`

const qPublicationOf = publications + ` where p.id = $1`

const qContent = `
insert into content (hash, body) select distinct on (f.hash) f.hash, f.body from unnest($1::bytea[], $2::bytea[]) as f (hash, body)
on conflict do nothing`

const qRelease = `insert into release (id, at) values ($1, $2) on conflict do nothing`

const qReleaseFiles = `
insert into release_file (release_id, path, hash)
select $1, f.path, f.hash from unnest($2::text[], $3::bytea[]) as f (path, hash)
on conflict do nothing`

const qPublication = `insert into publication (release_id, at, staff_id, reason) values ($1, $2, $3, $4)`

const qLoad = `
select f.path, c.body from release_file f join content c on c.hash = f.hash
where f.release_id = $1`

const qBody = `select body from content where hash = $1`

const qLeft = `
select min(at) from publication where id > (select max(id) from publication where release_id = $1)`

const qKnown = `select exists (select from publication where release_id = $1)`

const qPublications = publications + ` order by p.id desc limit $1`

// Ids are hexadecimal: nothing in them is a pattern.
const qFind = `
select distinct release_id from publication where starts_with(release_id, $1) order by release_id limit 2`

const qPart = `
select hash from release_file
where path = $1 and release_id = (select release_id from publication order by id desc limit 1)`
