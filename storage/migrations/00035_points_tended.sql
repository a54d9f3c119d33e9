-- +goose Up

-- Whether its member was told, or need not be, that a lot is about to expire.
alter table lot add column reminded boolean not null default false;
create index lot_unreminded on lot (expires_at) where remaining > held and not reminded and expires_at is not null;

-- What the books came to, night by night.
create table books_check (
  day      date primary key,    -- the night before it, by the programme's calendar
  at       timestamptz not null,
  postings bigint not null,
  breaches bigint not null
);
