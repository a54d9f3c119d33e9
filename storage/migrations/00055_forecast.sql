-- +goose Up

-- A forecast reads what was credited in the order of purchase, returns or not.
create index receipt_bought on receipt (purchased_at, id) where state in ('credited', 'partially_refunded', 'refunded');
