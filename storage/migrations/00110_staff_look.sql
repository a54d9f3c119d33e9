-- +goose Up

-- How the pages look to a person, on whatever device they sign in; null: nobody has chosen.
-- Who is disabled may come back, until they have left.
alter table staff
  add column lang    text,
  add column theme   text check (theme in ('light', 'dark', 'system')),
  add column left_at timestamptz;
update staff set left_at = disabled_at where disabled_at is not null;
alter table staff add check (left_at is null or disabled_at is not null);
