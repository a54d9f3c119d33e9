package campaign

import (
	"time"

	"besedka/core/campaign/rules"
)

type counterRow struct {
	Campaign string        `db:"campaign_id"`
	Limit    string        `db:"limit_id"`
	Kind     rules.Subject `db:"kind"`
	Subject  string        `db:"subject"`
	Period   string        `db:"period"`
	Used     int64         `db:"used"`
}

func (r counterRow) key() rules.Counter {
	return rules.Counter{Campaign: r.Campaign, Limit: r.Limit, Of: r.Kind, Window: r.Period}
}

// wanted are the counters of the arrays $1 to $5.
const wanted = `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as w (campaign_id, limit_id, kind, subject, period)`

const qCounters = `
insert into campaign_counter (campaign_id, limit_id, kind, subject, period)
select * from ` + wanted + ` order by 1, 2, 3, 4, 5
on conflict do nothing`

const qLockCounters = `
select c.campaign_id, c.limit_id, c.kind, c.subject, c.period, c.used
from ` + wanted + ` join campaign_counter c using (campaign_id, limit_id, kind, subject, period)
order by 1, 2, 3, 4, 5
for update of c`

const qUsed = `
select c.campaign_id, c.limit_id, c.kind, c.subject, c.period, c.used
from ` + wanted + ` join campaign_counter c using (campaign_id, limit_id, kind, subject, period)`

// qAddUsed locks in the order of qLockCounters, too: a reversal holds none before.
const qAddUsed = `
with held as (
  select c.id, w.amount
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]) as w (campaign_id, limit_id, kind, subject, period, amount)
  join campaign_counter c using (campaign_id, limit_id, kind, subject, period)
  order by c.campaign_id, c.limit_id, c.kind, c.subject, c.period
  for update of c
)
update campaign_counter c set used = greatest(c.used + h.amount, 0) from held h where c.id = h.id`

const qMergeCounters = `
with gone as (
  delete from campaign_counter where kind = 'member' and subject = $1 returning campaign_id, limit_id, period, used
)
insert into campaign_counter (campaign_id, limit_id, kind, subject, period, used)
select campaign_id, limit_id, 'member', $2, period, used from gone order by campaign_id, limit_id, period
on conflict (campaign_id, limit_id, kind, subject, period) do update set used = campaign_counter.used + excluded.used`

type standingRow struct {
	Campaign string     `db:"campaign_id"`
	Version  int        `db:"version"`
	Points   int64      `db:"points"`
	Expires  *time.Time `db:"expires_at"`
	Brought  []byte     `db:"brought"`
	Uses     []byte     `db:"uses"`
	Trace    []byte     `db:"trace"`
}

const qStanding = `
select campaign_id, version, points, expires_at, brought, uses, trace from evaluation where receipt_id = $1 order by campaign_id`
