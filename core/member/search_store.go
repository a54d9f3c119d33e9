package member

// qSearchNumber is who a member's number belongs to by now.
const qSearchNumber = `select coalesce(merged_into, id) as member from member where id = $1`

const qSearchPhone = `select member_id as member from phone where phone_index = $1 and verified_at is not null`

// qSearchClaim finds who typed a number that they have not proved.
const qSearchClaim = `
select member_id as member from phone where phone_index = $1 and verified_at is null order by member_id desc limit $2`

const qSearchCard = `select member_id as member from card where number = $1`

// qSearchCoupon finds by a coupon of a receipt made at one of the partners $3, when there are any.
const qSearchCoupon = `
select distinct k.member_id as member from coupon k where k.number = $1
  and (coalesce(cardinality($3::text[]), 0) = 0 or exists (
    select from coupon_contribution c join receipt_place w on w.receipt_id = c.receipt_id where c.id = k.contribution_id and w.partner = any($3)))
order by 1 desc limit $2`

// qSearchReceipt finds whose a receipt is, then those of whom it was refused or who wait
// behind; made at one of the partners $5 when there are any.
const qSearchReceipt = `
select member, min(turn) as turn from (
  select member_id as member, id, 1 as turn from receipt where fn = $1 and fd = $2 and fp = $3 and state <> 'rejected'
  union all
  select member_id, id, 2 from receipt where fn = $1 and fd = $2 and fp = $3 and state = 'rejected'
  union all
  select member_id, null, 3 from submission where fn = $1 and fd = $2 and fp = $3 and state = 'waiting') found
where coalesce(cardinality($5::text[]), 0) = 0
  or (select w.partner from receipt_place w where w.receipt_id = found.id) = any($5)
group by member order by 2, 1 desc limit $4`

// qSearchName finds who has all of the marks.
const qSearchName = `
select member_id as member from member_name where marks @> $1::bigint[] order by member_id desc limit $2`

// qFound is what of members staff tell one from another by, the given order kept.
const qFound = `
select m.id, m.created_at, m.registered_at, m.suspended_at
from unnest($1::bigint[]) with ordinality as asked (id, n) join member m on m.id = asked.id
order by asked.n`

const qFoundPhones = `
select p.member_id as member, p.sealed, s.wrapped_key, p.verified_at is not null as verified
from phone p join subject s on s.id = p.subject_id
where p.member_id = any ($1::bigint[]) and s.wrapped_key is not null
order by p.id`

const qNameMark = `insert into member_name (member_id, marks) values ($1, $2)`
