package consent

// qAdd takes the last of several decisions on one kind, and leaves out what
// stands already. What stands now is kept on the member, for turns to read.
const qAdd = `
with added as (
insert into consent (member_id, kind, version, granted, channel, subject_id, at, staff_id, intake_id)
select s.member_id, d.kind, d.version, d.granted, d.channel, s.id, d.at, nullif(d.staff_id, 0), nullif(d.intake_id, 0)
from (
  select distinct on (subject_id, kind) *
  from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::timestamptz[], $7::bigint[], $8::bigint[])
    with ordinality as u (subject_id, channel, kind, version, granted, at, staff_id, intake_id, n)
  order by subject_id, kind, n desc
) d join subject s on s.id = d.subject_id
where not exists (
  select from (
    select version, granted from consent c
    where c.member_id = s.member_id and c.kind = d.kind order by c.at desc, c.id desc limit 1
  ) standing
  where standing.version = d.version and standing.granted = d.granted)
returning member_id, kind, granted
), changed as (
  select member_id, array_agg(kind) as kinds, coalesce(array_agg(kind) filter (where granted), '{}') as agreed
  from added group by member_id
)
update member m set consents = array(
  select unnest(m.consents) except select unnest(c.kinds) union select unnest(c.agreed))
from changed c where m.id = c.member_id`

const qOf = `
select distinct on (kind) kind, version, granted, channel, at
from consent where member_id = $1
order by kind, at desc, id desc`

const qWithdraw = `
with taken as (
  insert into consent (member_id, kind, version, granted, channel, subject_id, at)
  select member_id, kind, version, false, channel, subject_id, $2
  from (select distinct on (kind) * from consent where member_id = $1 order by kind, at desc, id desc) standing
  where granted
)
update member set consents = '{}' where id = $1`

const qRefuse = `
with asker as (select id, member_id, channel from subject where id = $1),
taken as (
  insert into consent (member_id, kind, version, granted, channel, subject_id, at)
  select a.member_id, $2, standing.version, false, a.channel, a.id, $3
  from asker a cross join lateral (
    select version, granted from consent c
    where c.member_id = a.member_id and c.kind = $2 order by c.at desc, c.id desc limit 1
  ) standing
  where standing.granted
  returning member_id, kind
)
update member m set consents = array_remove(m.consents, taken.kind) from taken where m.id = taken.member_id`

const qAsked = `select distinct member_id as member, kind from consent where member_id = any ($1::bigint[])`
