-- +goose Up

-- A part of an accrual that was taken back, and what became of it, in minor units. What
-- takes the rest back takes so much less.
create table award_part (
  tx_id   bigint not null references ledger_tx, -- the accrual
  number  int not null check (number > 0),      -- of the refund: each takes once
  amount  bigint not null check (amount > 0),
  taken   bigint not null,                      -- what is owed from then on among it
  expired bigint not null check (expired >= 0),
  primary key (tx_id, number),
  check (taken >= 0 and taken + expired <= amount)
);
