-- +goose Up

-- Places where a link into a chat hangs, each with a short code that the link carries:
-- what nobody has made leads to a place that there is not.
create table entry_place (
  code text primary key check (code ~ '^[a-z2-7]{6}$'),
  name text not null unique,
  at   timestamptz not null
);

-- Who came by which place's link, every time. First says that nothing was said in their
-- chat before: then the place is where the member comes from.
create table entry (
  id         bigint generated always as identity primary key,
  code       text not null references entry_place,
  subject_id bigint not null references subject,
  first      boolean not null,
  at         timestamptz not null
);
create index entry_place_at on entry (code, at);
create index entry_subject on entry (subject_id, at) where first;
