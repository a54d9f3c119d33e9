-- +goose Up

-- A receipt of which some goods came back was credited all the same: the day's sample
-- is drawn from it, too.
drop index receipt_credited;
create index receipt_credited on receipt (credited_at) where state in ('credited', 'partially_refunded');
