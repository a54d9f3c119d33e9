-- +goose Up

-- Two members who may be one person, for staff to look at. Asked about once: who is
-- told apart stays so.
create table member_pair (
  id         bigint generated always as identity primary key,
  one        bigint not null references member,
  other      bigint not null references member,
  reason     text not null check (reason in ('recycled', 'claim')),
  at         timestamptz not null,
  settled_at timestamptz,
  verdict    text check (verdict in ('joined', 'different')),
  staff_id   bigint references staff,
  unique (one, other),
  check (one < other),
  check ((settled_at is null) = (verdict is null))
);
create index member_pair_open on member_pair (id) where settled_at is null;
create index member_pair_other on member_pair (other);
