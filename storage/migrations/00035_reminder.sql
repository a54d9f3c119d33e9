-- +goose Up

-- Whether its member was told, or need not be, that a lot is about to expire.
alter table lot add column reminded boolean not null default false;
create index lot_unreminded on lot (expires_at) where remaining > held and not reminded and expires_at is not null;
