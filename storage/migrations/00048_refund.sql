-- +goose Up

-- A credited receipt of whose goods some came back, or all, or the money for them.
alter table receipt
  drop constraint receipt_state_check,
  add constraint receipt_state_check check (state in
    ('queued', 'waiting', 'manual', 'verified', 'credited', 'rejected', 'revoked', 'partially_refunded', 'refunded'));

create table refund (
  receipt_id bigint not null references receipt,
  number     int not null check (number > 0),       -- of the receipt's refunds, from 1
  key        text not null,                         -- what makes a replay harmless
  lines      jsonb not null default '[]',           -- what came back: [{"line": 0, "quantity": 1, "sum": 6450}]
  sum        bigint not null check (sum >= 0),      -- kopecks
  rest       bigint not null check (rest >= 0),     -- of the receipt's sum after it
  points     bigint not null,                       -- bonuses that the receipt stands for after it, minor units
  staff_id   bigint not null references staff,
  reason     text not null,
  awarded    bigint not null,                       -- as of a revocation, of the difference
  taken      bigint not null,
  expired    bigint not null,
  short      bigint not null check (short >= 0),
  voided     bigint[] not null default '{}',        -- numbers of coupons
  at         timestamptz not null,
  primary key (receipt_id, number),
  unique (receipt_id, key),
  check (awarded = taken + expired + short)
);

-- What campaigns make of what is left of a receipt, beside evaluation, which stays as
-- it was. The rows of the last refund tell what of the award stands.
create table net_decision (
  receipt_id  bigint not null references receipt,
  number      int not null,            -- of the refund
  campaign_id text not null,
  version     int not null,
  brought     jsonb not null,          -- what of evaluation.brought stands
  uses        jsonb not null,          -- what of evaluation.uses is still consumed
  trace       bytea,                   -- null: nothing is left to decide on
  lowers      boolean not null,        -- something was taken back: the trace tells why what stands does
  primary key (receipt_id, number, campaign_id)
);
