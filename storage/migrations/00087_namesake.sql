-- +goose Up

-- Who has which name together with which day of the profile: an HMAC of both, and not of
-- the name alone, which could be guessed by how often it comes.
create table namesake (
  member_id bigint not null references member,
  field     text not null,               -- of the day
  mark      bytea not null,
  primary key (member_id, field)
);
create index namesake_mark on namesake (mark);

-- Members whose names or days have changed since they were marked; at first everybody who
-- has told anything.
create table namesake_due (member_id bigint primary key references member);
insert into namesake_due select id from member where answers <> '{}';

alter table member_pair
  drop constraint member_pair_reason_check,
  add constraint member_pair_reason_check check (reason in ('recycled', 'claim', 'undone', 'namesake', 'card'));
