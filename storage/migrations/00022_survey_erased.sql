-- +goose Up
-- A number or a day may be of somebody, such as a birthday, where an option and a
-- mark are of nobody: at an erasure they go. Rows of before are told apart by what
-- they look like; no mark is above 10.
alter table survey_answer add column figure boolean not null default false;
update survey_answer set figure = true
where given[1] ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' or given[1] ~ '^-?[0-9]+$' and given[1] !~ '^([0-9]|10)$';

-- Nor does anything lead from an answer to whoever was erased.
alter table survey_answer alter column subject_id drop not null;
drop index survey_answer_written;
create index survey_answer_subject on survey_answer (subject_id);
create index survey_response_completed_by on survey_response (completed_by);

-- Those who were erased before this.
update survey_response r set completed_by = null
where member_id is null or exists (select from subject s where s.id = r.completed_by and s.wrapped_key is null);
update survey_answer a set written = null, given = case when figure then '{}' else given end, subject_id = null
where exists (select from survey_response r where r.id = a.response_id and r.member_id is null)
  or exists (select from subject s where s.id = a.subject_id and s.wrapped_key is null);
