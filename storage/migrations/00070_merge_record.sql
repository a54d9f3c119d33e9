-- +goose Up

-- What a merge changed, so that staff can take it back.
alter table member_merge
  drop constraint member_merge_pkey,
  add column id bigint generated always as identity primary key,
  add column kept boolean not null default false, -- its rows are below; never of merges before this, nor of the erased
  add column undone_at timestamptz,
  add column undone_by bigint references staff;
create unique index member_merge_standing on member_merge (from_member) where undone_at is null;
create index member_merge_into on member_merge (into_member);

create table member_merge_row (
  merge_id bigint not null references member_merge,
  noun     text not null,
  key      text not null,
  before   jsonb,                        -- null: the merge made it
  after    jsonb,                        -- null: the merge took it away
  primary key (merge_id, noun, key)
);

-- Who were parted are known to be different.
alter table member_pair
  drop constraint member_pair_reason_check,
  add constraint member_pair_reason_check check (reason in ('recycled', 'claim', 'undone'));
