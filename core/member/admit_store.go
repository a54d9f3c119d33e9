package member

// qAdmit is qEnrol of many.
const qAdmit = `
with fresh as (
  insert into subject (member_id, channel, sealed_peer, wrapped_key, created_at)
  select nextval(pg_get_serial_sequence('member', 'id')), $1, p.sealed_peer, p.wrapped_key, $4
  from unnest($2::bytea[], $3::bytea[]) with ordinality as p (sealed_peer, wrapped_key, n)
  order by p.n
  returning id, member_id, wrapped_key
), born as (
  insert into member (id, created_at, registered_at) overriding system value select member_id, $4, $4 from fresh
)
select id, member_id, wrapped_key from fresh`

const qVouch = `
insert into phone (member_id, subject_id, phone_index, sealed, block_index, verified_at, at)
select s.member_id, s.id, p.phone_index, p.sealed, p.block_index, $5, $5
from unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[]) as p (subject_id, phone_index, sealed, block_index)
join subject s on s.id = p.subject_id`

const qHoldAll = `select id from member where id = any ($1::bigint[]) order by id for no key update`

const qKnown = `
select h.id as member, s.id as subject, s.wrapped_key, array(select jsonb_object_keys(h.answers)) as told, ` + lastSeen + ` < $2 as idle
from member h cross join lateral (
  select id, wrapped_key from subject where member_id = h.id and wrapped_key is not null order by id limit 1) s
where h.id = any ($1::bigint[]) and h.merged_into is null`

// qAlike names the eldest of those who are alike.
const qAlike = `
select k.mark, k.field, min(n.member_id) as member
from unnest($1::text[], $2::bytea[]) as k (field, mark) join namesake n on n.mark = k.mark and n.field = k.field
join member m on m.id = n.member_id and m.merged_into is null
group by k.mark, k.field`

// qEraseIntakes empties what lists of people that are not done yet hold of them. Of arrays both
// indexes are asked, of selects none.
const qEraseIntakes = `
update intake_row set sealed = null, phone_index = null, card = '', class = 'refused', cause = 'erased', col = 0
where phone_index = any (array(select phone_index from phone where subject_id = any ($1::bigint[]) and verified_at is not null))
   or sealed is not null and member_id = any (array(select member_id from subject where id = any ($1::bigint[])))`
