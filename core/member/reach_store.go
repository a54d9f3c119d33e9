package member

// tongue is what member $1 speaks: in the chat that they used last, else Russian.
const tongue = `
coalesce((select c.lang from subject h join conversation c on c.subject_id = h.id where h.member_id = $1
  order by (select t.at from turn t where t.conversation_id = c.id order by t.turn_no desc limit 1) desc nulls last, c.id limit 1), 'ru') as lang`

const qReachPhone = `
select p.subject_id, p.sealed, null::text as plain, s.wrapped_key, ` + tongue + `
from phone p join subject s on s.id = p.subject_id
where p.member_id = $1 and p.verified_at is not null and s.wrapped_key is not null
order by p.verified_at desc, p.id desc limit 1`

const qReachAnswer = `
select s.id as subject_id, decode(m.answers -> $2::text ->> 'sealed', 'base64') as sealed, m.answers -> $2::text ->> 'plain' as plain, s.wrapped_key, ` + tongue + `
from member m join subject s on s.id = (m.answers -> $2::text ->> 'by')::bigint
where m.id = $1 and s.wrapped_key is not null`
