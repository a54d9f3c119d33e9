-- +goose Up

-- Two providers, each with its breaker and its day's quota: whom to ask is decided
-- from these rows.
alter table provider_state
  add column opened_at   timestamptz,            -- since when it is open; null: closed
  add column cause       text not null default '', -- class of the call because of which
  add column failing_at  timestamptz,            -- first failure since a call last worked
  add column spent       int not null default 0, -- requests of the day
  add column spent_until timestamptz;            -- that ends then, at midnight in Moscow

alter table receipt
  add column doubted  boolean not null default false, -- refused by the second provider, which does not say why: only the first may be asked
  add column unknowns int not null default 0;         -- answers without a meaning
