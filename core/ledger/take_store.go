package ledger

type pointsRow struct {
	Points int64 `db:"points"`
}

const qEnsureRedeem = `
insert into account (kind, currency)
select 'redeem', $1 where not exists (select from account where kind = 'redeem' and currency = $1)
on conflict do nothing`

// qTakeFree takes $3 out of the lots of a locked account, but never what is owed.
const qTakeFree = spendable + `, wanted as (
  select least($3::bigint, (select sum(free) from open) - mine.owed)::bigint as points from mine
), taken as (
  select o.id, o.account_id, least(o.free, w.points - o.before)::bigint as points from open o, wanted w where o.before < w.points
), tx as (
  insert into ledger_tx (key, kind, reason, at, member_id)
  select $5, 'tier', $6, $4, ` + sharer + ` from taken having count(*) > 0
  on conflict (key) do nothing
  returning id
), posted as (
  insert into posting (tx_id, account_id, lot_id, amount)
  select tx.id, t.account_id, t.id, -t.points from taken t, tx
  union all
  select tx.id, s.id, null, sum(t.points)::bigint from taken t, tx, account s
  where s.kind = 'redeem' and s.currency = $2 group by tx.id, s.id
), emptied as (
  update lot l set remaining = l.remaining - t.points from taken t, tx where l.id = t.id
), left_over as (
  update account a set balance = a.balance - (select sum(points) from taken) from mine, tx where a.id = mine.id
)
select coalesce((select sum(taken.points)::bigint from taken, tx), 0)::bigint as points`
