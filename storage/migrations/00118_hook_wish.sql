-- +goose Up
-- The wishes under which an endpoint was given another secret: what was given once is not
-- given again, when it has long been out of force.
alter table hook_endpoint add column rotated_keys text[] not null default '{}';
