-- +goose Up

create table campaign (
  id        text primary key,
  state     text not null default 'active' check (state in ('active', 'paused', 'archived'))
);

-- The terms are never changed; valid_to is set when the next version comes. A
-- purchase finds its version by its own instant.
create table campaign_version (
  campaign_id text not null references campaign,
  version     int not null,
  hash        bytea not null references content,
  zone        text not null,             -- whose days its period and expiries mean
  valid_from  timestamptz not null,
  valid_to    timestamptz,               -- exclusive; null = the current one
  primary key (campaign_id, version)
);
create unique index campaign_version_current on campaign_version (campaign_id) where valid_to is null;

-- What a campaign decided on a receipt, and why, as the bytes that were shown.
create table evaluation (
  id          bigint generated always as identity primary key,
  receipt_id  bigint not null references receipt,
  campaign_id text not null,
  version     int not null,
  points      bigint not null check (points >= 0),
  expires_at  timestamptz,
  trace       bytea not null,
  at          timestamptz not null,
  unique (receipt_id, campaign_id),
  foreign key (campaign_id, version) references campaign_version (campaign_id, version)
);

-- System accounts have no running balance, so none of them is a hot row.
create table account (
  id        bigint generated always as identity primary key,
  kind      text not null check (kind in ('member', 'issue', 'redeem', 'expire')),
  currency  text not null,
  member_id bigint references member,
  balance   bigint not null default 0,   -- minor units; a cache of sum(posting), members' only
  check (kind <> 'member' or balance >= 0),
  check ((kind = 'member') = (member_id is not null))
) with (fillfactor = 70);
create unique index account_member on account (member_id, currency) where kind = 'member';
create unique index account_system on account (kind, currency) where kind <> 'member';

create table ledger_tx (
  id          bigint generated always as identity primary key,
  key         text not null unique,      -- what makes a replay harmless
  kind        text not null check (kind in ('accrue', 'redeem', 'expire', 'reverse', 'merge')),
  campaign_id text,
  version     int,
  receipt_id  bigint references receipt,
  staff_id    bigint references staff,
  reason      text not null default '',
  at          timestamptz not null
);
create index ledger_tx_receipt on ledger_tx (receipt_id) where receipt_id is not null;

create table lot (
  id         bigint generated always as identity primary key,
  account_id bigint not null references account,
  tx_id      bigint not null references ledger_tx,
  amount     bigint not null check (amount > 0),
  remaining  bigint not null check (remaining >= 0 and remaining <= amount),
  expires_at timestamptz                 -- exclusive; null = never
) with (fillfactor = 70);
create index lot_fifo on lot (account_id, expires_at, id) where remaining > 0;
create index lot_expiry on lot (expires_at) where remaining > 0 and expires_at is not null;

create table posting (
  id         bigint generated always as identity primary key,
  tx_id      bigint not null references ledger_tx,
  account_id bigint not null references account,
  lot_id     bigint references lot,
  amount     bigint not null check (amount <> 0)
);
create index posting_account on posting (account_id, id);
create index posting_tx on posting (tx_id);
create index posting_lot on posting (lot_id) where lot_id is not null;

-- +goose StatementBegin
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed or deleted', tg_table_name;
end $$;
-- +goose StatementEnd
create trigger posting_append_only before update or delete on posting for each row execute function refuse_change();
create trigger ledger_tx_append_only before update or delete on ledger_tx for each row execute function refuse_change();
create trigger audit_append_only before update or delete on audit for each row execute function refuse_change();
create trigger turn_append_only before update or delete on turn for each row execute function refuse_change();
