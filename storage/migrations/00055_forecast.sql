-- +goose Up

-- A forecast reads what was credited in the order of purchase.
create index receipt_bought on receipt (purchased_at, id) where state = 'credited';
