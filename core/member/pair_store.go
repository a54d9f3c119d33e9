package member

const qPairAdd = `
insert into member_pair (one, other, reason, at) values (least($1::bigint, $2), greatest($1::bigint, $2), $3, $4)
on conflict (one, other) do nothing`

// qPairClaim asks about who holds the number that the subject $1 has typed.
const qPairClaim = `
insert into member_pair (one, other, reason, at)
select least(s.member_id, p.member_id), greatest(s.member_id, p.member_id), 'claim', $3
from subject s join phone p on p.phone_index = $2 and p.verified_at is not null and p.member_id <> s.member_id
where s.id = $1 and (select count(*) from member_pair q where q.one = s.member_id or q.other = s.member_id) < $4
on conflict (one, other) do nothing`

const qPairs = `
select p.id, p.one, p.other, p.reason, p.at
from member_pair p join member a on a.id = p.one join member b on b.id = p.other
where p.id > $1 and p.settled_at is null and a.merged_into is null and b.merged_into is null
order by p.id limit $2`

const qPairSettle = `
update member_pair p set verdict = $2, staff_id = $3, settled_at = $4
from member a, member b
where p.id = $1 and p.settled_at is null and a.id = p.one and b.id = p.other and a.merged_into is null and b.merged_into is null
returning p.id, p.one, p.other, p.reason, p.at`

const qPairKnown = `select exists (select from member_pair where id = $1)`
