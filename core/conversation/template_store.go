package conversation

// qAgreedToAdvertising is the member who has agreed, 0 when they have not, and whether
// something they have said has had no turn yet.
const qAgreedToAdvertising = `
select case when 'advertising' = any (m.consents) then m.id else 0 end as member,
  exists (select from inbox_open i where i.conversation_id = c.id and i.state <> 'parked') as unheard
from conversation c join subject s on s.id = c.subject_id join member m on m.id = s.member_id
where c.id = $1`

// qSentAsTemplate leaves alone what the messenger has told us the failure of before its
// mark came: that message goes again as it is. It begins under the locks of qStatusLanes.
const qSentAsTemplate = `
update outbox o set as_template = true from unnest($1::bigint[], $2::text[]) m(id, external_id)
where o.id = m.id and not o.as_template and not exists (
  select from outbox_open p where p.conversation_id = o.conversation_id and p.outbox_id = o.id and p.external_id = m.external_id)`
