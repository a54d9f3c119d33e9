package ledger

type accountRow struct {
	ID     int64 `db:"id"`
	Member int64 `db:"member"`
}

type ownRow struct {
	ID       int64  `db:"id"`
	Member   int64  `db:"member"`
	Currency string `db:"currency"`
}

type strayRow struct {
	Head     int64  `db:"head"`
	Currency string `db:"currency"`
	Stray    int64  `db:"stray"`
	Owner    int64  `db:"owner"`
}

type currencyRow struct {
	Currency string `db:"currency"`
}

// owner is the member on whose account the points of member $1 lie: their own, or
// the head of their family.
const owner = `(select coalesce(master_id, id) from member where id = $1)`

// sharer is member $1 when their points lie on another's account, else null.
const sharer = `(select id from member where id = $1 and master_id is not null)`

// qSweep empties the lots of accounts $1, which the caller has locked, that
// expired by $2, 5000 of them at most; what is held stays where it is. A lot expires once: its key says so.
const qSweep = `
with dead as (
  select l.id, l.account_id, l.member_id, l.remaining - l.held as remaining, s.id as system_id
  from lot l
  join account a on a.id = l.account_id
  join account s on s.kind = 'expire' and s.currency = a.currency
  where l.account_id = any($1) and l.remaining > 0 and l.remaining > l.held and l.expires_at <= $2
  order by l.expires_at, l.id limit 5000
), tx as (
  insert into ledger_tx (key, kind, at, member_id)
  select 'expire/' || id, 'expire', $2, member_id from dead order by id
  returning id, key
), swept as (
  select tx.id as tx_id, d.* from dead d join tx on tx.key = 'expire/' || d.id
), posted as (
  insert into posting (tx_id, account_id, lot_id, amount)
  select tx_id, account_id, id, -remaining from swept
  union all
  select tx_id, system_id, null, remaining from swept
), emptied as (
  update lot set remaining = held from dead where lot.id = dead.id
)
update account a set balance = a.balance - d.points
from (select account_id, sum(remaining) as points from dead group by account_id) d
where a.id = d.account_id`

// qLockExpired has its limit, one chunk, in its text: of a parameter the planner thinks
// it is a tenth of all that may expire, and reads every account there is.
const qLockExpired = `
select id, coalesce(member_id, 0) as member from account
where id in (select account_id from lot where remaining > held and expires_at <= $1 order by expires_at limit 200)
order by id
for no key update skip locked`

const qEarliestExpiry = `select min(expires_at) from lot where remaining > held and expires_at is not null`

const qLockMembers = `
select id, member_id as member from account
where kind = 'member' and currency = $1 and member_id in (select coalesce(master_id, id) from member where id = any($2))
order by id
for no key update`

// qLockAward locks the accounts in several currencies on which a member's points lie.
const qLockAward = `
select id, member_id as member, currency from account
where kind = 'member' and member_id = ` + owner + ` and currency = any($2)
order by id
for no key update`

// qMove needs no account between: what leaves one member's lots enters another's
// in the same transaction, and what is held stays held. Its key names the newest lot
// moved, so that points which reach a merged account later can follow. What was of the
// account's own member is from now on of $4; $5 is the member of the account it comes to,
// $6 what it is called in statements.
const qMove = `
with old as materialized (
  select o.*, nextval(pg_get_serial_sequence('lot', 'id')) as new_id
  from (
    select id, remaining, held, available_at, expires_at, reminded, coalesce(origin_id, id) as origin_id,
      nullif(coalesce(member_id, $4), $5) as member_id, thaws_available, thaws_expires
    from lot where account_id = $1 and remaining > 0 order by expires_at, available_at, id
  ) o
), tx as (
  insert into ledger_tx (key, kind, at, member_id)
  select 'merge/' || $1::bigint || '/' || $2::bigint || '/' || max(id), $6, $3, nullif($4::bigint, $5) from old having count(*) > 0
  returning id
), new as (
  insert into lot (id, account_id, tx_id, amount, remaining, held, available_at, expires_at, reminded, origin_id, member_id, thaws_available, thaws_expires) overriding system value
  select old.new_id, $2, tx.id, old.remaining, old.remaining, old.held, old.available_at, old.expires_at, old.reminded, old.origin_id, old.member_id,
    old.thaws_available, old.thaws_expires
  from old, tx
), posted as (
  insert into posting (tx_id, account_id, lot_id, amount)
  select tx.id, $1::bigint, old.id, -old.remaining from old, tx
  union all
  select tx.id, $2::bigint, old.new_id, old.remaining from old, tx
), emptied as (
  update lot set remaining = 0, held = 0 from old where lot.id = old.id
), followed as (
  update hold_part p set lot_id = old.new_id from old where p.lot_id = old.id
), owned as (
  update hold set account_id = $2, member_id = nullif(coalesce(member_id, $4), $5) where account_id = $1
)
update account a set balance = a.balance + case a.id when $2 then o.points else -o.points end
from (select sum(remaining) as points from old having count(*) > 0) o
where a.id in ($1, $2)`

// qReverse takes from the lots of a locked account as a redemption would, and gives
// back to where points are issued from.
const qReverse = spendable + `, taken as (
  select id, account_id, least(free, $3 - before)::bigint as points from open where before < $3
), tx as (
  insert into ledger_tx (key, kind, reason, at)
  select $5, 'reverse', $6, $4 from taken having count(*) > 0
  on conflict (key) do nothing
  returning id
), posted as (
  insert into posting (tx_id, account_id, lot_id, amount)
  select tx.id, t.account_id, t.id, -t.points from taken t, tx
  union all
  select tx.id, s.id, null, sum(t.points)::bigint from taken t, tx, account s
  where s.kind = 'issue' and s.currency = $2 group by tx.id, s.id
), emptied as (
  update lot l set remaining = l.remaining - t.points from taken t, tx where l.id = t.id
)
update account a set balance = a.balance - (select sum(points) from taken) from mine, tx where a.id = mine.id`

// qAward leaves out what refund $2 has taken a part of; 0 is none.
const qAward = `
select t.id as tx_id, t.key, t.campaign_id, t.version, a.currency, p.lot_id,
  (p.amount - taken.amount)::bigint as amount, taken.expired
from ledger_tx t
join posting p on p.tx_id = t.id and p.lot_id is not null
join account a on a.id = p.account_id
cross join lateral (
  select coalesce(sum(s.amount), 0)::bigint as amount, coalesce(sum(s.expired), 0)::bigint as expired,
    coalesce(bool_or(s.number = $2), false) as again
  from award_part s where s.tx_id = t.id
) taken
where t.receipt_id = $1 and t.kind = 'accrue' and p.amount > taken.amount and not taken.again
  and not exists (select from ledger_tx r where r.key = 'reverse/' || t.key)
order by t.id`

// qReverseAward takes $4 of what lot $3 was opened with from the lots of a locked and
// swept account: first from that lot, or from those that it became when its member
// was joined into this one, be they pending or not; then comes what of it has expired,
// beyond the $12 that parts taken before have told; then the others that may be spent.
// What is held is left alone. $11 is the Debt: by OnlyPending nothing is taken but the
// award's own pending points, by AllowNegative the account owes what is short. $14 is
// the number of the part of accrual $13, 0 for all that is left of it.
const qReverseAward = `
with own as (
  select id from lot where id = $3 or origin_id = $3
), mine as (
  select id from account where kind = 'member' and member_id = ` + owner + ` and currency = $2
), open as (
  select l.id, l.account_id, own.id is not null as own, l.remaining - l.held as free, sum(l.remaining - l.held)
    over (order by own.id is null, l.expires_at, l.available_at, l.id) - (l.remaining - l.held) as before
  from lot l
  join mine on l.account_id = mine.id
  left join own on own.id = l.id
  where l.remaining > 0 and l.remaining > l.held and (own.id is not null or l.available_at <= $10)
    and ($11::text <> 'only_pending' or own.id is not null and l.available_at > $10)
), dead as (
  select coalesce(-sum(p.amount), 0)::bigint - $12::bigint as points
  from own
  join ledger_tx t on t.key = 'expire/' || own.id
  join posting p on p.tx_id = t.id and p.lot_id = own.id
), gone as (
  select least(dead.points, greatest($4 - coalesce((select sum(free) from open where own), 0), 0))::bigint as points from dead
), taken as (
  select o.id, o.account_id, least(o.free, $4 - gone.points - o.before)::bigint as points
  from open o, gone where o.before < $4 - gone.points
), owing as (
  select ($4 - gone.points - coalesce((select sum(points) from taken), 0))::bigint as points from gone where $11::text = 'allow_negative'
), total as (
  select coalesce((select sum(points) from taken), 0)::bigint as taken, coalesce((select points from owing), 0)::bigint as owed
), part as (
  insert into award_part (tx_id, number, amount, taken, expired)
  select $13, $14, $4, total.taken + total.owed, gone.points from gone, total where $14::int > 0
), tx as (
  insert into ledger_tx (key, kind, campaign_id, version, receipt_id, reason, at, member_id)
  select $5, 'reverse', $6, $7, $8, $9, $10, ` + sharer + ` from total where taken + owed > 0
  returning id
), posted as (
  insert into posting (tx_id, account_id, lot_id, amount)
  select tx.id, t.account_id, t.id, -t.points from taken t, tx
  union all
  select tx.id, mine.id, null, -total.owed from total, mine, tx where total.owed > 0
  union all
  select tx.id, s.id, null, total.taken + total.owed from total, tx, account s where s.kind = 'issue' and s.currency = $2
), emptied as (
  update lot l set remaining = l.remaining - t.points from taken t, tx where l.id = t.id
), paid as (
  update account a set balance = a.balance - total.taken - total.owed, owed = a.owed + total.owed from total, mine, tx where a.id = mine.id
)
select gone.points as expired, total.taken + total.owed as taken, total.owed from gone, total`

// qBalance looks at the open lots of one account once, as the loading of a turn does.
const qBalance = `
select coalesce(lots.available, 0) - a.owed as points, coalesce(lots.held, 0) as held, coalesce(lots.pending, 0) as pending,
  lots.pending_from, lots.expires_at as next_expiry, coalesce(lots.points, 0) as next_points
from account a
left join lateral (
  select sum(d.points) filter (where d.live)::bigint as available, sum(d.held)::bigint as held,
    sum(d.pending) filter (where d.live)::bigint as pending, nullif(min(d.pending_from) filter (where d.live), 'infinity') as pending_from,
    (array_agg(d.day order by d.day) filter (where d.day > $3 and d.points > 0))[1] as expires_at,
    (array_agg(d.points order by d.day) filter (where d.day > $3 and d.points > 0))[1] as points
  from (
    select l.expires_at as day, coalesce(l.expires_at > $3, true) as live, sum(l.held)::bigint as held,
      sum(l.remaining - l.held) filter (where l.available_at <= $3)::bigint as points,
      sum(l.remaining - l.held) filter (where l.available_at > $3)::bigint as pending,
      min(l.available_at) filter (where l.available_at > $3) as pending_from
    from lot l where l.account_id = a.id and l.remaining > 0 group by 1
  ) d
) lots on true
where a.kind = 'member' and a.member_id = ` + owner + ` and a.currency = $2`

// qStatement counts the balance after an entry back from the balance of now, so that
// a page costs what lies between it and the newest entry. Of a master account a member
// sees what there was since they came, and of others how much, not for what. Where there are
// partners $4, it is what receipts made at them have moved.
const qStatement = `
with viewer as (
  select coalesce(master_id, id) as owner, coalesce(master_at, '-infinity') as since from member where id = $1
), page as (
  select p.id, p.account_id, p.tx_id, p.lot_id, p.amount from viewer v
  join account a on a.kind = 'member' and a.member_id = v.owner
  join posting p on p.account_id = a.id join ledger_tx t on t.id = p.tx_id
  where ($2::bigint = 0 or p.id < $2) and t.at >= v.since
    and (coalesce(cardinality($4::text[]), 0) = 0
      or (select w.partner from receipt_place w where w.receipt_id = t.receipt_id) = any($4))
  order by p.id desc limit $3
), newer as (
  select p.account_id, sum(p.amount) as points from viewer v
  join account a on a.kind = 'member' and a.member_id = v.owner join posting p on p.account_id = a.id
  where $2::bigint > 0 and p.id >= $2 group by p.account_id
)
select p.id, t.at, t.kind, case when who.id = $1 then t.reason else '' end as reason, who.id as member, coalesce(t.card, '') as card,
  case when who.id = $1 then coalesce(t.campaign_id, '') else '' end as campaign, case when who.id = $1 then coalesce(t.receipt_id, 0) else 0 end as receipt,
  a.currency, p.amount, l.expires_at,
  (a.balance - coalesce(newer.points, 0)
    - coalesce(sum(p.amount) over (partition by a.id order by p.id desc rows between unbounded preceding and 1 preceding), 0))::bigint as balance
from page p
join account a on a.id = p.account_id
left join newer on newer.account_id = p.account_id
join ledger_tx t on t.id = p.tx_id
cross join lateral (select coalesce(m.merged_into, m.id) as id from member m where m.id = coalesce(t.member_id, a.member_id)) who
left join lot l on l.id = p.lot_id
order by p.id desc`

const qPostings = `
select p.id, t.receipt_id, t.key, a.kind, a.currency, p.amount, t.at
from ledger_tx t
join posting p on p.tx_id = t.id
join account a on a.id = p.account_id
where t.receipt_id = any($1)
order by p.id`

// qLots leaves out what has expired and is not swept yet.
const qLots = `
select a.currency, l.remaining, l.held, greatest(l.available_at, '0001-01-02') as available_at, l.expires_at, l.thaws_available is not null as frozen
from account a join lot l on l.account_id = a.id
where a.kind = 'member' and a.member_id = ` + owner + ` and l.remaining > 0 and (l.expires_at > $2 or l.expires_at is null)
order by a.currency, l.expires_at nulls last, l.id limit $3`
