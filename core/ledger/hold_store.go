package ledger

import "time"

type idRow struct {
	ID int64 `db:"id"`
}

type triedRow struct {
	Available int64 `db:"available"`
	Made      bool  `db:"made"`
	Known     bool  `db:"known"` // its key was there before
}

type holdRow struct {
	ID      int64      `db:"id"`
	Account int64      `db:"account_id"`
	State   string     `db:"state"`
	Until   *time.Time `db:"until"`
}

type dueRow struct {
	ID      int64 `db:"id"`
	Account int64 `db:"account_id"`
}

// spendable are the lots of member $1 in currency $2 that may be spent at $4, in
// their order: what expires first, then what was available first. before is what the
// ones in front have. The account is locked.
const spendable = `
with mine as (
  select id, owed from account where kind = 'member' and member_id = ` + owner + ` and currency = $2
), open as (
  select l.id, l.account_id, l.remaining - l.held as free,
    sum(l.remaining - l.held) over (order by l.expires_at, l.available_at, l.id) - (l.remaining - l.held) as before
  from lot l join mine on l.account_id = mine.id
  where l.remaining > 0 and l.remaining > l.held and l.available_at <= $4 and (l.expires_at is null or l.expires_at > $4)
)`

// qHold makes the account that redemptions go to with the first hold of a currency.
const qHold = spendable + `, system as (
  insert into account (kind, currency)
  select 'redeem', $2 where not exists (select from account where kind = 'redeem' and currency = $2)
  on conflict do nothing
), made as (
  insert into hold (key, account_id, amount, until, reason, at, member_id, card, bill)
  select $5, mine.id, $3::bigint, $6, $7, $4, ` + sharer + `, $8, $9 from mine where (select sum(free) from open) - mine.owed >= $3::bigint
  on conflict (key) do nothing
  returning id
), parts as (
  insert into hold_part (hold_id, lot_id, amount)
  select made.id, o.id, least(o.free, $3::bigint - o.before)::bigint from open o, made where o.before < $3::bigint
  returning lot_id, amount
), held as (
  update lot l set held = l.held + p.amount from parts p where l.id = p.lot_id
)
select (coalesce((select sum(free) from open), 0) - coalesce((select owed from mine), 0))::bigint as available, exists (select from made) as made,
  exists (select from hold where key = $5) as known`

const qLockBill = `select pg_advisory_xact_lock(hashtextextended('bill/' || $1, 0))`

const qPaidFor = `
select coalesce(sum(amount), 0)::bigint from hold where bill = $1 and at > $2 and state in ('open', 'committed')`

const qLockHold = `
select a.id from account a join hold h on h.account_id = a.id where h.key = $1 for no key update of a`

const qHoldOf = `select id, account_id, state, until from hold where key = $1`

const qHeldBy = `
select h.id, h.key, coalesce(h.member_id, a.member_id) as member, coalesce(h.card, '') as card, a.currency, h.amount, h.state, h.until, h.reason, h.at, h.ended_at
from hold h join account a on a.id = h.account_id where h.key = $1::text or h.id = $2::bigint`

// ended are the holds $1 that are open, on the locked accounts $2, and what they
// hold; they end at $3.
const ended = `
), parts as (
  delete from hold_part p using h where p.hold_id = h.id returning p.hold_id, p.lot_id, p.amount
)`

const qCommit = `
with h as (
  update hold set state = 'committed', ended_at = $3 where id = any($1) and account_id = any($2) and state = 'open'
  returning id, key, account_id, amount, reason, member_id, card
` + ended + `, tx as (
  insert into ledger_tx (key, kind, reason, at, member_id, card)
  select 'redeem/' || key, 'redeem', coalesce(nullif($4, ''), reason), $3, member_id, card from h
  returning id
), posted as (
  insert into posting (tx_id, account_id, lot_id, amount)
  select tx.id, h.account_id, p.lot_id, -p.amount from h join parts p on p.hold_id = h.id, tx
  union all
  select tx.id, s.id, null, h.amount from h join account a on a.id = h.account_id
  join account s on s.kind = 'redeem' and s.currency = a.currency, tx
), spent as (
  update lot l set remaining = l.remaining - p.amount, held = l.held - p.amount from parts p where l.id = p.lot_id
)
update account a set balance = a.balance - h.amount from h where a.id = h.account_id`

// giving is what goes back at $3: into the lot it came from, or, when that one has
// expired (its sweep may have been seen by a clock before this one) or lies on
// another account by now, into a new lot. A grace lot is valid through the 14th day
// after; days are counted from the lot's own midnight, which is the programme's.
const giving = `
  case when dead.is then l.expires_at + (floor(extract(epoch from $3::timestamptz - l.expires_at) / 86400) + 15) * interval '24 hours'
    else l.expires_at end as expires_at,
  l.available_at, coalesce(l.origin_id, l.id) as origin_id, case when l.account_id = h.account_id then l.member_id else h.member_id end as whose, dead.is or l.account_id <> h.account_id as anew`

const isDead = `
cross join lateral (
  select coalesce(l.expires_at <= $3, false) or exists (select from ledger_tx t where t.key = 'expire/' || l.id) as is) dead`

// qRelease leaves no posting unless some lot is dead: held points never left theirs.
const qRelease = `
with h as (
  update hold set state = 'released', ended_at = $3 where id = any($1) and account_id = any($2) and state = 'open'
  returning id, key, account_id, reason, member_id, card
` + ended + `, back as (
  select h.key, h.account_id, h.member_id, h.card, coalesce(nullif($4, ''), h.reason) as reason, p.lot_id, p.amount,` + giving + `
  from h join parts p on p.hold_id = h.id join lot l on l.id = p.lot_id` + isDead + `
), tx as (
  insert into ledger_tx (key, kind, reason, at, member_id, card)
  select 'release/' || key, 'release', min(reason), $3, min(member_id), min(card) from back where anew group by key order by key
  returning id, key
), grace as (
  insert into lot (account_id, tx_id, amount, remaining, available_at, expires_at, origin_id, member_id)
  select b.account_id, tx.id, b.amount, b.amount, b.available_at, b.expires_at, b.origin_id, b.whose
  from back b join tx on tx.key = 'release/' || b.key where b.anew order by b.lot_id
  returning id, tx_id, account_id, amount
), posted as (
  insert into posting (tx_id, account_id, lot_id, amount)
  select tx.id, b.account_id, b.lot_id, -b.amount from back b join tx on tx.key = 'release/' || b.key where b.anew
  union all
  select tx_id, account_id, id, amount from grace
), freed as (
  update lot l set held = l.held - f.amount, remaining = l.remaining - f.gone
  from (select lot_id, sum(amount) as amount, coalesce(sum(amount) filter (where anew), 0) as gone from back group by lot_id) f
  where l.id = f.lot_id
)
select id from h`

const qRefund = `
with h as (
  update hold set state = 'refunded', ended_at = $3 where id = any($1) and account_id = any($2) and state = 'committed'
  returning id, key, account_id, amount, reason, member_id, card
), back as (
  select h.account_id, p.lot_id, -p.amount as amount,` + giving + `
  from h
  join ledger_tx r on r.key = 'redeem/' || h.key
  join posting p on p.tx_id = r.id and p.lot_id is not null
  join lot l on l.id = p.lot_id` + isDead + `
), tx as (
  insert into ledger_tx (key, kind, reason, at, member_id, card)
  select 'refund/' || key, 'refund', coalesce(nullif($4, ''), reason), $3, member_id, card from h
  returning id
), fresh as (
  insert into lot (account_id, tx_id, amount, remaining, available_at, expires_at, origin_id, member_id)
  select b.account_id, tx.id, b.amount, b.amount, b.available_at, b.expires_at, b.origin_id, b.whose from back b, tx where b.anew order by b.lot_id
  returning id, account_id, amount
), posted as (
  insert into posting (tx_id, account_id, lot_id, amount)
  select tx.id, b.account_id, b.lot_id, b.amount from back b, tx where not b.anew
  union all
  select tx.id, f.account_id, f.id, f.amount from fresh f, tx
  union all
  select tx.id, s.id, null, -h.amount from h join account a on a.id = h.account_id
  join account s on s.kind = 'redeem' and s.currency = a.currency, tx
), refilled as (
  update lot l set remaining = l.remaining + b.amount from back b where l.id = b.lot_id and not b.anew
)
update account a set balance = a.balance + h.amount from h where a.id = h.account_id`

const qHoldsDue = `
select id, account_id from hold where state = 'open' and until <= $1 order by until, id limit $2`

const qEarliestHold = `select min(until) from hold where state = 'open' and until is not null`

const qLockFree = `select id from account where id = any($1) order by id for no key update skip locked`
