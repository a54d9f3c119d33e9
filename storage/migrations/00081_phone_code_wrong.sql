-- +goose Up

-- Wrong one-time codes of a messenger in an hour, for the limit: each code takes a few
-- tries, and many codes together would take many. Older than a day they are forgotten.
create table phone_code_wrong (
  channel text not null,
  hour    timestamptz not null,   -- its beginning
  wrong   int not null,
  primary key (channel, hour)
);
