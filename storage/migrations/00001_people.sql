-- +goose Up

-- Numbers of the sessions that live now, see storage.DB.InSession. Work in
-- hand carries the number of its holder; a number that is not here is a dead
-- process's, whose work is free before its lease ends.
create view living_session as
select (classid::bigint << 32) | objid::bigint as number from pg_locks
where locktype = 'advisory' and objsubid = 1
  and database = (select oid from pg_database where datname = current_database());

-- Facts about the database itself: demo brand, master key fingerprint.
create table setting (
  name  text primary key,
  value text not null
);

create table member (
  id            bigint generated always as identity primary key,
  created_at    timestamptz not null,
  registered_at timestamptz,             -- questionnaire done; the upload instant of the first receipt when there was one
  consents      text[] not null default '{}', -- kinds agreed to today: the last word of each kind in table consent
  merged_into   bigint references member -- set once, when the person turned out to be another member
);

-- One peer in one channel. Its key seals everything the peer says or is; to
-- erase a person is to destroy wrapped_key and the index rows.
create table subject (
  id          bigint generated always as identity primary key,
  member_id   bigint not null references member,
  channel     text not null,
  peer_index  bytea,                     -- HMAC of the peer id: found without being stored; null once erased
  sealed_peer bytea not null,
  wrapped_key bytea,                     -- null once erased
  created_at  timestamptz not null,
  unique (channel, peer_index)
);
create index subject_member on subject (member_id);

-- What a member told or proved: one current value a field. Direct identifiers
-- are sealed under the subject that gave them, facts for segments are plain.
create table answer (
  member_id  bigint not null references member,
  field      text not null,
  subject_id bigint not null references subject,
  sealed     bytea,
  plain      text,
  at         timestamptz not null,
  primary key (member_id, field),
  check ((sealed is null) <> (plain is null))
);

-- Phones. A typed one is a claim and finds nobody; a verified one is unique.
create table phone (
  id          bigint generated always as identity primary key,
  member_id   bigint not null references member,
  subject_id  bigint not null references subject,
  phone_index bytea not null,            -- HMAC of the E.164 number
  sealed      bytea not null,
  verified_at timestamptz,
  at          timestamptz not null
);
create unique index phone_verified on phone (phone_index) where verified_at is not null;
create unique index phone_claim on phone (member_id, phone_index);

create table consent (
  id         bigint generated always as identity primary key,
  member_id  bigint not null references member,
  kind       text not null check (kind in ('personal_data', 'rules', 'advertising')),
  version    text not null,              -- hash of the document's text
  granted    boolean not null,
  channel    text not null,
  subject_id bigint not null references subject,
  at         timestamptz not null
);
create index consent_member on consent (member_id, kind, at desc);

-- A one-time link from one chat to another: opened there, confirmed here.
create table link_code (
  code_hash    bytea primary key,
  issued_by    bigint not null references subject,
  issued_at    timestamptz not null,
  expires_at   timestamptz not null,
  opened_by    bigint references subject,
  opened_at    timestamptz,
  accepted_at  timestamptz,              -- «Да, это тоже я» in the opening chat
  confirmed_at timestamptz,              -- the issuing chat agreed: joined
  refused_at   timestamptz
);
create index link_code_issued on link_code (issued_by, issued_at desc);
create index link_code_opened on link_code (opened_by, opened_at desc);

-- Codes somebody tried to open; older than an hour they are forgotten.
create table link_try (
  subject_id bigint not null references subject,
  at         timestamptz not null
);
create index link_try_subject on link_try (subject_id, at);

create table member_merge (
  from_member bigint primary key references member,
  into_member bigint not null references member,
  reason      text not null,
  at          timestamptz not null
);

create table staff (
  id          bigint generated always as identity primary key,
  name        text not null,
  roles       text[] not null,
  created_at  timestamptz not null,
  disabled_at timestamptz
);

create table staff_token (
  token_hash bytea primary key,
  staff_id   bigint not null references staff,
  label      text not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);

-- Append-only, hash-chained: hash = SHA-256(previous hash, row).
create table audit (
  id       bigint generated always as identity primary key,
  at       timestamptz not null,
  staff_id bigint references staff,
  act      text not null,
  object   text not null,
  detail   json not null,                -- not jsonb: the hash covers its very text
  previous bytea not null,
  hash     bytea not null unique
);

-- The answer to a mutation of the API, kept under its Idempotency-Key.
create table idempotency (
  staff_id     bigint not null references staff,
  key          text not null,
  request_hash bytea not null,
  status       int,
  body         bytea,
  at           timestamptz not null,
  primary key (staff_id, key)
);

-- A sealed file. Small by rule (media.MaxBytes), so one row holds it.
create table blob (
  id         uuid primary key,
  subject_id bigint not null references subject,
  mime       text not null,
  bytes      bigint not null,
  sealed     bytea not null,
  at         timestamptz not null
);

-- A release maps paths to content; publishing one is an event.
create table content (
  hash bytea primary key,
  body bytea not null
);
create table release (
  id    text primary key,                -- hex SHA-256 over its sorted paths and hashes
  at    timestamptz not null
);
create table release_file (
  release_id text not null references release,
  path       text not null,
  hash       bytea not null references content,
  primary key (release_id, path)
);
create table publication (
  id         bigint generated always as identity primary key,
  release_id text not null references release,
  at         timestamptz not null,
  staff_id   bigint references staff
);
