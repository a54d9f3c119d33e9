-- +goose Up

-- The one-time code that a subject waits for, to prove the number it typed: only what
-- a keyed hash says of it. The next one takes its place.
create table phone_code (
  subject_id   bigint primary key references subject,
  number_index bytea not null,           -- HMAC of the E.164 number it was sent to
  sealed       bytea not null,           -- that number, under the subject's key
  code_hash    bytea not null,
  tries        int not null default 0,
  expires_at   timestamptz not null
);

-- Codes sent, for the limits. Older than a day they are forgotten.
create table phone_code_sent (
  id           bigint generated always as identity primary key,
  subject_id   bigint not null references subject,
  number_index bytea not null,
  at           timestamptz not null
);
create index phone_code_sent_at on phone_code_sent (at);
create index phone_code_sent_subject on phone_code_sent (subject_id, at);
create index phone_code_sent_number on phone_code_sent (number_index, at);
