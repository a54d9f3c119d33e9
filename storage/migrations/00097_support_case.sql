-- +goose Up

-- What people make of one time that a conversation was left to them: since when it waited
-- tells which. A row comes with the first that is made of it; the next time begins without.
create table support_case (
  conversation_id bigint not null references conversation,
  since           timestamptz not null,       -- conversation.queued_at
  passed          text check (passed in ('late', 'transfer')), -- how who has it now came to it
  passed_from     bigint references staff,
  passed_fence    bigint,                     -- conversation.fence from then on: another one, and somebody took it since
  snoozed_at      timestamptz,
  snoozed_until   timestamptz,
  tags            text[] not null default '{}',
  closed_at       timestamptz,
  closed_by       bigint references staff,    -- null: the program, after silence
  ended           text,                       -- why
  primary key (conversation_id, since),
  check ((passed is null) = (passed_from is null) and (passed is null) = (passed_fence is null)),
  check ((snoozed_at is null) = (snoozed_until is null)),
  check ((closed_at is null) = (ended is null))
);
create index support_case_closed on support_case (closed_at) where closed_at is not null;
