-- +goose Up

-- Where reading the updates of an account goes on, in its messenger's own words.
-- MAX and VK do not remember what was taken: who asks them from nowhere is told of
-- the news only. It names no person.
create table listen_cursor (
  account  text primary key,
  position text not null
);
