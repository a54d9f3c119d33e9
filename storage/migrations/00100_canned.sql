-- +goose Up

-- What the staff keep ready to say: one's own, or (staff_id null) the whole team's. It is
-- their text and names nobody: what it says of a person stands in it by name, {balance}.
create table canned (
  id       bigint generated always as identity primary key,
  staff_id bigint references staff,
  name     text not null,
  text     text not null,
  at       timestamptz not null,
  unique nulls not distinct (staff_id, name)
);
