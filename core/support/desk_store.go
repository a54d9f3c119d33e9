package support

const qGrantLock = `select pg_advisory_xact_lock(hashtextextended('support/grant', $1::bigint))`

const qGranted = `
select coalesce(sum(amount) filter (where member_id = $2), 0)::bigint as to_one, coalesce(sum(amount), 0)::bigint as in_day
from staff_grant where staff_id = $1 and at > $3`

const qGrant = `insert into staff_grant (staff_id, member_id, amount, at) values ($1, $2, $3, $4)`
