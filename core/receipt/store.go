package receipt

import (
	"context"
	"time"

	"besedka/core/fiscal"
	"besedka/core/verify"
	"besedka/storage"
)

type idRow struct {
	ID int64 `db:"id"`
}

const qHolder = `
select id, member_id, state, operation, local_time, sum, sum_ambiguous
from receipt
where fn = $1 and fd = $2 and fp = $3 and state <> 'rejected'
for share`

func lockHolder(ctx context.Context, tx storage.Tx, k fiscal.Key) (holder, error) {
	row, err := storage.One[struct {
		ID        int64     `db:"id"`
		Member    int64     `db:"member_id"`
		State     State     `db:"state"`
		Operation int       `db:"operation"`
		LocalTime time.Time `db:"local_time"`
		Sum       int64     `db:"sum"`
		Ambiguous bool      `db:"sum_ambiguous"`
	}](ctx, tx, qHolder, k.FN, k.FD, k.FP)
	if err != nil {
		return holder{}, err
	}
	return holder{ID: row.ID, Member: row.Member, State: row.State, Claim: fiscal.QR{
		Time: fiscal.CivilAt(row.LocalTime), Sum: row.Sum, SumAmbiguous: row.Ambiguous,
		FN: k.FN, FD: k.FD, FP: k.FP, Operation: fiscal.Operation(row.Operation),
	}}, nil
}

const qPointsOf = `select` + pointsOf + ` from receipt r where r.id = $1`

type waitingRow struct {
	QR string `db:"qr"`
}

const qWaitingOf = `
select qr from submission
where fn = $1 and fd = $2 and fp = $3 and state = 'waiting' and member_id = $4`

// qRefusedBefore finds requisites that the provider has refused for good. The
// receipt that asked with them has been rejected since.
const qRefusedBefore = `
select a.class from receipt r
join verification_attempt a on a.receipt_id = r.id
where r.fn = $1 and r.fd = $2 and r.fp = $3 and r.state = 'rejected' and r.operation = $4 and r.local_time = $5
  and a.sum = $6 and a.class in ('forged', 'format')
order by a.id
limit 1`

type classRow struct {
	Class verify.Class `db:"class"`
}

// refusedBefore is why the provider has refused exactly these requisites, or "":
// after a wrong fiscal sign the tax service forbids asking for them again.
func refusedBefore(ctx context.Context, q storage.Querier, claim fiscal.QR) (Reason, error) {
	rows, err := storage.Collect[classRow](ctx, q, qRefusedBefore, claim.FN, claim.FD, claim.FP,
		int(claim.Operation), claim.Time.In(time.UTC), claim.Sum)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return Reason(rows[0].Class), nil
}

const qNextAsk = `
select min(due_at) from receipt where due_at > $1 and state in ('queued', 'waiting', 'manual')`

// A receipt in a dead process's hand is due at $1: not at once, because the one
// poll a second that the service allows may just have been made. The number
// found dead must still be the receipt's when its lock is had.
const qFreeAsked = `
update receipt r set due_at = $1, asker = null
from (
  select id, asker from receipt
  where asker is not null and asker not in (select number from living_session)
) dead
where r.id = dead.id and r.asker = dead.asker and r.state in ('queued', 'waiting', 'manual')`

// claimed are the columns of a pending receipt.
const claimed = `id, fn, fd, fp, operation, local_time, purchased_at, sum, sum_ambiguous, member_id,
  coalesce(subject_id, 0) as subject_id, state, asks, polls, coalesce(message_id, '') as message_id, asked_at, queued_at, doubted, unknowns`

// qClaimDue takes those that have waited longest: results to be fetched ($7),
// receipts nobody has asked for yet ($5) and others ($6), as the provider allows.
const qClaimDue = `
update receipt set due_at = $2, asker = $4
where id in (
  select id from receipt
  where due_at <= $1 and state in ('queued', 'waiting', 'manual')
    and case when message_id is not null then $7::boolean when asks = 0 then $5::boolean else $6::boolean end
  order by due_at
  limit $3
  for update skip locked)
returning ` + claimed

// qClaimSecond leaves to the first provider what it has a result of, and what only
// it may be asked for.
const qClaimSecond = `
update receipt set due_at = $2, asker = $4
where id in (
  select id from receipt
  where due_at <= $1 and state in ('queued', 'waiting', 'manual')
    and not doubted and (message_id is null or asked_at <= $7)
    and case when asks = 0 then $5::boolean else $6::boolean end
  order by due_at
  limit $3
  for update skip locked)
returning ` + claimed

const qAttempt = `
insert into verification_attempt (receipt_id, provider, call, sum, class, code, at)
values ($1, $2, $3, $4, $5, $6, $7)`

// qFollow moves a receipt that is where it was when it was claimed. One that went
// to a person meanwhile stays there until an answer settles it.
const qFollow = `
update receipt set
  state = case when state = 'manual' and $5 in ('queued', 'waiting') then state else $5 end,
  reason = coalesce($6, reason),
  authentic = case when $7 then true else authentic end,
  asks = $8, polls = $9, message_id = $10, asked_at = $11, due_at = $12, asker = null,
  sum = $13, sum_ambiguous = $14,
  contents = coalesce($15::jsonb, contents),
  provider = case when $5 = 'verified' then $16 else provider end,
  verified_at = case when $5 = 'verified' then $17 else verified_at end,
  doubted = $18, unknowns = $19
where id = $1 and state in ('queued', 'waiting', 'manual')
  and asks = $2 and polls = $3 and coalesce(message_id, '') = $4
returning id, fn, fd, fp, sum, member_id, coalesce(subject_id, 0) as subject_id, state`

// qReviews names the member that the sender became by merging. It is of receipts made at one
// of the partners $4, when there are any.
const qReviews = `
select t.id, t.kind, t.receipt_id, coalesce(m.merged_into, m.id) as member_id, t.reason, t.created_at,
  coalesce(t.taken_by, 0) as taken_by, t.taken_until, t.asked_at, r.state, r.sum, r.sum_ambiguous, r.purchased_at, r.uploaded_at, r.fn, r.fd, r.fp,
  (select count(*) from submission s where s.fn = r.fn and s.fd = r.fd and s.fp = r.fp and s.state = 'waiting') as other_claims
from review_task t join receipt r on r.id = t.receipt_id join member m on m.id = r.member_id
where t.kind = any($3) and t.decided_at is null and t.id > $1
  and (coalesce(cardinality($4::text[]), 0) = 0
    or (select w.partner from receipt_place w where w.receipt_id = r.id) = any($4))
order by t.id
limit $2`

type loserRow struct {
	ID      int64  `db:"id"`
	Member  int64  `db:"member_id"`
	Subject int64  `db:"subject_id"`
	QR      string `db:"qr"`
	Reason  Reason `db:"reason"`
	Told    bool   `db:"told"`
}

// qLosers makes duplicates of the claims that waited behind receipt $4.
const qLosers = `
with waiting as (
  select id, reason is not null as told from submission
  where fn = $1 and fd = $2 and fp = $3 and state = 'waiting'
  for update
)
update submission s set state = 'duplicate', receipt_id = r.id,
  reason = case when s.member_id = r.member_id then $5 else $6 end
from waiting w, receipt r
where s.id = w.id and r.id = $4
returning s.id, s.member_id, coalesce(s.subject_id, 0) as subject_id, s.qr, s.reason, w.told`

// qTakeUp takes up the claim of a freed key that has waited longest.
const qTakeUp = `
update submission set state = 'taken', reason = null
where id = (
  select id from submission
  where fn = $1 and fd = $2 and fp = $3 and state = 'waiting'
  order by id
  limit 1
  for update)
returning id, key, member_id, coalesce(subject_id, 0) as subject_id, qr, at`

// payables are verified receipts that are due at $1, with the member that the sender
// became by merging.
const payables = `
select r.id, r.fn, r.fd, r.fp, r.sum, m.id as member_id, sender.id as sender_id, coalesce(r.subject_id, 0) as subject_id, r.state,
  r.purchased_at, r.uploaded_at, r.contents, r.tenders, m.registered_at, m.suspended_at,
  coalesce((select bool_and(s.wrapped_key is null) from subject s where s.member_id = m.id), false) as erased
from receipt r
join member sender on sender.id = r.member_id
join member m on m.id = coalesce(sender.merged_into, sender.id)
where r.state = 'verified' and r.due_at <= $1`

// unheld waits for nobody: a receipt or a member that another transaction holds is left
// for later.
const unheld = `
for update of r skip locked
for share of m skip locked`

const qClaimVerified = payables + ` order by r.due_at limit $2` + unheld

const qClaimOne = payables + ` and r.id = $2` + unheld

// qTender keeps what the first one to register a receipt says of how it was paid.
const qTender = `update receipt set tenders = $2 where id = $1 and tenders is null and state in ('queued', 'waiting', 'manual')`

const qContents = `select contents from receipt where id = $1`

const qNextCredit = `select min(due_at) from receipt where due_at is not null and state = 'verified'`

const qSleep = `update receipt set due_at = null, member_id = $2 where id = $1 and state = 'verified'`

const qDisown = `
update receipt set state = 'rejected', reason = $2, due_at = null, member_id = $3 where id = $1 and state = 'verified'`

const qPutOff = `update receipt set due_at = $2 where id = $1 and state = 'verified'`

const qCredited = `
update receipt set state = 'credited', credited_at = $2, due_at = null, member_id = $3
where id = $1 and state = 'verified'`

// qRevoke looks up who the member became by merging apart from the row that it
// waits for: a join would lose the row when the member was merged meanwhile.
const qRevoke = `
update receipt set state = $2, reason = $3, due_at = null
where id = $1 and state in ('credited', 'partially_refunded')
returning id, fn, fd, fp, sum, coalesce((select merged_into from member where id = receipt.member_id), member_id) as member_id,
  coalesce(subject_id, 0) as subject_id, state`

const qRevocation = `
insert into revocation (receipt_id, reason, staff_id, note, awarded, taken, expired, short, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// qWake finds the receipts with the member that $1 became by merging: who
// registers may have been merged a moment ago.
const qWake = `
update receipt set due_at = $2
where member_id = (select coalesce(merged_into, id) from member where id = $1) and state = 'verified'`

const qWakeSettled = `
with asleep as (
  select id from receipt where id = any($1) and state = 'verified' and due_at is null order by id for no key update
)
update receipt r set due_at = $2 from asleep where r.id = asleep.id`

// qHold locks a receipt for whoever decides about it.
const qHold = `
select id, fn, fd, fp, sum, coalesce((select merged_into from member where id = receipt.member_id), member_id) as member_id,
  coalesce(subject_id, 0) as subject_id, state
from receipt where id = $1 for update`

const qState = `select state from receipt where id = $1`

const qUndecided = `select sum, sum_ambiguous from receipt where id = $1 and state = 'manual' for update`

const qDecide = `
update receipt set state = $2, reason = $3, verified_by = $4, due_at = $6, message_id = null,
  sum = $7, sum_ambiguous = sum_ambiguous and $2 <> 'verified',
  provider = case when $2 = 'verified' then 'staff' end,
  verified_at = case when $2 = 'verified' then $5::timestamptz end
where id = $1 and state = 'manual'
returning id, fn, fd, fp, sum, member_id, coalesce(subject_id, 0) as subject_id, state`

// qEscalate takes what waits since $1, and since $4 what a campaign counts that ends
// within a day of $5.
const qEscalate = `
update receipt set state = 'manual', reason = $2
where id in (
  select id from receipt r
  where state in ('queued', 'waiting') and queued_at <= $4 and (queued_at <= $1 or exists (
    select from campaign_span c
    where c.closes > $5 and c.closes <= $5::timestamptz + interval '24 hours' and c.opens <= r.purchased_at and c.closes > r.purchased_at))
  order by queued_at
  limit $3
  for update skip locked)
returning id, fn, fd, fp, sum, member_id, coalesce(subject_id, 0) as subject_id, state`

const qTellDelayed = `
update receipt set delayed_at = $2
where id in (
  select id from receipt
  where state in ('queued', 'waiting') and delayed_at is null and queued_at <= $1
  order by queued_at
  limit $3
  for update skip locked)
returning id, fn, fd, fp, sum, member_id, coalesce(subject_id, 0) as subject_id, state`

const qOldest = `
select (select min(queued_at) from receipt where state in ('queued', 'waiting') and delayed_at is null) as untold,
  (select min(queued_at) from receipt where state in ('queued', 'waiting')) as asked,
  (select min(queued_at) from receipt where state in ('queued', 'waiting') and queued_at > $1) as recent`

const qLatest = `
select r.id, r.state, coalesce(r.reason, '') as reason, r.sum, r.local_time, r.purchased_at,
  coalesce(r.authentic, false) as authentic, r.uploaded_at, r.due_at,` + pointsOf + ` as points
from receipt r
where r.member_id = $1
  and (coalesce(cardinality($3::text[]), 0) = 0
    or (select w.partner from receipt_place w where w.receipt_id = r.id) = any($3))
order by r.id desc
limit $2`

const qCreditedTo = `
select id, sum from receipt
where member_id = $1 and (state in ('credited', 'partially_refunded') and $2 = 0
  or state in ('credited', 'partially_refunded', 'refunded') and id = $2)
order by credited_at desc, id desc
limit 1`

type stateRow struct {
	State    State `db:"state"`
	Receipts int64 `db:"receipts"`
}

const qUnfinished = `
select state, count(*) as receipts from receipt where state in ('queued', 'waiting', 'manual', 'verified') group by state`

const qAttempts = `
select id, receipt_id, call, class, code, at from verification_attempt where receipt_id = any($1) order by id`

const qModeBind = `insert into setting (name, value) values ('mode', $1) on conflict do nothing`

const qModeBound = `select value from setting where name = 'mode'`
