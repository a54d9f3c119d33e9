-- +goose Up

-- Whether the pending question takes any text, apart from the sealed session:
-- who receives a text must know that more of it may follow.
alter table conversation add column takes_text boolean not null default false;

-- A row that is held waits for the rest of what its sender is writing, until
-- due_at. Later rows of its conversation wait behind it, as behind a photo that is
-- being read.
alter table inbox_open
  drop constraint inbox_open_state_check,
  add constraint inbox_open_state_check check (state in ('held', 'fetching', 'ready', 'solo', 'parked'));
create index inbox_held on inbox_open (due_at) where state = 'held';
create unique index inbox_held_one on inbox_open (conversation_id) where state = 'held';
drop index inbox_ahead;
create index inbox_ahead on inbox_open (conversation_id, inbox_id) where state in ('held', 'fetching', 'solo');
