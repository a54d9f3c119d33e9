-- +goose Up

-- The tier of a member. Who never had another than the lowest has no row.
create table member_tier (
  member_id bigint primary key references member,
  tier      text not null,               -- its id in tiers.yaml
  since     timestamptz not null,        -- when its term began
  until     timestamptz,                 -- exclusive, as members are told; null = for ever
  due_at    timestamptz,                 -- when it is asked about again: until and the grace
  version   int not null,                -- of the newest tier_change
  check ((until is null) = (due_at is null))
) with (fillfactor = 70);
create index member_tier_due on member_tier (due_at) where due_at is not null;

-- How members came to their tiers. A purchase finds the tier of its own instant. Of a
-- member who was joined into another it stays where it was.
create table tier_change (
  id        bigint generated always as identity primary key,
  member_id bigint not null references member,
  version   int not null,
  before    text not null,
  tier      text not null,
  reason    text not null check (reason in ('reached', 'kept', 'lost', 'moved', 'joined')),
  measured  bigint not null,             -- by which it was decided: minor units, or kopecks
  delta     bigint not null default 0,   -- minor units that were given, below zero taken
  currency  text not null,               -- of delta
  until     timestamptz,
  told      boolean not null,            -- its member was told, or need not be
  at        timestamptz not null,
  unique (member_id, version)
) with (fillfactor = 70);
create index tier_change_untold on tier_change (id) where not told;

-- Members whose tier is to be looked at: a row for what moved, never changed, so that
-- nobody who moves something waits for anybody.
create table tier_look (
  id        bigint generated always as identity primary key,
  member_id bigint not null references member,
  due_at    timestamptz not null
);
create index tier_look_due on tier_look (due_at, id);

-- How far members were looked at since the tiers were published as they are: one row.
create table tier_sweep (
  one     boolean primary key default true check (one),
  hash    bytea not null,                -- of tiers.yaml
  reached bigint                         -- the last member; null = all
);

alter table ledger_tx
  drop constraint ledger_tx_kind_check,
  add constraint ledger_tx_kind_check check (kind in ('accrue', 'redeem', 'expire', 'reverse', 'merge', 'release', 'refund', 'repay', 'tier'));
