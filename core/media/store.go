package media

// qPut holds the subject's row: an erasure on its way either sees the file or is seen
// by it, so that no likeness is left behind. It tells whether there is a subject.
const qPut = `
with living as (
  select id from subject where id = $2 and wrapped_key is not null for share
), kept as (
  insert into blob (id, subject_id, mime, bytes, sealed, likeness, at)
  select $1, id, $3, $4, $5, $6, $7 from living
  on conflict (id) do nothing
)
select exists (select from living)`

// qClaimed goes by the sender's member, whose submissions are listed.
const qClaimed = `
select exists (
  select from blob b join subject u on u.id = b.subject_id
  join submission s on s.member_id = u.member_id and s.blob_id = b.id
  where b.id = $1)`

const qGet = `
select b.subject_id, b.mime, b.sealed, s.wrapped_key
from blob b join subject s on s.id = b.subject_id
where b.id = $1`

// qGlimpsesKeep holds the subject's row, as qPut does.
const qGlimpsesKeep = `
insert into glimpse (blob_id, subject_id, sealed, at)
select b.id, s.id, $2, $3 from blob b join subject s on s.id = b.subject_id
where b.id = $1 and s.wrapped_key is not null for share of s
on conflict (blob_id) do nothing`

const qGlimpses = `select sealed from glimpse where subject_id = $1 and at > $2 order by at desc limit $3`

const qGlimpsesOver = `delete from glimpse where subject_id = $1`

const qGlimpsesForget = `
delete from glimpse
where blob_id in (select blob_id from glimpse where at <= $1 order by at limit $2 for update skip locked)`

const qGlimpsesEldest = `select min(at) from glimpse`
