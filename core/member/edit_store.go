package member

const qIdentities = `
select s.id, s.channel, s.created_at, coalesce(c.id, 0) as conversation_id, s.wrapped_key is null as erased
from subject s left join conversation c on c.subject_id = s.id
where s.member_id = $1 order by s.id`

// qSigner is the subject of a member that was met first and has its key still.
const qSigner = `select id, wrapped_key from subject where member_id = $1 and wrapped_key is not null order by id limit 1`

// qEdits are those of member $1 and of who became part of them. It leaves out those whose key is
// destroyed: nobody reads them any more.
const qEdits = `
select a.at, coalesce(k.name, '') as name, decode(a.detail ->> 'before', 'base64') as before, decode(a.detail ->> 'after', 'base64') as after, s.wrapped_key
from audit a join subject s on s.id = (a.detail ->> 'subject')::bigint left join staff k on k.id = a.staff_id
where a.object = any(array(select 'member/' || w from unnest(` + whoWere + `) w)) and a.act = 'members.edit' and s.wrapped_key is not null
order by a.id desc limit $2`
