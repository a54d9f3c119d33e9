package member

const qCertify = `
insert into erasure_certificate (member_id, erased_at, staff_id, ground, chats, photos, turns, receipts, postings, consents)
select $1, $2, nullif($3::bigint, 0), $4,
  (select count(*) from subject where member_id = $1),
  (select count(*) from subject s join blob b on b.subject_id = s.id where s.member_id = $1),
  (select coalesce(sum((select max(t.turn_no) from turn t where t.conversation_id = c.id)), 0)
    from subject s join conversation c on c.subject_id = s.id where s.member_id = $1),
  (select count(*) from receipt where member_id = $1),
  (select count(*) from account a join posting p on p.account_id = a.id where a.kind = 'member' and a.member_id = $1),
  (select count(*) from consent where member_id = $1)
on conflict (member_id) do nothing`

const qCertificate = `
select e.id, e.member_id, e.erased_at, coalesce(e.staff_id, 0) as staff_id, coalesce(s.name, '') as by, e.ground,
  e.chats, e.photos, e.turns, e.receipts, e.postings, e.consents
from member asked join erasure_certificate e on e.member_id = coalesce(asked.merged_into, asked.id)
left join staff s on s.id = e.staff_id
where asked.id = $1`
