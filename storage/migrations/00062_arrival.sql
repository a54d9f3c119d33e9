-- +goose Up

-- What a messenger tells of a message after it has taken it: 1 it was delivered,
-- 2 it was read. Null: nothing yet, or the messenger does not tell.
alter table outbox add column arrival smallint check (arrival in (1, 2));

-- A message whose chat's window was closed waits for the person to write.
alter table outbox drop constraint outbox_state_check;
alter table outbox add constraint outbox_state_check check (state in ('pending', 'waiting', 'sent', 'failed', 'unknown'));
create index outbox_waiting on outbox (conversation_id) where state = 'waiting';

-- Until when the messenger lets us write, by the given clock; null: always.
alter table lane add column window_until timestamptz;
