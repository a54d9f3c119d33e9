-- +goose Up

-- The chat of a messenger beside which a web chat is open, inside that messenger: news
-- goes there and not to a page that is closed.
alter table subject add column beside bigint references subject;
