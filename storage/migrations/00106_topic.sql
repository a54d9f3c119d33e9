-- +goose Up

-- The staff's group in Telegram, and how much of what it takes in a minute is spent.
create table staff_group (
  chat_id    bigint primary key,
  posted_at  timestamptz[] not null default '{}', -- of the last minute
  wait_until timestamptz                          -- as Telegram has asked, or while it is away
);

-- The topic of a conversation in that group. Without a thread there is none, or none any more.
create table topic (
  conversation_id bigint primary key references conversation,
  chat_id         bigint not null,
  thread_id       bigint,
  card_id         bigint,                      -- the message that says whose the conversation is
  card            text not null default '',    -- a digest of what it says
  pinned          boolean not null default false,
  closed          boolean not null default false,
  since           timestamptz not null,        -- what was said from then on is shown, and a little before it
  mark            text not null default '',    -- of the conversation as the topic shows it, see support.ThreadMark
  posted_at       timestamptz,
  tries           smallint not null default 0, -- of the next post, whose outcome is not known
  unique (chat_id, thread_id)
);
create index topic_card on topic (card_id);
create index topic_open on topic (chat_id, conversation_id) where not closed;

-- What of a conversation stands in its topic, and in which message.
create table topic_line (
  conversation_id bigint not null references topic on delete cascade,
  kind            text not null check (kind in ('in', 'out', 'note')),
  line_id         bigint not null,             -- inbox, outbox, note
  message_id      bigint not null,             -- 0: it was given up
  primary key (conversation_id, kind, line_id)
);
create index topic_line_message on topic_line (conversation_id, message_id);

-- Messages of the staff in a topic that were taken as replies or notes, and the mark that
-- stands under each.
create table topic_reply (
  conversation_id bigint not null references topic on delete cascade,
  message_id      bigint not null,
  note            boolean not null,
  shown           text not null default '',
  primary key (conversation_id, message_id)
);

-- What the bot answers to somebody. No text of a shopper's is among it.
create table topic_answer (
  id        bigint generated always as identity primary key,
  key       text not null unique,
  chat_id   bigint not null,
  thread_id bigint not null,                   -- 0: none
  reply_to  bigint not null,                   -- message that it answers, 0: none
  text      text not null,
  notes_of  bigint,                            -- conversation whose notes are told in place of a text
  at        timestamptz not null,
  done_at   timestamptz
);
create index topic_answer_open on topic_answer (id) where done_at is null;
create index topic_answer_at on topic_answer (at);

-- Updates of the staff's bot that were carried out.
create table topic_update (
  account   text not null,
  update_id bigint not null,
  at        timestamptz not null,
  primary key (account, update_id)
);
create index topic_update_at on topic_update (at);
