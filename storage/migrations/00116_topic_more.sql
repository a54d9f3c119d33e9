-- +goose Up

-- A group that Telegram has made a supergroup of goes on under another number.
alter table staff_group add column moved_to bigint;

-- What a topic is called by now: a member's number changes when two are joined. Its card
-- asks why the conversation is closed while it is the taking with this fence.
alter table topic add column title text not null default '', add column closing bigint not null default 0;

-- Words of the staff that did not leave because the shopper had written meanwhile; a key
-- sends them anyway. They go with the key of their subject.
create table topic_held (
  conversation_id bigint not null references topic on delete cascade,
  message_id      bigint not null,             -- in which they stand in the topic
  staff_id        bigint not null references staff,
  sealed          bytea not null,
  newest          bigint not null,             -- the shopper's message that their author is warned of, inbox
  at              timestamptz not null,
  primary key (conversation_id, message_id)
);
create index topic_held_at on topic_held (at);

-- The message whose words the key under an answer sends.
alter table topic_answer add column anyway bigint;
