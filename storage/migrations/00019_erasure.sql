-- +goose Up

-- Who asked in a chat to be forgotten, and when it is done. A row goes with the
-- erasure, or when its member thinks better of it.
create table erasure (
  member_id bigint primary key references member,
  asked_at  timestamptz not null,
  due_at    timestamptz not null
);
create index erasure_due on erasure (due_at);
