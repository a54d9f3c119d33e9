-- +goose Up

-- Why nothing is heard or sent by an account until somebody acts, as the process that
-- listens says: pages of every process show it. It names no person.
create table account_trouble (
  account text primary key,
  what    text not null,
  since   timestamptz not null
);
