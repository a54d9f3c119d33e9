-- +goose Up

-- A tier that could not be changed is tried again from then on, and until then holds up
-- nobody else's.
alter table member_tier add column aside_until timestamptz;
drop index member_tier_due;
create index member_tier_due on member_tier (greatest(due_at, aside_until)) where due_at is not null;
