package funnel

// qReach keeps who comes to a stage for the first time, for the member whom the
// subject belongs to.
const qReach = `
insert into funnel (flow, stage, member_id, at, segments)
select distinct on (u.flow, s.member_id, u.stage) u.flow, u.stage, s.member_id, $5, string_to_array(u.segments, ',')
from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) u(subject_id, flow, stage, segments)
join subject s on s.id = u.subject_id
order by u.flow, s.member_id, u.stage
on conflict (flow, member_id, stage) do nothing`

// qCount takes those who came into the funnel of flow $1 since $3, by the stages
// $2 that it has now: a member is of the segments that held at their first stage,
// and counts at each stage in that segment $4 (” for all). On went who came to a
// later stage too, in the order of $2. Only those come into it whose first chat began by a
// link of the place $5, if it names one.
const qCount = `
with mine as (
  select member_id, at, segments, array_position($2::text[], stage) as place
  from funnel where flow = $1 and stage = any ($2::text[])
), come as (
  select member_id, array_agg(place) as places, max(place) as furthest
  from mine group by member_id
  having min(at) >= $3 and ($4 = '' or array_position((
    select m.segments from mine m where m.member_id = mine.member_id order by m.at, m.place limit 1), $4) is not null)
    and ($5 = '' or (
      select p.name from subject s join entry e on e.subject_id = s.id and e.first join entry_place p on p.code = e.code
      where s.member_id = mine.member_id order by e.at, e.id limit 1) = $5)
)
select s.place, count(c.member_id) as reached, count(c.member_id) filter (where c.furthest > s.place) as went_on
from generate_series(1, cardinality($2::text[])) s(place) left join come c on s.place = any (c.places)
group by s.place order by s.place`

// qFurthest finds who came into flow $1 from $3 until before $4, to none of its stages $2
// before, and the last of them in their order that each has come to.
const qFurthest = `
with come as (
  select distinct member_id from funnel f
  where flow = $1 and stage = any ($2::text[]) and at >= $3 and at < $4
    and not exists (select from funnel b where b.flow = $1 and b.member_id = f.member_id and b.stage = any ($2::text[]) and b.at < $3)
)
select place, count(*) as members
from (
  select max(array_position($2::text[], f.stage)) as place
  from come c join funnel f on f.flow = $1 and f.member_id = c.member_id and f.stage = any ($2::text[])
  group by c.member_id
) last
group by place order by place`

// qMove keeps the earlier of two times at each stage.
const qMove = `
insert into funnel (flow, stage, member_id, at, segments)
select flow, stage, $2::bigint, at, segments from funnel where member_id = $1
on conflict (flow, member_id, stage) do update
set at = least(funnel.at, excluded.at), segments = case when excluded.at < funnel.at then excluded.segments else funnel.segments end`

const qForget = `delete from funnel where member_id = $1`
