-- +goose Up

-- The period of the terms, as instants; read from their text when they are
-- published, so that a submission need not read it again.
alter table campaign_version
  add column begins timestamptz,         -- null: published before periods were kept
  add column ends   timestamptz;         -- exclusive; null = no end

-- When purchases fall under which version of the active campaigns: from opens
-- on, before closes (null = without end). The first version holds from the
-- beginning of its period, however late it was published.
create view campaign_span as
select v.campaign_id, v.version,
  coalesce(case when v.version > 1 then greatest(v.begins, v.valid_from) else v.begins end, '-infinity') as opens,
  least(v.ends, v.valid_to) as closes
from campaign c join campaign_version v on v.campaign_id = c.id
where c.state = 'active';

-- Who submits holds the member and the subject in the same transaction, and makes
-- the receipt in the same statement; none of them is ever deleted. A foreign key
-- would look each of them up again, a fifth of what a submission costs.
alter table submission
  drop constraint submission_receipt_id_fkey,
  drop constraint submission_member_id_fkey,
  drop constraint submission_subject_id_fkey;
alter table receipt drop constraint receipt_subject_id_fkey;
alter table member_stat drop constraint member_stat_member_id_fkey;
