-- +goose Up

-- Whether a message went as the template that stands in for it outside the messenger's
-- window: that is what the person has read.
alter table outbox add column as_template boolean not null default false;
