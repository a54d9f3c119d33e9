package receipt

// qAgain locks a receipt of member $2, or of who was joined into them, with the code that it
// was first sent with.
const qAgain = `
select r.state, r.sum, first.qr, coalesce(first.blob_id::text, '') as blob
from receipt r
join member m on m.id = r.member_id
cross join lateral (select s.qr, s.blob_id from submission s where s.receipt_id = r.id and s.state = 'taken' order by s.id limit 1) first
where r.id = $1 and coalesce(m.merged_into, m.id) = $2
for update of r`

// qAskNow leaves alone what is being asked for.
const qAskNow = `
update receipt set due_at = $2
where id = $1 and state in ('queued', 'waiting', 'manual') and asker is null`

// qTakeOver gives a receipt of member $2 to $3 when they never registered.
const qTakeOver = `
with owner as (
  select m.id from member m where m.id = $2 and m.registered_at is null and m.merged_into is null for share
)
update receipt r set member_id = $3, subject_id = $4
from owner
where r.id = $1 and r.member_id = owner.id and r.state in ('queued', 'waiting', 'manual', 'verified')
returning r.id`
