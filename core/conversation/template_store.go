package conversation

// qAgreedToAdvertising is the member who has agreed; 0 when they have not.
const qAgreedToAdvertising = `
select case when 'advertising' = any (m.consents) then m.id else 0 end
from conversation c join subject s on s.id = c.subject_id join member m on m.id = s.member_id
where c.id = $1`

const qSentAsTemplate = `update outbox set as_template = true where id = any ($1::bigint[]) and not as_template`
