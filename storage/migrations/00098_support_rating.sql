-- +goose Up

-- What a shopper says of how they were helped, once. Whose it is nobody is told: reports
-- count marks.
alter table support_case
  add column rating   smallint check (rating between 1 and 5),
  add column rated_at timestamptz,
  add check ((rating is null) = (rated_at is null));
