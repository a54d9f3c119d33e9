-- +goose Up

-- What people wait for (0) is sent before what nobody waits for (1), in one chat too.
-- Who claims chats to send to reads what waits in this order.
alter table outbox add column priority smallint not null default 0;
drop index outbox_pending;
create index outbox_pending on outbox (priority, id, conversation_id) where state = 'pending';

-- How fast a messenger may be written to: when a bucket will be full again (see
-- chat.Rate), of one chat and of a whole account. One account may be sent through by
-- many processes.
alter table lane add column full_at timestamptz not null default 'epoch';
create table pace (
  account text primary key,
  full_at timestamptz not null
);
