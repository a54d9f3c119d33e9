-- +goose Up

-- Whom of the staff Telegram's number belongs to: a member of the staff's group is one of
-- the staff by this, never by sitting there.
create table staff_telegram (
  staff_id  bigint primary key references staff,
  user_id   bigint not null unique,
  linked_at timestamptz not null
);

-- A code proves a number once; a new one takes the place of the one before.
create table staff_telegram_code (
  staff_id   bigint primary key references staff,
  code_hash  bytea not null unique,
  expires_at timestamptz not null
);
