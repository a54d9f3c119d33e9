-- +goose Up

-- Credited receipts that the tax service is asked for again, days later: whether it
-- still knows them. The receipt itself changes only when its award is revoked.
create table receipt_audit (
  receipt_id bigint primary key references receipt,
  round      int not null default 1 check (round in (1, 2)), -- at +3 and +14 days
  due_at     timestamptz,                    -- when a loop looks again; null: it is over
  asks       int not null default 0,
  polls      int not null default 0,
  message_id text,                           -- the provider's handle of the running ask
  asked_at   timestamptz,
  missed_at  timestamptz,                    -- not found then: to be asked once more, on another day
  outcome    text check (outcome in ('kept', 'annulled', 'person', 'untold')),
  check ((due_at is null) = (outcome is not null))
);
create index receipt_audit_due on receipt_audit (due_at) where due_at is not null;
