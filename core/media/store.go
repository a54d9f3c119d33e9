package media

const qPut = `
insert into blob (id, subject_id, mime, bytes, sealed, likeness, at) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do nothing`

const qGet = `
select b.subject_id, b.mime, b.sealed, s.wrapped_key
from blob b join subject s on s.id = b.subject_id
where b.id = $1`
