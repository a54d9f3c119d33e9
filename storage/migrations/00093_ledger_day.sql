-- +goose Up

-- What was posted in a day, for the reports. Transactions come in the order of time:
-- ranges of pages tell them apart, at next to no cost to who writes.
create index ledger_tx_day on ledger_tx using brin (at) with (pages_per_range = 16, autosummarize = on);
