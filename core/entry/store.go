package entry

const qPlaceAdd = `insert into entry_place (code, name, at) values ($1, $2, $3) on conflict do nothing`

const qPlaceOf = `select code, name from entry_place where name = $1`

const qPlaces = `select code, name from entry_place order by name`

const qCame = `
insert into entry (code, subject_id, first, at)
select p.code, u.subject_id, u.first, $4
from unnest($1::bigint[], $2::text[], $3::boolean[]) u(subject_id, code, first) join entry_place p on p.code = u.code`

const qCounts = `
select p.name, p.code, coalesce(s.channel, '') as channel, count(e.id) as entries,
  count(distinct s.member_id) filter (where e.first) as newcomers,
  count(distinct m.id) filter (where e.first and m.registered_at is not null) as registered
from entry_place p
left join entry e on e.code = p.code and e.at >= $1
left join subject s on s.id = e.subject_id
left join member m on m.id = s.member_id
group by p.name, p.code, s.channel order by p.name, channel`
