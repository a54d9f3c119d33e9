-- +goose Up

-- Tokens of the organiser's sites that were used, by blind indexes: nobody is named.
-- They are forgotten when their tokens are out of date.
create table visitor_nonce (
  nonce   bytea primary key,
  attempt bytea not null,       -- of the browser that used it: it may ask again
  at      timestamptz not null
);
create index visitor_nonce_at on visitor_nonce (at);
