-- +goose Up

-- Requests to services of others, from the turn that asks until its answer is an
-- inbox row. The id goes along as Idempotency-Key.
create table service_call (
  id              uuid primary key default gen_random_uuid(),
  conversation_id bigint not null references conversation,
  turn_no         bigint not null,      -- that asks; it asks one service
  service         text not null,
  sealed          bytea not null,       -- the contract and the arguments, under the subject's key
  asks            int not null default 0,
  due_at          timestamptz not null, -- while somebody asks, the end of their lease
  until           timestamptz not null, -- it is asked no later
  holder          bigint,               -- session of the process that asks
  unique (conversation_id, turn_no)
);
create index service_call_due on service_call (due_at);
create index service_call_held on service_call (service) where holder is not null;
