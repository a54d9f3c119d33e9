package intake

const columns = `id, bytes, head, wrapped_key, columns, state, reached, basis, staff_id, ran_by, at, ran_at, done_at, expires_at`

const qBegin = `
insert into intake (file_index, bytes, head, head_line, wrapped_key, columns, state, staff_id, at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (file_index) where state <> 'gone' do nothing
returning id`

const qByFile = `select id from intake where file_index = $1 and state <> 'gone'`

const qRows = `insert into intake_row (intake_id, line, sealed, phone_index) select $1, * from unnest($2::int[], $3::bytea[], $4::bytea[])`

const qGet = `select ` + columns + ` from intake where id = $1`

const qHold = qGet + ` for no key update`

const qRecent = `select ` + columns + ` from intake where state <> 'gone' order by id desc limit $1`

const qMark = `select state || '/' || reached || '/' || (expires_at is null) from intake where id = $1`

const qFigures = `
select count(*) filter (where class = 'new') as new, count(*) filter (where class = 'known') as known,
  count(*) filter (where class = 'doubtful') as doubtful, count(*) filter (where class = 'refused') as refused,
  count(*) filter (where class is null) as unseen, count(*) filter (where done) as done
from intake_row where intake_id = $1`

// qRowsAnew leaves the numbers, by which an erasure finds people.
const qRowsAnew = `
update intake_row set class = null, cause = '', col = 0, other = 0, member_id = null, card = ''
where intake_id = $1 and class is not null and sealed is not null`

const qCheck = `update intake set columns = $2, state = 'checking', reached = 0, expires_at = $3 where id = $1`

const qRun = `
update intake set state = 'running', basis = $2, ran_by = coalesce($3, ran_by), reached = case state when 'checked' then 0 else reached end,
  ran_at = coalesce(ran_at, $4), expires_at = $5
where id = $1`

const qMove = `
update intake set state = $2, wrapped_key = case $2 when 'gone' then null else wrapped_key end,
  expires_at = case $2 when 'gone' then least(expires_at, $3) else expires_at end
where id = $1`

const qClaim = `select ` + columns + ` from intake where state in ('checking', 'running') order by id limit 1 for no key update skip locked`

// qUnseen keeps lines as they are until they are judged: an erasure empties them before, or after.
const qUnseen = `
select line, sealed from intake_row where intake_id = $1 and line > $2 order by line limit $3 for no key update`

const qUndone = `
select line, sealed from intake_row
where intake_id = $1 and line > $2 and class in ('new', 'known') and sealed is not null order by line limit $3`

// qAbove leaves out what was refused: a line that is right takes its place.
const qAbove = `
select min(line) as line, phone_index as phone, null::text as card, null::bigint as member from intake_row
where intake_id = $1 and phone_index = any ($2::bytea[]) and class <> 'refused' group by phone_index
union all
select min(line), null, card, null from intake_row
where intake_id = $1 and card = any ($3::text[]) and card <> '' and class <> 'refused' group by card
union all
select min(line), null, null, member_id from intake_row
where intake_id = $1 and member_id = any ($4::bigint[]) and sealed is not null and class <> 'refused' group by member_id`

const qKeep = `
update intake_row r set class = k.class, cause = k.cause, col = k.col, other = k.other, member_id = nullif(k.member, 0),
  phone_index = case when $10 then null else k.phone end, card = case when $10 then '' else k.card end,
  sealed = case when $10 then null else r.sealed end, done = $10 and k.class in ('new', 'known')
from unnest($2::int[], $3::text[], $4::text[], $5::int[], $6::int[], $7::bigint[], $8::bytea[], $9::text[])
  as k (line, class, cause, col, other, member, phone, card)
where r.intake_id = $1 and r.line = k.line`

const qReach = `update intake set reached = $2 where id = $1`

const qUnseal = `
update intake_row set sealed = null, phone_index = null, card = ''
where intake_id = $1 and (sealed is not null or phone_index is not null or card <> '')`

const qDone = `update intake set state = 'done', wrapped_key = null, head = '', done_at = $2, expires_at = $3 where id = $1`

const qExpired = `
select ` + columns + ` from intake where expires_at <= $1 and state not in ('checking', 'running')
order by expires_at limit 1 for no key update skip locked`

const qExpires = `select min(expires_at) from intake where state not in ('checking', 'running')`

const qRowsGone = `
delete from intake_row where intake_id = $1 and line in (select line from intake_row where intake_id = $1 order by line limit $2)`

const qGone = `
update intake set wrapped_key = null, head = '', expires_at = null, state = case state when 'done' then 'done' else 'gone' end where id = $1`

const qFound = `
select line, sealed, class, cause, col, other, member_id, done from intake_row
where intake_id = $1 and ($2 = '' or class = $2) and line > $3 order by line limit $4`
