package support

const qCanneds = `
select id, coalesce(staff_id, 0) as owner, staff_id is null as team, name, text
from canned where staff_id = $1 or staff_id is null order by name, staff_id nulls last`

const qCannedLock = `select pg_advisory_xact_lock(hashtextextended('support/canned', $1::bigint))`

const qCannedRoom = `
select coalesce(bool_or(name = $2), false) as twice, count(*) as others
from canned where coalesce(staff_id, 0) = $1 and id <> $3`

const qCannedAdd = `insert into canned (staff_id, name, text, at) values (nullif($1::bigint, 0), $2, $3, $4) returning id`

const qCannedChange = `
update canned set staff_id = nullif($3::bigint, 0), name = $4, text = $5, at = $6
where id = $1 and (staff_id = $2 or staff_id is null) returning id`

const qCannedDrop = `delete from canned where id = $1 and (staff_id = $2 or staff_id is null) returning staff_id is null`
