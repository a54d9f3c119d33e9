-- +goose Up

-- Why a release was put in force, in the words of who did it; '' for the program's own.
alter table publication add column reason text not null default '';

-- What the staff are writing: a release with some of its files otherwise. version grows
-- with every change, whoever makes it.
create table draft (
  id         bigint generated always as identity primary key,
  staff_id   bigint not null references staff,   -- whose it is
  base       text not null references release,   -- what it was begun from, or moved onto
  version    bigint not null default 1,
  at         timestamptz not null,
  changed_at timestamptz not null,
  changed_by bigint not null references staff,
  closed_at  timestamptz                         -- published, or thrown away
);
create index draft_open on draft (changed_at) where closed_at is null;

create table draft_file (
  draft_id bigint not null references draft,
  path     text not null,
  body     bytea,                                -- null: the file is taken away
  staff_id bigint not null references staff,     -- who wrote it last
  at       timestamptz not null,
  primary key (draft_id, path)
);
