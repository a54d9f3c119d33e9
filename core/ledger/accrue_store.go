package ledger

// accruedRow is an accrual whose key was new.
type accruedRow struct {
	Place   int   `db:"place"`
	Account int64 `db:"account"`
	Owing   bool  `db:"owing"` // its account has a debt to pay
	Stale   bool  `db:"stale"` // its account has lots to sweep
}

// qEnsureAccounts makes the accounts that are not there yet, where the points of members
// $1 in currencies $2 lie, and where these points come from and go to: the statements that follow see them.
// Everybody makes accounts in this order, before any account is locked. That none of the
// system's is a member's is said for their index: without it all accounts are read.
const qEnsureAccounts = `
with system as (
  insert into account (kind, currency)
  select k.kind, c.currency
  from (select distinct unnest($2::text[]) as currency) c, (values ('expire'), ('issue')) k (kind)
  where not exists (select from account a where a.kind = k.kind and a.kind <> 'member' and a.currency = c.currency)
  order by c.currency, k.kind
  on conflict do nothing
)
insert into account (kind, currency, member_id)
select distinct 'member', w.currency, w.member
from (
  select g.currency, coalesce(m.master_id, g.member) as member
  from unnest($1::bigint[], $2::text[]) g (member, currency) left join member m on m.id = g.member
) w
where not exists (select from account a where a.kind = 'member' and a.member_id = w.member and a.currency = w.currency)
order by w.currency, w.member
on conflict do nothing`

// qAccrue takes the keys in their order, then the accounts of those that are new by
// ascending id. A lot that somebody opens while it waits for an account may stay stale
// until the next movement: it is the expiry's business, too. $13 is the last of $12.
const qAccrue = `
with given as (
  select g.*, coalesce(m.master_id, g.member) as owner, case when m.master_id is not null then m.id end as sharer,
    coalesce(g.available_at, '-infinity') as free
  from unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::bigint[], $6::timestamptz[], $7::timestamptz[],
    $8::text[], $9::int[], $10::bigint[], $11::text[], $12::timestamptz[], $14::text[], $15::bool[])
    g (key, place, member, currency, amount, expires_at, available_at, campaign, version, receipt, reason, at, card, frozen)
  left join member m on m.id = g.member
), tx as (
  insert into ledger_tx (key, kind, campaign_id, version, receipt_id, reason, at, member_id, card)
  select key, 'accrue', campaign, version, receipt, reason, at, sharer, card from given order by key
  on conflict (key) do nothing
  returning id, key
), fresh as materialized (
  select g.*, tx.id as tx_id from tx join given g on g.key = tx.key
), held as materialized (
  select a.id, a.member_id, a.currency, a.owed from account a
  join (select distinct owner, currency from fresh) w on a.member_id = w.owner and a.currency = w.currency
  where a.kind = 'member'
  order by a.id
  for no key update of a
), opened as (
  insert into lot (account_id, tx_id, amount, remaining, expires_at, available_at, member_id, thaws_available, thaws_expires)
  select h.id, f.tx_id, f.amount, f.amount, case when not f.frozen then f.expires_at end, case when f.frozen then 'infinity' else f.free end,
    f.sharer, case when f.frozen then f.free end, case when f.frozen then f.expires_at end
  from fresh f join held h on h.member_id = f.owner and h.currency = f.currency
  order by f.place
  returning id, account_id, tx_id, amount
), posted as (
  insert into posting (tx_id, account_id, lot_id, amount)
  select tx_id, account_id, id, amount from opened
  union all
  select o.tx_id, s.id, null, -o.amount
  from opened o join held h on h.id = o.account_id
  join account s on s.kind = 'issue' and s.kind <> 'member' and s.currency = h.currency
), paid as (
  update account a set balance = a.balance + p.points
  from (select account_id, sum(amount)::bigint as points from opened group by account_id) p
  where a.id = p.account_id
)
select f.place, h.id as account, h.owed > 0 as owing,
  coalesce(f.expires_at <= $13 and not f.frozen, false) or exists (
    select from lot l where l.account_id = h.id and l.remaining > 0 and l.remaining > l.held and l.expires_at <= $13) as stale
from fresh f join held h on h.member_id = f.owner and h.currency = f.currency`
