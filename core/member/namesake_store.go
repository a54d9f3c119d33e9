package member

// qNamesakeDue comes behind the change of the members' rows, and finds them held. Told in
// the order of members, so that two who do so do not wait for each other.
const qNamesakeDue = `
insert into namesake_due (member_id) select distinct member_id from subject where id = any ($1::bigint[]) order by 1
on conflict do nothing`

const qNamesakeDueMembers = `
insert into namesake_due (member_id) select id from unnest(array[$1::bigint, $2::bigint]) id order by id on conflict do nothing`

// qNamesakeLock lets one process at a time look: of two who mark two namesakes at once
// neither would see the other's.
const qNamesakeLock = `select pg_advisory_xact_lock(hashtextextended('member/namesakes', 0))`

// qNamesakeClaim holds members, and leaves out those who are held: it waits for nobody.
const qNamesakeClaim = `
with held as (
  select m.id from namesake_due d join member m on m.id = d.member_id order by m.id limit $1 for no key update of m skip locked
)
delete from namesake_due where member_id = any (array(select id from held)) returning member_id as id`

const qNamesakeTold = `
select m.id as member, a.key as field, a.value as told, s.wrapped_key
from member m cross join lateral jsonb_each(m.answers) a join subject s on s.id = (a.value ->> 'by')::bigint
where m.id = any ($1::bigint[]) and m.merged_into is null and a.key = any ($2::text[])`

const qNamesakeForget = `
with names as (delete from member_name where member_id = any ($1::bigint[]))
delete from namesake where member_id = any ($1::bigint[])`

const qNamesakeMark = `
insert into namesake (member_id, field, mark) select * from unnest($1::bigint[], $2::text[], $3::bytea[])`

// qPairNamesakes leaves out whom staff have been asked about already, whatever they said.
const qPairNamesakes = `
insert into member_pair (one, other, reason, at)
select distinct least(a.id, b.id), greatest(a.id, b.id), 'namesake', $2::timestamptz
from unnest($1::bigint[]) a (id) cross join lateral (
  select distinct twin.member_id as id
  from namesake mine join namesake twin on twin.mark = mine.mark and twin.field = mine.field and twin.member_id <> a.id
  join member m on m.id = twin.member_id and m.merged_into is null
  where mine.member_id = a.id
    and not exists (select from member_pair k where k.one = least(a.id, twin.member_id) and k.other = greatest(a.id, twin.member_id))
  order by 1
  limit greatest($3 - (select count(*) from member_pair q where q.one = a.id or q.other = a.id), 0)) b
order by 1, 2
on conflict (one, other) do nothing`

const qEraseNamesakes = `
with due as (
  delete from namesake_due where member_id in (select member_id from subject where id = any ($1::bigint[]))
), names as (
  delete from member_name where member_id in (select member_id from subject where id = any ($1::bigint[]))
)
delete from namesake where member_id in (select member_id from subject where id = any ($1::bigint[]))`

// qPairCard asks about the member $1, who shows a card $2 that is another one's.
const qPairCard = `
insert into member_pair (one, other, reason, at)
select least(me.id, owner.id), greatest(me.id, owner.id), 'card', $3
from member asked join member me on me.id = coalesce(asked.merged_into, asked.id)
join card c on c.number = $2 join member owner on owner.id = coalesce((select merged_into from member where id = c.member_id), c.member_id)
where asked.id = $1 and me.id <> owner.id
  and exists (select from subject s where s.member_id = owner.id and s.wrapped_key is not null)
  and (select count(*) from member_pair q where q.one = me.id or q.other = me.id) < $4
on conflict (one, other) do nothing`
