-- +goose Up

-- What receipts of one member add up to: in one pool of a campaign, in one window of
-- time. Its coupons that count and those that a cap or a person took away are together
-- what its sum entitles to, after every event.
create table coupon_pool (
  id          bigint generated always as identity primary key,
  campaign_id text not null references campaign,
  name        text not null,              -- '' where nothing is added up
  time_window text not null,              -- 2019-08-03, as the campaign names it; receipt/17 where nothing is added up
  member_id   bigint not null references member,
  sum         bigint not null default 0 check (sum >= 0),
  entitled    bigint not null default 0,
  live        bigint not null default 0 check (live >= 0),
  forfeited   bigint not null default 0 check (forfeited >= 0),
  unique (member_id, campaign_id, name, time_window),
  check (live + forfeited = entitled)
) with (fillfactor = 70);

-- One receipt's part of a pool. It is never deleted: the pool is its parts in the order
-- they came. A refund lowers the sum, a revocation makes it 0.
create table coupon_contribution (
  id         bigint generated always as identity primary key,
  key        text not null unique,        -- what makes a replay harmless
  pool_id    bigint not null references coupon_pool,
  receipt_id bigint not null references receipt,
  version    int not null,                -- of the campaign, whose terms count it
  sum        bigint not null check (sum >= 0),
  forfeited  bigint not null default 0 check (forfeited >= 0), -- of the pool's, what was cut here
  at         timestamptz not null
) with (fillfactor = 70);
create index coupon_contribution_pool on coupon_contribution (pool_id, id);
create index coupon_contribution_receipt on coupon_contribution (receipt_id);

-- A coupon's number is its campaign's next one, and nobody's again.
create table coupon (
  id              bigint generated always as identity primary key,
  campaign_id     text not null references campaign,
  number          bigint not null check (number > 0),
  contribution_id bigint not null references coupon_contribution,
  member_id       bigint not null references member, -- of the contribution's pool
  state           text not null default 'live' check (state in ('live', 'void')),
  issued_at       timestamptz not null,
  voided_at       timestamptz,
  reason          text,                   -- why it is void
  unique (number, campaign_id),           -- in this order it finds a number of any campaign
  check ((state = 'void') = (voided_at is not null))
) with (fillfactor = 90);
create index coupon_member on coupon (member_id, id desc);
create index coupon_contribution_number on coupon (contribution_id, number desc);

-- The last number each campaign has given. A sequence would leave gaps behind
-- transactions that fail; a row is given back with them.
create table coupon_counter (
  campaign_id text primary key references campaign,
  last        bigint not null check (last >= 0)
) with (fillfactor = 10);
