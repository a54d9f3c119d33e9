-- +goose Up

-- What of the outbox is not done, as inbox_open is of the inbox. To mark it in the
-- outbox wrote the whole message and its indexes again, most of what it cost to
-- send one. The row leaves in the commit that tells what became of the message.
create table outbox_open (
  conversation_id bigint not null,       -- conversation
  outbox_id       bigint not null,       -- outbox
  channel         text not null,
  priority        smallint not null,
  state           text not null default 'pending' check (state in ('pending', 'waiting')),
  reason          text,                  -- of the last attempt
  attempts        int not null default 0,
  external_id     text,                  -- of an attempt that the messenger took and failed
  primary key (conversation_id, outbox_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- What became of a message. Each one of the outbox is either here or open; a
-- messenger that tells of a failure late takes it back from here.
create table outbox_outcome (
  outbox_id   bigint primary key,        -- outbox
  state       text not null check (state in ('sent', 'failed', 'unknown')),
  reason      text,
  attempts    int not null,
  external_id text,
  sent_at     timestamptz,
  arrival     smallint check (arrival in (1, 2)) -- 1 it was delivered, 2 it was read
) with (fillfactor = 90);                -- it arrives, and is read, soon after

insert into outbox_open (conversation_id, outbox_id, channel, priority, state, reason, attempts, external_id)
select conversation_id, id, channel, priority, state, reason, attempts, external_id from outbox where state in ('pending', 'waiting');

insert into outbox_outcome (outbox_id, state, reason, attempts, external_id, sent_at, arrival)
select id, state, reason, attempts, external_id, sent_at, arrival from outbox where state not in ('pending', 'waiting');

-- The indexes of what was not done go with the columns.
alter table outbox
  drop column state, drop column reason, drop column attempts, drop column external_id, drop column sent_at, drop column arrival;

-- Who claims chats to send to reads what waits for its messenger in this order.
create index outbox_pending on outbox_open (channel, priority, outbox_id, conversation_id) where state = 'pending';
create index outbox_waiting on outbox_open (conversation_id) where state = 'waiting';
create index outbox_unknown on outbox_outcome (outbox_id) where state = 'unknown';
create index outbox_asked on outbox_outcome (external_id) where external_id like '3EB0%';

-- A message and how it stands, for who reads few of them.
create view outbox_standing as
select o.id, o.conversation_id, o.channel, o.key, o.sealed, o.at, o.thread, o.priority,
  coalesce(p.state, e.state) as state, coalesce(p.reason, e.reason) as reason, coalesce(p.attempts, e.attempts) as attempts,
  coalesce(p.external_id, e.external_id) as external_id, e.sent_at, e.arrival
from outbox o
left join outbox_open p on p.conversation_id = o.conversation_id and p.outbox_id = o.id
left join outbox_outcome e on e.outbox_id = o.id;
