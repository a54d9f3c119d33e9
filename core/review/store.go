package review

const qOpen = `
insert into review_task (kind, about, receipt_id, reason, detail, created_at) values ($1, $2, $3, $4, $5, $6)
on conflict (kind, about) where decided_at is null do nothing`

// A task that nobody holds is anybody's; one taking of it is somebody's, as long as it is
// the last.
const qDecide = `
update review_task set decided_at = $2, verdict = $3, decided_by = $4, cause = $5, note = $6
where id = $1 and decided_at is null and case when $7::bigint = 0
  then taken_by = $4 or taken_until is null or taken_until <= $2
  else taken_by = $4 and fence = $7 end`

// taking gives a task to $1 until $2. It comes into other hands unless $1 had it last.
const taking = `
update review_task set taken_by = $1, taken_until = $2,
  fence = fence + case when taken_by is distinct from $1 then 1 else 0 end`

// free are open tasks that $1 may take at $3.
const free = ` t.decided_at is null and (t.taken_by = $1 or t.taken_until is null or t.taken_until <= $3)`

const qTake = taking + `
where id = (select t.id from review_task t where t.id = $4 and` + free + ` for update)
returning id, fence, taken_until`

// unanswered says that a shopper who was asked for another photo has not sent one: neither
// of the receipt or without a code, which are its duplicates, nor one that waits behind it.
// What somebody else sends of the document is no answer.
const unanswered = ` not exists (
    select from submission s
    where s.receipt_id = t.receipt_id and s.blob_id is not null and s.id > t.asked_past and s.reason is distinct from 'duplicate_other')
  and not exists (
    select from receipt r join submission s on s.fn = r.fn and s.fd = r.fd and s.fp = r.fp
    join member mine on mine.id = r.member_id join member sender on sender.id = s.member_id
    where r.id = t.receipt_id and s.state = 'waiting' and s.blob_id is not null and s.id > t.asked_past
      and coalesce(sender.merged_into, sender.id) = coalesce(mine.merged_into, mine.id))`

// next is the oldest of the kinds $4 that waits for a person, about a receipt made at one of
// the partners $7 when there are any, and that $1 has not just passed over.
const next = `
select t.id from review_task t
where t.kind = any($4) and` + free + `
  and (t.asked_at is null or t.asked_at <= $5 or not (` + unanswered + `))
  and not exists (select from review_skip s where s.task_id = t.id and s.staff_id = $1 and s.until > $3)
  and t.id <> $6
  and (coalesce(cardinality($7::text[]), 0) = 0
    or (select w.partner from receipt_place w where w.receipt_id = t.receipt_id) = any($7))
order by t.id limit 1`

const qTakeNext = taking + `
where id = (` + next + ` for update skip locked)
returning id, fence, taken_until`

// qPeek has the parameters of qTakeNext, of which it needs no $2.
const qPeek = `select coalesce((select n.id from (` + next + `) n where $2::timestamptz is not null), 0)`

const qSkip = `
with freed as (
  update review_task t set taken_by = null, taken_until = null
  where t.id = $4 and` + free + ` and ($5::bigint = 0 or t.taken_by = $1 and t.fence = $5)
  returning t.id
), over as (
  delete from review_skip where staff_id = $1 and until <= $3
)
insert into review_skip (task_id, staff_id, until) select id, $1, $2 from freed
on conflict (staff_id, task_id) do update set until = excluded.until`

const qAsk = `
update review_task t set taken_by = null, taken_until = null, asks = asks + 1, asked_at = $3, asked_by = $1,
  asked_past = (select coalesce(max(id), 0) from submission)
where t.id = $4 and` + free + ` and ($2::bigint = 0 or t.taken_by = $1 and t.fence = $2)
  and (t.asked_at is null or t.asked_at <= $5 or not (` + unanswered + `))
returning asks`

const qAnswered = `select t.id from review_task t where t.id = any($1) and t.asked_at is not null and not (` + unanswered + `)`

const qPace = `
select count(*) filter (where decided_at > $2) as hour, count(*) filter (where decided_at > $3) as day
from review_task where decided_by = $1 and decided_at > least($2::timestamptz, $3::timestamptz)`

const qClose = `
update review_task set decided_at = $2, verdict = $3
where receipt_id = $1 and kind = any($4) and decided_at is null`

const columns = `
id, kind, about, receipt_id, reason, detail, created_at, coalesce(taken_by, 0) as taken_by, taken_until,
fence, asked_at, coalesce(asked_by, 0) as asked_by, decided_at, coalesce(decided_by, 0) as decided_by, coalesce(verdict, '') as verdict, coalesce(cause, '') as cause, coalesce(note, '') as note`

const qFind = `select ` + columns + ` from review_task where id = $1`

const qOfReceipt = `select ` + columns + ` from review_task where receipt_id = $1 order by id`

const qFindOpen = `select ` + columns + ` from review_task where kind = $1 and about = $2 and decided_at is null`
