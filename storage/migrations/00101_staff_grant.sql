-- +goose Up

-- Points that the staff gave within the limit of their role, for the limit.
create table staff_grant (
  id        bigint generated always as identity primary key,
  staff_id  bigint not null references staff,
  member_id bigint not null,
  amount    bigint not null check (amount > 0), -- of bonuses, minor units
  at        timestamptz not null
);
create index staff_grant_day on staff_grant (staff_id, at);
