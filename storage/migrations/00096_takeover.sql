-- +goose Up

-- Whoever of the staff has taken a conversation. fence grows with every taking: what was
-- meant for the holder before says which one it meant.
alter table conversation
  add column holder   bigint references staff,
  add column taken_at timestamptz,
  add column fence    bigint not null default 0,
  add check ((lifecycle = 'operator') = (holder is not null) and (holder is null) = (taken_at is null));

-- A message of the staff says whose it is; null: the bot's.
alter table outbox add column staff_id bigint;

-- While somebody has the conversation only theirs are sent, see conversation.
alter table lane add column held boolean not null default false;

-- What the staff write down about a conversation, for themselves.
create table note (
  id              bigint generated always as identity primary key,
  conversation_id bigint not null references conversation,
  staff_id        bigint not null references staff,
  sealed          bytea not null, -- under the subject's key
  at              timestamptz not null
);
create index note_conversation on note (conversation_id, id);

-- The last reply of the staff in each conversation, for lists of those that wait for one.
create index outbox_staff on outbox (conversation_id, at, id) where staff_id is not null;

-- A message and how it stands, for who reads few of them: with whose it is.
create or replace view outbox_standing as
select o.id, o.conversation_id, o.channel, o.key, o.sealed, o.at, o.thread, o.priority,
  coalesce(p.state, e.state) as state, coalesce(p.reason, e.reason) as reason, coalesce(p.attempts, e.attempts) as attempts,
  coalesce(p.external_id, e.external_id) as external_id, e.sent_at, e.arrival, o.as_template, o.staff_id
from outbox o
left join outbox_open p on p.conversation_id = o.conversation_id and p.outbox_id = o.id
left join outbox_outcome e on e.outbox_id = o.id;
