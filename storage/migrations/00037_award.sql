-- +goose Up

-- How much of a limit or a budget is used up: one row for whoever it is of in one
-- window of time. It is consumed in the transaction of the award and given back in
-- that of its reversal.
create table campaign_counter (
  id          bigint generated always as identity primary key,
  campaign_id text not null,
  limit_id    text not null,
  kind        text not null check (kind in ('member', 'store', 'campaign')),
  subject     text not null,               -- the member's number, the store's id, '' of the campaign
  period      text not null,               -- 2026-05-03, 2026-W18, 2026-05; '' for the whole campaign
  used        bigint not null default 0 check (used >= 0),
  unique (campaign_id, limit_id, kind, subject, period)
) with (fillfactor = 70);
create index campaign_counter_member on campaign_counter (subject) where kind = 'member';

-- The terms that a version's file may name, as they were when it was published, so
-- that it reads the same for ever: kinds of facts, digits of currencies.
alter table campaign_version add column terms json;

-- What campaigns knew when they decided on a receipt, as JSON: with it a decision is
-- made again byte for byte, and a refund is decided by what was known then.
create table award (
  receipt_id bigint primary key references receipt,
  facts      bytea not null,
  at         timestamptz not null
);

-- What a decision has brought: accruals, coupons and gifts; and the counters that it
-- has consumed.
alter table evaluation
  add column brought jsonb not null default '{}',
  add column uses    jsonb not null default '[]';

-- How much of a receipt was paid by bonuses, by currency, in kopecks, as the desk told.
alter table receipt add column tenders jsonb;
