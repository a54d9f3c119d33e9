package ledger

const qOwner = `select coalesce(master_id, id) from member where id = $1`

// qShare is for whoever shares nothing yet, and with a member who shares no other's.
const qShare = `
update member set master_id = $2, master_at = $3
where id = $1 and master_id is null
  and not exists (select from member m where m.master_id = $1) and exists (select from member h where h.id = $2 and h.master_id is null)`

const qUnshare = `update member set master_id = null, master_at = null where id = $1`

const qCurrencies = `select distinct currency from account where kind = 'member' and member_id = any($1) order by currency`

const qEnsureOwn = `
insert into account (kind, currency, member_id) select 'member', $1, id from unnest($2::bigint[]) id order by id
on conflict (member_id, currency) where kind = 'member' do nothing`

const qLockOwn = `
select id, member_id as member from account where kind = 'member' and currency = $1 and member_id = any($2)
order by id
for no key update`

const qOwes = `select exists (select from account where kind = 'member' and member_id = any($1) and owed > 0)`

// qLockAll locks the accounts on which the points of member $1 lie.
const qLockAll = `select id from account where kind = 'member' and member_id = ` + owner + ` order by id for no key update`

// qLockShared locks the accounts of others on which there is something of member $1.
const qLockShared = `
select id from account
where id in (select account_id from lot where member_id = $1 union select account_id from hold where member_id = $1)
order by id for no key update`

const qRenameLots = `
update lot l set member_id = nullif($2::bigint, a.member_id) from account a where a.id = l.account_id and l.member_id = $1`

const qRenameHolds = `
update hold h set member_id = nullif($2::bigint, a.member_id) from account a where a.id = h.account_id and h.member_id = $1`

// qTake takes from the locked account $1 to $2, which is of $6, with $5 what is free of
// member $3's own lots and what they have reserved of nothing but these; without it what
// is frozen of them. What is reserved otherwise stays: it is given back where it lies.
const qTake = `
with going as (
  select h.id from hold h
  where $5 and h.account_id = $1 and h.member_id = $3 and h.state = 'open'
    and not exists (select from hold_part p join lot l on l.id = p.lot_id where p.hold_id = h.id and l.member_id is distinct from $3)
), mine as (
  select p.lot_id, sum(p.amount)::bigint as held from going g join hold_part p on p.hold_id = g.id group by p.lot_id
), old as materialized (
  select o.*, nextval(pg_get_serial_sequence('lot', 'id')) as new_id
  from (
    select l.id, (case when $5 or l.thaws_available is not null then l.remaining - l.held else 0 end + coalesce(mine.held, 0))::bigint as points,
      coalesce(mine.held, 0) as held, l.available_at, l.expires_at, l.reminded, l.thaws_available, l.thaws_expires, coalesce(l.origin_id, l.id) as origin_id
    from lot l left join mine on mine.lot_id = l.id
    where l.account_id = $1 and l.remaining > 0 and l.member_id = $3 order by l.expires_at, l.available_at, l.id
  ) o where o.points > 0
), tx as (
  insert into ledger_tx (key, kind, at, member_id)
  select 'part/' || $1::bigint || '/' || $2::bigint || '/' || max(new_id), 'part', $4, $3 from old having count(*) > 0
  returning id
), new as (
  insert into lot (id, account_id, tx_id, amount, remaining, held, available_at, expires_at, reminded, thaws_available, thaws_expires, origin_id, member_id) overriding system value
  select o.new_id, $2, tx.id, o.points, o.points, o.held, o.available_at, o.expires_at, o.reminded, o.thaws_available, o.thaws_expires, o.origin_id, nullif($3::bigint, $6) from old o, tx
), posted as (
  insert into posting (tx_id, account_id, lot_id, amount)
  select tx.id, $1::bigint, o.id, -o.points from old o, tx
  union all
  select tx.id, $2::bigint, o.new_id, o.points from old o, tx
), emptied as (
  update lot l set remaining = l.remaining - o.points, held = l.held - o.held from old o where l.id = o.id
), followed as (
  update hold_part p set lot_id = o.new_id from old o, going g where p.lot_id = o.id and p.hold_id = g.id
), owned as (
  update hold set account_id = $2, member_id = nullif($3::bigint, $6) where id in (select id from going)
)
update account a set balance = a.balance + case a.id when $2 then o.points else -o.points end
from (select sum(points)::bigint as points from old having count(*) > 0) o
where a.id in ($1, $2)`

// qStrays are whose own points lie free on accounts $1 that they do not share any more:
// they were reserved when they left.
const qStrays = `
select distinct a.member_id as head, a.currency, l.member_id as stray, coalesce(m.master_id, m.id) as owner
from lot l join account a on a.id = l.account_id join member m on m.id = l.member_id
where l.account_id = any($1) and l.remaining > 0 and l.remaining > l.held and m.master_id is distinct from a.member_id
order by 1, 2, 3`

// qLeaveLots is of who has left without their own: it is the account's own member's.
const qLeaveLots = `update lot set member_id = null where account_id = $1 and member_id = $2`

// qThaw counts days from the lot's own midnight, as giving does.
const qThaw = `
update lot l set available_at = l.thaws_available, thaws_available = null, thaws_expires = null, expires_at = case
  when l.thaws_expires <= $3 then l.thaws_expires + (floor(extract(epoch from $3::timestamptz - l.thaws_expires) / 86400) + 15) * interval '24 hours'
  else l.thaws_expires end
from account a
where l.account_id = any($1) and l.thaws_available is not null and a.id = l.account_id and coalesce(l.member_id, a.member_id) = $2`

const qCheckLotMember = `
select $1::text as rule, 'lot ' || l.id as object, l.member_id as got, a.member_id as want
from lot l
join account a on a.id = l.account_id
left join member m on m.id = l.member_id and m.master_id = a.member_id
where l.member_id is not null and m.id is null and l.remaining > l.held
order by l.id
limit $2`
