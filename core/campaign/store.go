package campaign

type versionRow struct {
	Campaign string `db:"campaign_id"`
	Version  int    `db:"version"`
	Hash     []byte `db:"hash"`
	Zone     string `db:"zone"`
}

func (r versionRow) edition() edition { return edition{hash: [32]byte(r.Hash), zone: r.Zone} }

type traceRow struct {
	Trace []byte `db:"trace"`
}

const qLockCurrent = `
select campaign_id, version, hash, zone from campaign_version
where valid_to is null
order by campaign_id
for update`

const qContent = `insert into content (hash, body) values ($1, $2) on conflict do nothing`

const qCampaign = `insert into campaign (id) values ($1) on conflict do nothing`

const qEndCurrent = `update campaign_version set valid_to = $2 where campaign_id = $1 and valid_to is null`

const qNewVersion = `
insert into campaign_version (campaign_id, version, hash, zone, valid_from, begins, ends)
select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6 from campaign_version where campaign_id = $1`

// qPeriod is for versions that were published before periods were kept.
const qPeriod = `
update campaign_version set begins = $3, ends = $4 where campaign_id = $1 and version = $2 and begins is null`

const qVersionsAt = `
select v.campaign_id, v.version, v.hash, v.zone
from campaign c
join campaign_version v on v.campaign_id = c.id
where c.state = 'active'
  and (v.version = 1 or v.valid_from <= $1)
  and (v.valid_to is null or v.valid_to > $1)
order by v.campaign_id`

const qText = `select body from content where hash = $1`

const qEvaluation = `
insert into evaluation (receipt_id, campaign_id, version, points, expires_at, trace, at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (receipt_id, campaign_id) do nothing`

const qTraces = `
select e.trace from evaluation e
join receipt r on r.id = e.receipt_id
where e.receipt_id = $1 and r.member_id = $2 and r.state = 'credited'
order by e.campaign_id`

// orNull is nil for a zero value.
func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
