package staff

const qTelegramCode = `
insert into staff_telegram_code (staff_id, code_hash, expires_at)
select id, $2, $3 from staff where id = $1 and disabled_at is null
on conflict (staff_id) do update set code_hash = excluded.code_hash, expires_at = excluded.expires_at
returning staff_id`

const qTelegramCodeUse = `
delete from staff_telegram_code c using staff s
where c.code_hash = $1 and c.expires_at > $2 and s.id = c.staff_id and s.disabled_at is null returning c.staff_id`

const qTelegramUnlink = `delete from staff_telegram where staff_id = $1 or user_id = $2`

const qTelegramLink = `insert into staff_telegram (staff_id, user_id, linked_at) values ($1, $2, $3)`

const qByTelegram = `
select s.id, s.name, s.roles, ` + partners + ` as partners from staff_telegram t join staff s on s.id = t.staff_id
where t.user_id = $1 and s.disabled_at is null`
