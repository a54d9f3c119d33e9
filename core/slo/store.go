package slo

const qVerdict = `
insert into verdict (receipt_id, channel, uploaded_at, day, at)
select r.id, coalesce(s.channel, 'desk'), r.uploaded_at, (r.uploaded_at at time zone r.zone)::date, $2
from receipt r left join subject s on s.id = r.subject_id
where r.id = $1
on conflict (receipt_id) do nothing`

// qStanding counts by the targets ($2, in microseconds) that were missed: receipts
// uploaded from day $1 on whose verdict is known, counted yet or not, and all that
// have none at $3. One statement sees every receipt in one of the three places.
const qStanding = `
select true as decided, missed, sum(receipts)::bigint as receipts from slo_day where day >= $1::date group by missed
union all
select true, (select count(*) from unnest($2::bigint[]) w(us) where v.at > v.uploaded_at + w.us * interval '1 microsecond')::int, count(*)
from verdict v where not v.counted and v.day >= $1::date group by 2
union all
select false, (select count(*) from unnest($2::bigint[]) w(us) where $3::timestamptz > r.uploaded_at + w.us * interval '1 microsecond')::int, count(*)
from receipt r where r.state in ('queued', 'waiting', 'manual') group by 2`

// qProbe finds when the next undecided receipt comes to the end of a target's time.
// Those that had passed it at the last look are behind.
const qProbe = `
select l.at as looked,
  exists (select from verdict where not counted) as uncounted,
  (select min(w.us * interval '1 microsecond' + (
     select min(uploaded_at) from receipt
     where state in ('queued', 'waiting', 'manual') and uploaded_at >= l.at - w.us * interval '1 microsecond'))
   from unnest($1::bigint[]) w(us)) as late,
  (select max(day) from slo_day) as last_day
from (select coalesce((select at from slo_look), 'epoch') as at) l`

const qLock = `select pg_try_advisory_xact_lock(hashtextextended('slo/look', 0))`

const qCount = `
with chosen as (
  select receipt_id from verdict where not counted order by receipt_id limit $1
), marked as (
  update verdict v set counted = true from chosen where v.receipt_id = chosen.receipt_id
  returning v.day, v.channel, v.at, v.uploaded_at
)
insert into slo_day (day, channel, missed, receipts, took_us)
select day, channel, (select count(*) from unnest($2::bigint[]) w(us) where at > uploaded_at + w.us * interval '1 microsecond')::int,
  count(*), sum(greatest(0, extract(epoch from at - uploaded_at) * 1000000))::bigint
from marked group by 1, 2, 3
on conflict (day, channel, missed) do update set
  receipts = slo_day.receipts + excluded.receipts, took_us = slo_day.took_us + excluded.took_us`

const qLooked = `insert into slo_look (at) values ($1) on conflict (single) do update set at = excluded.at`

const qBegin = `
insert into slo_breach (target, began_at, met, judged) values ($1, $2, $3, $4)
on conflict (target) where ended_at is null do nothing`

const qEnd = `update slo_breach set ended_at = $2 where target = $1 and ended_at is null`

// qUploaded counts the receipts uploaded from $1 until before $2 as qStanding does at $4.
// offset 0 keeps the verdicts from being read all, to find those of a day.
const qUploaded = `
select v.at is not null as decided,
  (select count(*) from unnest($3::bigint[]) w(us) where coalesce(v.at, $4::timestamptz) > r.uploaded_at + w.us * interval '1 microsecond')::int as missed,
  count(*) as receipts
from receipt r left join lateral (select at from verdict where receipt_id = r.id offset 0) v on true
where r.uploaded_at >= $1 and r.uploaded_at < $2 and (v.at is not null or r.state in ('queued', 'waiting', 'manual'))
group by 1, 2`

const qDays = `
select day, channel, missed, receipts from slo_day where day >= $1::date order by day desc, channel, missed`

const qTotals = `
select channel, missed, sum(receipts)::bigint as receipts, sum(took_us)::bigint as took_us from slo_day group by channel, missed`

const qBreaches = `
select target, began_at, met, judged, ended_at from slo_breach order by id desc limit $1`
