package ledger

const qRemindDue = `
select distinct account_id as id from (
  select account_id from lot where remaining > held and not reminded and expires_at is not null and expires_at <= $1
  order by expires_at limit $2
) due`

const qRemind = `
with told as (
  update lot set reminded = true
  where account_id = any($1) and remaining > 0 and remaining > held and not reminded and expires_at <= $2
  returning account_id, member_id, tx_id, expires_at, available_at, remaining - held as points
)
select t.account_id, coalesce(t.member_id, a.member_id) as member, a.currency, t.expires_at, sum(t.points)::bigint as points
from told t join account a on a.id = t.account_id join ledger_tx x on x.id = t.tx_id
where t.expires_at > $3 and greatest(t.available_at, x.at) < t.expires_at - $4::interval
group by t.account_id, coalesce(t.member_id, a.member_id), a.currency, t.expires_at
order by t.account_id, member, t.expires_at`

const qEarliestReminder = `
select min(expires_at) from lot where remaining > held and not reminded and expires_at is not null`
