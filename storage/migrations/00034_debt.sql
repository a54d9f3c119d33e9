-- +goose Up

-- What a member was given and has to give back, beyond what they have. Only the
-- policy allow_negative of a currency makes any; the next points pay it first.
alter table account
  add column owed bigint not null default 0,
  drop constraint account_check, -- no member's balance below zero
  add constraint account_owed check (owed >= 0 and (kind = 'member' or owed = 0)),
  add constraint account_not_negative check (kind <> 'member' or balance >= -owed);

alter table ledger_tx
  drop constraint ledger_tx_kind_check,
  add constraint ledger_tx_kind_check check (kind in ('accrue', 'redeem', 'expire', 'reverse', 'merge', 'release', 'refund', 'repay'));

-- People decide about what an award that was taken back is short of.
alter table review_task
  drop constraint review_task_kind_check,
  add constraint review_task_kind_check check (kind in ('receipt', 'product', 'fraud', 'sample', 'debt'));
