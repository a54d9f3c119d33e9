-- +goose Up

-- The digest of a request was a plain hash: whoever tried all phones on it knew the
-- one that was asked about. It takes the master key now, which no migration has, so
-- what was kept goes. A receipt registered before is still known by its own key.
delete from idempotency;

create index idempotency_at on idempotency (at);
