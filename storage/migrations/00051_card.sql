-- +goose Up

-- A member's card. One is in force; those it replaced stay known.
create table card (
  id          bigint generated always as identity primary key,
  number      text not null unique,
  type        text not null,
  member_id   bigint not null references member,
  status      text not null default 'active' check (status in ('active', 'limited', 'suspended', 'blocked')),
  reason      text not null default '',
  at          timestamptz not null,
  changed_at  timestamptz not null,      -- its status
  replaced_at timestamptz                -- null = it is in force
);
create unique index card_current on card (member_id) where replaced_at is null;
create index card_member on card (member_id, id);

-- A lot earned on a suspended card is frozen: it can be neither spent nor expire, and
-- gets its days back when it thaws.
alter table lot
  add column thaws_available timestamptz, -- what available_at becomes; null = not frozen
  add column thaws_expires   timestamptz; -- what expires_at becomes
create index lot_frozen on lot (account_id) where thaws_available is not null;
