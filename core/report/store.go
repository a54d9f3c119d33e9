package report

// qPoints counts what the system's accounts gave and took from $1 until before $2, as
// the ledger's own check does.
const qPoints = `
select a.currency,
  coalesce(-sum(p.amount) filter (where a.kind = 'issue'), 0)::bigint as issued,
  coalesce(sum(p.amount) filter (where a.kind = 'redeem'), 0)::bigint as spent,
  coalesce(sum(p.amount) filter (where a.kind = 'expire'), 0)::bigint as expired
from ledger_tx t join posting p on p.tx_id = t.id join account a on a.id = p.account_id
where t.at >= $1 and t.at < $2 and a.kind <> 'member'
group by a.currency order by a.currency`

// qRegistered counts who registered from $2 until before $3 by their plain answer to
// field $1.
const qRegistered = `
select coalesce(m.answers #>> array[$1::text, 'plain'], '') as name, count(*) as members
from member m
where m.registered_at >= $2 and m.registered_at < $3 and m.merged_into is null
group by 1 order by 1`
