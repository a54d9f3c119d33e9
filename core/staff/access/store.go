package access

const qSessionStart = `
insert into staff_session (token_hash, staff_id, way, device, started_at, seen_at)
select $1, id, $3, $4, $5, $5 from staff where id = $2 and disabled_at is null
returning id`

const qSessionFind = `
select t.id, t.way, t.device, t.started_at, t.seen_at, s.id as staff_id, s.name, s.roles
from staff_session t join staff s on s.id = t.staff_id
where t.token_hash = $1 and t.ended_at is null and t.started_at > $2 and t.seen_at > $3 and s.disabled_at is null`

const qSessionNote = `update staff_session set seen_at = $2 where id = $1 and seen_at < $2`

const qSessionList = `
select id, way, device, started_at, seen_at from staff_session
where staff_id = $1 and ended_at is null and started_at > $2 and seen_at > $3
order by id desc`

const qSessionEnd = `update staff_session set ended_at = $3 where id = $1 and staff_id = $2 and ended_at is null`
