-- +goose Up

-- A timer is a look at the clock, one for all that a conversation waits for: it
-- has nothing to name, and what has moved on since is told by the session.
alter table timer drop constraint timer_pkey;
alter table timer drop column name;
alter table timer add primary key (conversation_id, turn_no);
