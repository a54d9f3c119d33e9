package ledger

// qRepay pays what accounts $1, which are locked, owe out of their lots at $2, in the
// order of spending, pending ones too. Its key names the newest posting before it.
const qRepay = `
with debtor as (
  select a.id, a.owed, (select max(p.id) from posting p where p.account_id = a.id) as newest from account a where a.id = any($1) and a.owed > 0
), open as (
  select l.id, l.account_id, l.remaining - l.held as free, d.owed,
    sum(l.remaining - l.held) over (partition by l.account_id order by l.expires_at, l.available_at, l.id) - (l.remaining - l.held) as before
  from lot l join debtor d on d.id = l.account_id
  where l.remaining > 0 and l.remaining > l.held and (l.expires_at is null or l.expires_at > $2)
), taken as (
  select id, account_id, least(free, owed - before)::bigint as points from open where before < owed
), paid as (
  select account_id, sum(points)::bigint as points from taken group by account_id
), tx as (
  insert into ledger_tx (key, kind, at)
  select 'repay/' || d.id || '/' || d.newest, 'repay', $2 from debtor d join paid on paid.account_id = d.id order by d.id
  returning id, key
), done as (
  select tx.id as tx_id, d.id as account_id from tx join debtor d on tx.key = 'repay/' || d.id || '/' || d.newest
), posted as (
  insert into posting (tx_id, account_id, lot_id, amount)
  select done.tx_id, t.account_id, t.id, -t.points from taken t join done on done.account_id = t.account_id
  union all
  select done.tx_id, paid.account_id, null, paid.points from paid join done on done.account_id = paid.account_id
), emptied as (
  update lot l set remaining = l.remaining - t.points from taken t where l.id = t.id
)
update account a set owed = a.owed - paid.points from paid where a.id = paid.account_id`

// qMoveDebt moves what account $1 owes to $2; both are locked.
const qMoveDebt = `
with old as (
  select owed, (select max(p.id) from posting p where p.account_id = $1) as newest from account where id = $1 and owed > 0
), tx as (
  insert into ledger_tx (key, kind, at)
  select 'merge/' || $1::bigint || '/' || $2::bigint || '/owed/' || newest, 'merge', $3 from old
  returning id
), posted as (
  insert into posting (tx_id, account_id, amount)
  select tx.id, $1::bigint, old.owed from old, tx
  union all
  select tx.id, $2::bigint, -old.owed from old, tx
)
update account a set owed = case a.id when $2 then a.owed + old.owed else 0 end,
  balance = a.balance + case a.id when $2 then -old.owed else old.owed end
from old where a.id in ($1, $2)`
