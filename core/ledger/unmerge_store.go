package ledger

const qUnmoveHeld = `
select exists (select from lot where id = any ($1::bigint[]) and held > 0)
  or exists (select from hold where id = any ($2::bigint[]) and state = 'open')`

const qUnmoveSum = `
select coalesce(sum(remaining), 0)::bigint from lot where account_id = $1 and id = any ($2::bigint[])`

// qUnmove moves what is left of lots $4 from account $1 to $2, as qMove does: neither
// account is shared, and nothing of the lots is held.
const qUnmove = `
with old as materialized (
  select o.*, nextval(pg_get_serial_sequence('lot', 'id')) as new_id
  from (
    select id, remaining, available_at, expires_at, reminded, coalesce(origin_id, id) as origin_id, thaws_available, thaws_expires
    from lot where account_id = $1 and id = any ($4::bigint[]) and remaining > 0 order by expires_at, available_at, id
  ) o
), tx as (
  insert into ledger_tx (key, kind, at)
  select 'merge/' || $1::bigint || '/' || $2::bigint || '/' || max(id), 'unmerge', $3 from old having count(*) > 0
  returning id
), new as (
  insert into lot (id, account_id, tx_id, amount, remaining, available_at, expires_at, reminded, origin_id, thaws_available, thaws_expires) overriding system value
  select old.new_id, $2, tx.id, old.remaining, old.remaining, old.available_at, old.expires_at, old.reminded, old.origin_id,
    old.thaws_available, old.thaws_expires
  from old, tx
), posted as (
  insert into posting (tx_id, account_id, lot_id, amount)
  select tx.id, $1::bigint, old.id, -old.remaining from old, tx
  union all
  select tx.id, $2::bigint, old.new_id, old.remaining from old, tx
), emptied as (
  update lot set remaining = 0 from old where lot.id = old.id
)
update account a set balance = a.balance + case a.id when $2 then o.points else -o.points end
from (select sum(remaining) as points from old having count(*) > 0) o
where a.id in ($1, $2)`

const qUnmoveHolds = `update hold set account_id = $2 where account_id = $1 and id = any ($3::bigint[])`
