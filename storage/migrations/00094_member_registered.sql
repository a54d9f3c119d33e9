-- +goose Up

-- Who registered in a day, for the reports.
create index member_registered on member (registered_at) where registered_at is not null and merged_into is null;
