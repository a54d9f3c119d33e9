package conversation

// qAgreedToAdvertising is the member who has agreed, 0 when they have not, and whether
// something they have said has had no turn yet.
const qAgreedToAdvertising = `
select case when 'advertising' = any (m.consents) then m.id else 0 end as member,
  exists (select from inbox_open i where i.conversation_id = c.id and i.state <> 'parked') as unheard
from conversation c join subject s on s.id = c.subject_id join member m on m.id = s.member_id
where c.id = $1`

const qSentAsTemplate = `update outbox set as_template = true where id = any ($1::bigint[]) and not as_template`
