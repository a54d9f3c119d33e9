-- +goose Up

-- What of the inbox is not done. The row of what is done leaves in the commit
-- that did it: to mark it in the inbox would write the message and its indexes
-- again. Inbox rows are never deleted; a foreign key would look one up for each.
create table inbox_open (
  inbox_id        bigint primary key,    -- inbox
  conversation_id bigint not null,       -- conversation
  state           text not null check (state in ('fetching', 'ready', 'solo', 'parked')),
  attempts        int not null default 0,
  due_at          timestamptz not null default '-infinity', -- fetching, solo: not before (again)
  holder          bigint                 -- fetching: session that has it in hand until due_at
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

insert into inbox_open (inbox_id, conversation_id, state, attempts, due_at)
select id, conversation_id, state, attempts, due_at from inbox where state <> 'done';

-- The indexes of what was not done go with the columns. An inbox row's
-- conversation was found or made in the same transaction: no foreign key.
alter table inbox
  drop constraint inbox_conversation_id_fkey,
  drop column state, drop column attempts, drop column due_at, drop column holder, drop column done_at;

create index inbox_ready on inbox_open (inbox_id) where state = 'ready';
create index inbox_solo on inbox_open (due_at) where state = 'solo';
create index inbox_fetching on inbox_open (due_at) where state = 'fetching';
create index inbox_parked on inbox_open (inbox_id) where state = 'parked';
create index inbox_ahead on inbox_open (conversation_id, inbox_id) where state in ('fetching', 'solo');
