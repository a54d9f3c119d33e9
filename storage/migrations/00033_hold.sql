-- +goose Up

-- A lot may be promised before it may be spent, and what somebody is about to spend
-- lies held in it until they have decided.
alter table lot
  add column available_at timestamptz not null default '-infinity', -- before it the lot is pending
  add column held         bigint not null default 0,
  add constraint lot_held check (held >= 0 and held <= remaining);
alter table lot alter column available_at drop default;

drop index lot_fifo;
create index lot_fifo on lot (account_id, expires_at, available_at, id) where remaining > 0;
drop index lot_expiry; -- what is held does not expire
create index lot_expiry on lot (expires_at) where remaining > held and expires_at is not null;

-- Points that are reserved to be spent. Its parts say of which lots while it is open;
-- of a committed one the postings of redeem/KEY do.
create table hold (
  id         bigint generated always as identity primary key,
  key        text not null unique,
  account_id bigint not null references account, -- of whoever its member is now
  amount     bigint not null check (amount > 0),
  state      text not null default 'open' check (state in ('open', 'committed', 'released', 'refunded')),
  until      timestamptz,                        -- exclusive; null: only its owner ends it
  reason     text not null default '',
  at         timestamptz not null,
  ended_at   timestamptz,
  check ((state = 'open') = (ended_at is null))
);
create index hold_until on hold (until) where state = 'open' and until is not null;
create index hold_account on hold (account_id);

create table hold_part (
  hold_id bigint not null references hold,
  lot_id  bigint not null references lot,
  amount  bigint not null check (amount > 0),
  primary key (hold_id, lot_id)
);
create index hold_part_lot on hold_part (lot_id);

alter table ledger_tx
  drop constraint ledger_tx_kind_check,
  add constraint ledger_tx_kind_check check (kind in ('accrue', 'redeem', 'expire', 'reverse', 'merge', 'release', 'refund'));
