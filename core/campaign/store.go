package campaign

import "time"

type versionRow struct {
	Campaign string `db:"campaign_id"`
	Version  int    `db:"version"`
	Hash     []byte `db:"hash"`
	Zone     string `db:"zone"`
	Terms    []byte `db:"terms"` // nil of a version from before they were kept
}

func (r versionRow) edition() edition { return edition{hash: [32]byte(r.Hash), zone: r.Zone} }

func (r versionRow) reading() reading { return reading{r.edition(), string(r.Terms)} }

const qLockCurrent = `
select campaign_id, version, hash, zone, convert_to(terms::text, 'UTF8') as terms from campaign_version
where valid_to is null
order by campaign_id
for update`

const qContent = `insert into content (hash, body) values ($1, $2) on conflict do nothing`

// qCampaign begins what nobody has declared a draft before its file was published.
const qCampaign = `insert into campaign (id, state, first_version) values ($1, 'active', 1) on conflict do nothing`

const qEndCurrent = `update campaign_version set valid_to = $2 where campaign_id = $1 and valid_to is null`

const qNewVersion = `
insert into campaign_version (campaign_id, version, hash, zone, valid_from, begins, ends, terms, earns)
select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7::json, $8 from campaign_version where campaign_id = $1`

// qPeriod is for versions that were published before periods were kept, and before it
// was whether they bring anything.
const qPeriod = `
update campaign_version set begins = coalesce(begins, $3), ends = case when begins is null then $4 else ends end, earns = $5
where campaign_id = $1 and version = $2 and (begins is null or earns <> $5)`

const versionsAt = `
select v.campaign_id, v.version, v.hash, v.zone, convert_to(v.terms::text, 'UTF8') as terms
from campaign c
join campaign_version v on v.campaign_id = c.id
where c.state = 'active' and v.version >= c.first_version
  and (v.version = c.first_version or v.valid_from <= $1)
  and (v.valid_to is null or v.valid_to > $1)`

const qVersionsAt = versionsAt + ` order by v.campaign_id`

// qVersionsAndDrafts is of simulations: what was not begun is as if it were begun now.
const qVersionsAndDrafts = versionsAt + `
union all
select v.campaign_id, v.version, v.hash, v.zone, convert_to(v.terms::text, 'UTF8')
from campaign c
join campaign_version v on v.campaign_id = c.id
where c.state = 'draft' and v.valid_to is null
order by campaign_id`

const qText = `select body from content where hash = $1`

const qDecided = `select receipt_id from award where receipt_id = any($1)`

type receiptRow struct {
	Receipt int64 `db:"receipt_id"`
}

const qAward = `insert into award (receipt_id, facts, at) values ($1, $2, $3)`

const qEvaluations = `
insert into evaluation (receipt_id, campaign_id, version, points, expires_at, brought, uses, trace, at)
select $1, e.campaign, e.version, e.points, e.expires, e.brought::jsonb, e.uses::jsonb, e.trace, $9
from unnest($2::text[], $3::int[], $4::bigint[], $5::timestamptz[], $6::text[], $7::text[], $8::bytea[])
  as e (campaign, version, points, expires, brought, uses, trace)`

type awardRow struct {
	Receipt int64     `db:"receipt_id"`
	Facts   []byte    `db:"facts"`
	At      time.Time `db:"at"`
}

const qAwardsOf = `select receipt_id, facts, at from award where receipt_id = any($1)`

const qVersion = `
select campaign_id, version, hash, zone, convert_to(terms::text, 'UTF8') as terms
from campaign_version where campaign_id = $1 and version = $2`

type memberRow struct {
	Registered  *time.Time `db:"registered_at"`
	Consents    []string   `db:"consents"`
	Answers     []byte     `db:"answers"`
	Receipts    int64      `db:"receipts"`
	Checking    int64      `db:"checking"`
	LastReceipt *time.Time `db:"last_receipt_at"`
	Tier        string     `db:"-"` // at the purchase; "" without tiers
}

// qMember holds the member's figures, so that of two receipts that are credited at once
// the second sees what the first has changed: only one of them is the first.
const qMember = `
with st as (
  select receipts, checking, last_receipt_at from member_stat where member_id = $1 for no key update
)
select m.registered_at, m.consents, m.answers, coalesce(st.receipts, 0) as receipts, coalesce(st.checking, 0) as checking, st.last_receipt_at
from member m left join st on true
where m.id = $1`

// qDeclare makes a draft of what was not published yet.
const qDeclare = `insert into campaign (id, state, changed_at) values ($1, 'draft', $2) on conflict do nothing`

const qHoldState = `select state from campaign where id = $1 for update`

// qState fixes the first version when the campaign is begun: the one that it has now,
// or will have first.
const qState = `
update campaign set state = $2, changed_at = $3,
  first_version = case when $2 = 'active'
    then coalesce(first_version, (select max(version) from campaign_version where campaign_id = $1), 1) else first_version end
where id = $1`

const qList = `
select c.id, c.state, c.changed_at, coalesce(v.version, 0) as version, v.valid_from, v.valid_to, v.begins, v.ends
from campaign c
left join lateral (
  select * from campaign_version v where v.campaign_id = c.id order by v.version desc limit 1
) v on true
where c.id > $1
order by c.id
limit $2`
