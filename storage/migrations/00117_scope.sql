-- +goose Up
-- Who became part of a member: their story tells what stands under the old numbers, too.
create index member_merged on member (merged_into) where merged_into is not null;
