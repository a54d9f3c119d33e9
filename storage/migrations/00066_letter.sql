-- +goose Up

-- Letters to the outside: SMS and e-mail, from the act that they tell of until it is
-- known what became of them. Whose letter it is says the subject, under whose key
-- address and words are sealed; an erasure takes both with it.
create table letter (
  id          bigint generated always as identity primary key,
  key         text not null unique,        -- of what it tells: the same is written once
  medium      text not null check (medium in ('sms', 'email')),
  subject_id  bigint not null references subject,
  address     bytea,                       -- blind index, for limits; null of who is erased
  sealed_to   bytea,
  sealed_text bytea,                       -- null once a secret is out of date, or its owner erased
  secret      boolean not null,            -- a code: sent once at most, forgotten at once
  unasked     boolean not null,            -- the subscription is asked again when it leaves
  parts       int not null,                -- SMS that it is charged as; 0 of an e-mail
  state       text not null check (state in ('pending', 'sent', 'delivered', 'failed', 'unknown')),
  doubt       boolean not null default false, -- an attempt may have reached the provider
  attempts    int not null default 0,
  reason      text,
  external_id text,
  at          timestamptz not null,
  until       timestamptz not null,        -- it leaves before, or never
  sent_at     timestamptz,
  due_at      timestamptz,                 -- to send, or to ask what became of it; in hand, the end of the lease; null: it is over
  holder      bigint,                      -- session of the process that has it in hand
  check ((state in ('pending', 'sent')) or due_at is null)
);
create index letter_due on letter (medium, secret, due_at) where due_at is not null;
create index letter_held on letter (holder) where holder is not null;
create index letter_address on letter (address, at);
create index letter_subject on letter (subject_id);
create index letter_unsettled on letter (medium, state) where state in ('pending', 'unknown');
