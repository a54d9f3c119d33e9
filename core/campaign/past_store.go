package campaign

import "time"

type pastRow struct {
	Receipt int64     `db:"id"`
	Bought  time.Time `db:"purchased_at"`
	Member  int64     `db:"member_id"`
	Facts   []byte    `db:"facts"`
}

// qPast is of all that was credited as it was bought, whatever came back of it later.
const qPast = `
select r.id, r.purchased_at, coalesce(m.merged_into, m.id) as member_id, a.facts
from receipt r join member m on m.id = r.member_id join award a on a.receipt_id = r.id
where r.state in ('credited', 'partially_refunded', 'refunded') and (r.purchased_at, r.id) > ($1, $2) and r.purchased_at < $3
order by r.purchased_at, r.id
limit $4`

const qInForce = `
select v.campaign_id, v.version, v.hash, v.zone, convert_to(v.terms::text, 'UTF8') as terms
from campaign c join campaign_version v on v.campaign_id = c.id
where c.state = 'active' and v.valid_to is null
order by v.campaign_id`

const qDraft = `
select v.campaign_id, v.version, v.hash, v.zone, convert_to(v.terms::text, 'UTF8') as terms
from campaign c join campaign_version v on v.campaign_id = c.id
where c.id = $1 and c.state = 'draft'
order by v.version desc
limit 1`
