-- +goose Up

create table conversation (
  id         bigint generated always as identity primary key,
  subject_id bigint not null unique references subject,
  channel    text not null,
  turn_no    bigint not null default 0,  -- turns committed; every turn guards on it
  release_id text references release,    -- the release its session is pinned to
  session    bytea,                      -- sealed dialogs.Session; null before the first turn
  lang       text not null default 'ru',
  at         timestamptz not null
) with (fillfactor = 70);

-- The one door. Whatever wakes a conversation is a row here; the messenger is
-- confirmed only after its row is committed.
create table inbox (
  id              bigint generated always as identity primary key,
  conversation_id bigint not null references conversation,
  kind            text not null check (kind in ('message', 'event', 'timer')),
  dedupe_key      text not null unique,  -- <account>/<conversation>/<update>, event/..., timer/...
  state           text not null check (state in ('fetching', 'ready', 'solo', 'done', 'parked')),
  sealed          bytea not null,        -- sealed chat.Inbound or event
  attempts        int not null default 0,
  due_at          timestamptz not null default '-infinity', -- fetching, solo: not before (again)
  holder          bigint,                -- fetching: session that has it in hand until due_at
  received_at     timestamptz not null,
  done_at         timestamptz
);
create index inbox_ready on inbox (id) where state = 'ready';
create index inbox_solo on inbox (due_at) where state = 'solo';
create index inbox_fetching on inbox (due_at) where state = 'fetching';
create index inbox_parked on inbox (id) where state = 'parked';
create index inbox_ahead on inbox (conversation_id, id) where state in ('fetching', 'solo');

-- One wire message a row, already fitted to its channel. Its conversation is
-- locked by whoever writes it and never deleted; a foreign key would look it up
-- again for every message.
create table outbox (
  id              bigint generated always as identity primary key,
  conversation_id bigint not null,       -- conversation
  key             text,                  -- of a notice, said once; null for what a turn says: turn guards that
  sealed          bytea not null,        -- sealed chat.Wire
  state           text not null default 'pending' check (state in ('pending', 'sent', 'failed', 'unknown')),
  reason          text,
  attempts        int not null default 0,
  external_id     text,
  at              timestamptz not null,
  sent_at         timestamptz
);
create unique index outbox_key on outbox (key) where key is not null;
create index outbox_pending on outbox (id) where state = 'pending';
create index outbox_unknown on outbox (id) where state = 'unknown';
create index outbox_lane on outbox (conversation_id, id) where state = 'pending';

-- The right to send into one chat, leased to one process at a time and no
-- longer than its session with the database lasts.
create table lane (
  conversation_id bigint primary key references conversation,
  holder          bigint,                                   -- number of the session that leased it
  lease_until     timestamptz not null default '-infinity', -- database's clock
  send_after      timestamptz not null default '-infinity'  -- given clock: throttled until
) with (fillfactor = 50);
create index lane_throttled on lane (send_after) where send_after > '-infinity';

-- What a turn saw and did: enough to replay it to the same effects. Its
-- conversation, inbox row and release are not checked again as foreign keys: the
-- same commit has the first two locked and writes the third to the
-- conversation, and every turn would lock the one row of the release.
create table turn (
  conversation_id bigint not null,       -- conversation
  turn_no         bigint not null,
  inbox_id        bigint not null unique, -- inbox
  release_id      text not null,         -- release
  step_in         text not null,
  step_out        text not null,
  seed            bigint not null,
  sealed          bytea not null,        -- session before, input, facts, call outcomes
  at              timestamptz not null,
  primary key (conversation_id, turn_no)
);

-- A promise to wake a conversation. It does nothing when the session has moved on.
create table timer (
  conversation_id bigint not null references conversation,
  turn_no         bigint not null,
  name            text not null,
  due_at          timestamptz not null,
  primary key (conversation_id, turn_no, name)
);
create index timer_due on timer (due_at);

-- Where an adapter's stream stands, moved in the transaction that stores what it brought.
create table channel_cursor (
  account text primary key,              -- telegram/<bot id>
  cursor  bigint not null
);

-- An update nobody could decode: kept for a person, out of the way of the rest.
create table quarantine (
  id      bigint generated always as identity primary key,
  account text not null,
  key     text not null,
  sealed  bytea not null,                -- under the master key: nobody knows yet whose it is
  reason  text not null,
  at      timestamptz not null,
  unique (account, key)
);
create index quarantine_at on quarantine (at);

-- What a page of the web chat reads, from a cursor. n is taken under the lock
-- of the lane, so a page that has seen n has seen everything before it.
create table webchat_line (
  conversation_id bigint not null references conversation,
  n               bigint generated always as identity,
  inbox_id        bigint unique references inbox,   -- the shopper's own line
  outbox_id       bigint unique references outbox,  -- or the bot's, or an operator's
  primary key (conversation_id, n),
  check ((inbox_id is null) <> (outbox_id is null))
);
