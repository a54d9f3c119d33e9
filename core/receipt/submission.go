package receipt

import "time"

// entry is a submission as its receipt needs to know it.
type entry struct {
	ID      int64     `db:"id"`
	Key     string    `db:"key"`
	Member  int64     `db:"member_id"`
	Subject int64     `db:"subject_id"`
	QR      string    `db:"qr"`
	At      time.Time `db:"at"`

	photo bool // a photo came with it
}

// What is done for a receipt that `opened` has made, see qSubmit and qOpen: its
// member's figures, and a person's task when nobody else can verify it.
const afterOpening = `, counted as (
  insert into member_stat (member_id, checking, last_receipt_at) select member_id, 1, uploaded_at from opened
  on conflict (member_id) do update set
    checking = member_stat.checking + 1,
    last_receipt_at = greatest(member_stat.last_receipt_at, excluded.last_receipt_at)
), reviewed as (
  insert into review_task (kind, about, receipt_id, reason, created_at)
  select 'receipt', 'receipt/' || id, id, reason, queued_at from opened where state = 'manual'
  on conflict (kind, about) where decided_at is null do nothing
)`

// What a member may send in 24 hours, refused or not: every new fiscal key costs
// a request of the day's quota, which is the whole programme's. A family with a
// week's receipts stays below; who has not registered can begin anew as often as
// they like, and gets less. A registrar has seen the paper and is not counted.
const (
	registeredLimit = 50
	newcomerLimit   = 20
)

// qSubmit keeps what came: as refused when the text ($11), its day or the number
// of those before it gives a reason; as taken, with its receipt, when its fiscal
// key was free: the index lets one claim of it be alive. A key $1 that has been
// seen gives no id. Nobody is counted beyond their limit ($22 or $23): what came
// so many before this one tells enough.
const qSubmit = `
with weighed as (
  select coalesce($11::text, case
    when not exists (select from campaign_span where opens <= $15 and (closes is null or closes > $15)) then 'out_of_period'
    when $4::bigint is null and (
      select at from submission where member_id = $2 order by id desc
      offset (select case when registered_at is null then $23::int else $22::int end - 1 from member where id = $2) limit 1
    ) > $10::timestamptz - interval '1 day' then 'limit' end) as reason
), opened as (
  insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, sum_ambiguous,
    member_id, subject_id, state, reason, due_at, uploaded_at, queued_at)
  select $7, $8, $9, $12, $13, $14, $15, $16, $17, $2, $3, $18, $19, $20, $10, $21 from weighed
  where reason is null and not exists (select from submission where key = $1)
  on conflict (fn, fd, fp) where state <> 'rejected' do nothing
  returning id, member_id, uploaded_at, queued_at, state, reason
), kept as (
  insert into submission (key, receipt_id, member_id, subject_id, staff_id, blob_id, qr, fn, fd, fp, state, reason, at)
  select $1, (select id from opened), $2, $3, $4, $5::uuid, $6, $7, $8, $9,
    case when reason is null then 'taken' else 'refused' end, reason, $10 from weighed
  on conflict (key) do nothing
  returning id, reason
)` + afterOpening + `
select coalesce((select id from kept), 0) as id, coalesce((select reason from kept), '') as reason,
  coalesce((select id from opened), 0) as receipt`

type keptRow struct {
	ID      int64  `db:"id"`
	Reason  Reason `db:"reason"`
	Receipt int64  `db:"receipt"`
}

const qSettleSubmission = `update submission set state = $2, reason = $3, receipt_id = $4 where id = $1`

type replayRow struct {
	Reason  Reason `db:"reason"`
	Receipt int64  `db:"receipt_id"`
	QR      string `db:"qr"`
	Manual  bool   `db:"manual"`
	State   State  `db:"state"`
	Points  int64  `db:"points"`
}

// qReplay keeps silent about the receipts of others.
const qReplay = `
select coalesce(s.reason, '') as reason, coalesce(r.id, 0) as receipt_id, s.qr,
  coalesce(s.state = 'taken' and r.state = 'manual', false) as manual,
  coalesce(r.state, '') as state,` + pointsOf + ` as points
from submission s
left join receipt r on r.id = s.receipt_id and r.member_id = s.member_id
where s.key = $1`

// qOpen makes the receipt of a submission that was kept without one. One that has
// its receipt, or came to nothing, opens none.
const qOpen = `
with opened as (
  insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, sum_ambiguous,
    member_id, subject_id, state, reason, due_at, uploaded_at, queued_at)
  select s.fn, s.fd, s.fp, $2, $3, $4, $5, $6, $7, s.member_id, s.subject_id, $8, $9, $10, s.at, $11
  from submission s
  where s.id = $1 and s.state = 'taken' and s.receipt_id is null
  on conflict (fn, fd, fp) where state <> 'rejected' do nothing
  returning id, member_id, uploaded_at, queued_at, state, reason
), settled as (
  update submission set receipt_id = opened.id from opened where submission.id = $1
)` + afterOpening + `
select id from opened`
