-- +goose Up
-- What a member answered to a survey: one response each, under the survey's name,
-- whatever release asked. Who is erased leaves their response to nobody.
create table survey_response (
  id           bigint generated always as identity primary key,
  survey       text not null,
  member_id    bigint references member,      -- null once erased
  channel      text not null,                 -- where it was begun
  segments     text[] not null default '{}',  -- that held then
  started_at   timestamptz not null,
  completed_at timestamptz,
  completed_by bigint references subject,     -- who gave the last answer
  reward       bigint not null default 0 check (reward >= 0), -- minor units, promised when it was completed
  reward_ttl   text not null default '',      -- how long they live, such as P6M
  reward_why   text not null default '',      -- as the statement shows it
  rewarded_at  timestamptz,                   -- null while the member is not registered
  unique (survey, member_id)
);
create index survey_response_page on survey_response (survey, id);
create index survey_response_member on survey_response (member_id);
create index survey_response_held on survey_response (member_id) where reward > 0 and rewarded_at is null;

-- A fact about nobody in particular is plain; what was written in words is sealed
-- under the key of the subject who wrote it.
create table survey_answer (
  response_id bigint not null references survey_response on delete cascade,
  question    text not null,
  subject_id  bigint not null references subject,
  passed      boolean not null default false, -- the question needed no answer and got none
  given       text[] not null default '{}',   -- options, a number or a day
  written     bytea,                          -- null of what was erased, too
  at          timestamptz not null,
  primary key (response_id, question)
);
create index survey_answer_written on survey_answer (subject_id) where written is not null;
