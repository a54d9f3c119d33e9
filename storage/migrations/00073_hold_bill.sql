-- +goose Up

-- The purchase that points are reserved for, as its till numbers it: several
-- reservations of one purchase share one cap.
alter table hold add column bill text;
create index hold_bill on hold (bill, at) where bill is not null;
