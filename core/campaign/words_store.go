package campaign

type wordedRow struct {
	standingRow
	Hash  []byte `db:"hash"`
	Zone  string `db:"zone"`
	Terms []byte `db:"terms"`
}

func (r wordedRow) version() versionRow {
	return versionRow{Campaign: r.Campaign, Version: r.Version, Hash: r.Hash, Zone: r.Zone, Terms: r.Terms}
}

const qWorded = `
select e.campaign_id, e.version, e.points, e.expires_at, e.brought, e.uses, e.trace, v.hash, v.zone, convert_to(v.terms::text, 'UTF8') as terms
from evaluation e
join receipt r on r.id = e.receipt_id
join campaign_version v on v.campaign_id = e.campaign_id and v.version = e.version
where e.receipt_id = $1 and r.state = 'credited' and ($2 = 0 or r.member_id = $2)
order by e.campaign_id`
