package review

const qOpen = `
insert into review_task (kind, about, receipt_id, reason, detail, created_at) values ($1, $2, $3, $4, $5, $6)
on conflict (kind, about) where decided_at is null do nothing`

const qDecide = `
update review_task set decided_at = $2, verdict = $3, decided_by = $4, cause = $5, note = $6
where id = $1 and decided_at is null and (taken_by = $4 or taken_until is null or taken_until <= $2)`

const qTake = `
update review_task set taken_by = $2, taken_until = $3
where id = $1 and decided_at is null and (taken_by = $2 or taken_until is null or taken_until <= $4)`

const qClose = `
update review_task set decided_at = $2, verdict = $3
where receipt_id = $1 and kind = any($4) and decided_at is null`

const columns = `
id, kind, about, receipt_id, reason, detail, created_at, coalesce(taken_by, 0) as taken_by, taken_until,
decided_at, coalesce(decided_by, 0) as decided_by, coalesce(verdict, '') as verdict, coalesce(cause, '') as cause, coalesce(note, '') as note`

const qFind = `select ` + columns + ` from review_task where id = $1`

const qOfReceipt = `select ` + columns + ` from review_task where receipt_id = $1 order by id`

const qFindOpen = `select ` + columns + ` from review_task where kind = $1 and about = $2 and decided_at is null`
