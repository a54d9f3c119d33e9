-- +goose Up

-- What the report of a day reads: what was sent, who came into a funnel, what coupons were
-- drawn and taken away. Coupons lie in the order they were issued, as the ledger does.
create index receipt_uploaded on receipt (uploaded_at);
create index submission_day on submission (at) where state <> 'taken';
create index funnel_day on funnel (flow, at);
create index coupon_day on coupon using brin (issued_at) with (pages_per_range = 16, autosummarize = on);
create index coupon_voided on coupon (voided_at) where voided_at is not null;
create index hold_open on hold (account_id) include (amount) where state = 'open';
