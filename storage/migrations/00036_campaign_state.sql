-- +goose Up

-- A draft earns nothing until it is begun. The version that it has then is its
-- first, and holds from the beginning of its period; what was tried out before never
-- held.
alter table campaign
  drop constraint campaign_state_check,
  add constraint campaign_state_check check (state in ('draft', 'active', 'paused', 'archived')),
  add column first_version int,           -- null: it was never begun
  add column changed_at    timestamptz;   -- when a person last changed its state
update campaign set first_version = 1;
alter table campaign add constraint campaign_begun check (state in ('draft', 'archived') or first_version is not null);

create or replace view campaign_span as
select v.campaign_id, v.version,
  coalesce(case when v.version > c.first_version then greatest(v.begins, v.valid_from) else v.begins end, '-infinity') as opens,
  least(v.ends, v.valid_to) as closes
from campaign c join campaign_version v on v.campaign_id = c.id
where c.state = 'active' and v.version >= c.first_version;
