-- +goose Up

-- What a member told, by profile field: who of their subjects (by), when (at),
-- and the answer itself: plain, a fact for segments, or sealed under that
-- subject's key, in base64. Every turn reads them all, and rarely writes one.
alter table member
  add column answers jsonb not null default '{}',
  set (fillfactor = 70);
update member m set answers = told.answers
from (
  select member_id, jsonb_object_agg(field, jsonb_strip_nulls(jsonb_build_object(
    'by', subject_id, 'at', at, 'plain', plain, 'sealed', replace(encode(sealed, 'base64'), E'\n', '')))) as answers
  from answer group by member_id
) told
where m.id = told.member_id;
drop table answer;
