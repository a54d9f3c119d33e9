-- +goose Up

-- A person of the staff who has signed in on the pages, in one browser. Its token is
-- nowhere but there: only a hash of it is kept.
create table staff_session (
  id         bigint generated always as identity primary key,
  token_hash bytea not null unique,
  staff_id   bigint not null references staff,
  way        text not null check (way in ('passkey', 'password', 'recovery', 'invitation')),
  device     text not null,              -- browser and system, in two words
  started_at timestamptz not null,
  seen_at    timestamptz not null,       -- to the minute
  ended_at   timestamptz
);
create index staff_session_open on staff_session (staff_id) where ended_at is null;
create index staff_session_started on staff_session (started_at);

-- Links that let a person in once, to set how they sign in from then on.
create table staff_invitation (
  token_hash bytea primary key,
  staff_id   bigint not null references staff,
  made_at    timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz
);
create index staff_invitation_of on staff_invitation (staff_id);

create table staff_passkey (
  id         bytea primary key,          -- the authenticator's own
  staff_id   bigint not null references staff,
  device     text not null,              -- where it was made
  credential jsonb not null,             -- public key, counter, flags; nothing secret
  made_at    timestamptz not null,
  used_at    timestamptz,
  removed_at timestamptz
);
create index staff_passkey_of on staff_passkey (staff_id) where removed_at is null;

-- What was asked of an authenticator: answered once, or forgotten.
create table staff_challenge (
  token_hash bytea primary key,
  state      jsonb not null,
  expires_at timestamptz not null
);
create index staff_challenge_expires on staff_challenge (expires_at);

-- The other way in: a password and codes of an app.
create table staff_password (
  staff_id  bigint primary key references staff,
  login     text not null unique,        -- in small letters
  hash      text not null,               -- argon2id
  totp      bytea not null,              -- the secret of the app, sealed
  totp_step bigint not null,             -- of the last code that was used
  set_at    timestamptz not null
);

create table staff_recovery (
  hash     bytea primary key,            -- with the master key: codes are short
  staff_id bigint not null references staff,
  made_at  timestamptz not null,
  used_at  timestamptz
);
create index staff_recovery_of on staff_recovery (staff_id) where used_at is null;

-- Tries to sign in, under blind indexes of the account and of the address they came from.
create table staff_try (
  id    bigint generated always as identity primary key,
  index bytea not null,
  at    timestamptz not null
);
create index staff_try_index on staff_try (index, at);
create index staff_try_at on staff_try (at);
