-- +goose Up

-- A campaign that caps redemptions and rewards nothing takes no purchase: a receipt
-- that only such campaigns cover is out of their period, as it is without them.
alter table campaign_version add column earns boolean not null default true;

create or replace view campaign_span as
select v.campaign_id, v.version,
  coalesce(case when v.version > c.first_version then greatest(v.begins, v.valid_from) else v.begins end, '-infinity') as opens,
  least(v.ends, v.valid_to) as closes
from campaign c join campaign_version v on v.campaign_id = c.id
where c.state = 'active' and v.version >= c.first_version and v.earns;
