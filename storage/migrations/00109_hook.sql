-- +goose Up

-- Addresses of other systems, a help desk's above all, that are told what happens in
-- conversations.
create table hook_endpoint (
  id            bigint generated always as identity primary key,
  made_key      text not null unique,         -- of the wish that made it: made once
  url           text not null,
  kinds         text[] not null,              -- of events that it wants
  texts         boolean not null,             -- messages are told with their words
  secret        bytea not null,               -- sealed; signs
  old_secret    bytea,                        -- signs too, until old_until
  old_until     timestamptz,
  made_by       bigint not null references staff,
  made_at       timestamptz not null,
  paused_at     timestamptz,
  paused_why    text check (paused_why in ('by_hand', 'failing', 'gone')),
  failing_since timestamptz,                  -- null: the last attempt came through
  failures      int not null default 0,       -- attempts in a row that did not
  removed_at    timestamptz,
  check ((paused_at is null) = (paused_why is null))
);

-- What happened in conversations, by ids alone. Written with the act itself when somebody
-- wants to know, in the order of each conversation: its acts wait for each other.
create table hook_event (
  id              bigint generated always as identity primary key,
  public          uuid not null unique default gen_random_uuid(), -- what receivers know it by
  conversation_id bigint not null references conversation,
  kind            text not null,
  staff_id        bigint,                     -- whose act; null: the bot's or the shopper's
  queue           text,
  inbox_id        bigint,                     -- of a shopper's message
  said            text,                       -- of a message of the staff: its key in the outbox
  reason          text,                       -- of a closing: a word of the programme's list
  at              timestamptz not null
);
create index hook_event_at on hook_event (at);
create trigger hook_event_stands before update on hook_event for each row execute function refuse_change();

-- What is still to be told to whom. Of one conversation the eldest is told first.
create table hook_open (
  endpoint_id     bigint not null references hook_endpoint,
  conversation_id bigint not null,
  event_id        bigint not null references hook_event on delete cascade,
  attempts        int not null default 0,
  due_at          timestamptz not null,       -- in hand: the end of the lease
  holder          bigint,                     -- session of the process that has it in hand
  primary key (endpoint_id, conversation_id, event_id)
);
create index hook_open_due on hook_open (endpoint_id, due_at);
create index hook_open_event on hook_open (event_id);
create index hook_open_held on hook_open (holder) where holder is not null;

-- What came of every attempt, without a word of any answer.
create table hook_attempt (
  id          bigint generated always as identity primary key,
  endpoint_id bigint not null references hook_endpoint,
  event_id    bigint not null references hook_event on delete cascade,
  attempt     int not null,
  outcome     text not null check (outcome in ('told', 'refused', 'unreachable', 'gone', 'given_up')),
  status      int,                            -- of the answer, when there was one
  at          timestamptz not null
);
create index hook_attempt_of on hook_attempt (endpoint_id, id);
create index hook_attempt_event on hook_attempt (event_id);
