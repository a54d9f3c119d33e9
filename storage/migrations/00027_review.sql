-- +goose Up

-- A person is asked about more than receipts that no service could decide: an
-- unsure line of goods, a suspicion, a receipt of the random sample. One task of a
-- kind is open about one thing.
alter table review_task
  drop constraint review_task_kind_check,
  add constraint review_task_kind_check check (kind in ('receipt', 'product', 'fraud', 'sample')),
  add column about       text,                        -- what is decided, in its opener's words: receipt/17
  add column detail      jsonb not null default '{}', -- figures and lines, for whoever decides
  add column cause       text,                        -- of the verdict: review.Cause
  add column taken_by    bigint references staff,     -- who looks at it until taken_until
  add column taken_until timestamptz;
update review_task set about = 'receipt/' || receipt_id;
alter table review_task alter column about set not null;

drop index review_task_open;
create unique index review_task_open on review_task (kind, about) where decided_at is null;
create index review_task_kind on review_task (kind, id) where decided_at is null;
create index review_task_receipt on review_task (receipt_id);

-- A revoked receipt keeps its fiscal key: it was credited once, and is not again.
alter table receipt
  drop constraint receipt_state_check,
  add constraint receipt_state_check check (state in ('queued', 'waiting', 'manual', 'verified', 'credited', 'rejected', 'revoked'));

-- What became of the award of a receipt that was credited and counts no more, in
-- minor units. What is short was spent, and could not be taken back.
create table revocation (
  receipt_id bigint primary key references receipt,
  reason     text not null,                -- receipt.Reason
  staff_id   bigint references staff,      -- null: nobody decided it but the tax service's answer
  note       text not null default '',
  awarded    bigint not null,
  taken      bigint not null,
  expired    bigint not null,
  short      bigint not null check (short >= 0),
  at         timestamptz not null,
  check (awarded = taken + expired + short)
);

-- The lot that the points of a lot first lay in, before their member was joined into
-- another one: an award is taken back from its own lots, wherever they are now.
alter table lot add column origin_id bigint references lot;
create index lot_origin on lot (origin_id) where origin_id is not null;
