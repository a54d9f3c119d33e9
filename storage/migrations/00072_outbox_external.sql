-- +goose Up
-- A phone that could not read a message of a linked device asks for it by its
-- WhatsApp id, which begins as those of web clients do. Other messengers never
-- ask, and their rows are not in here.
create index outbox_asked on outbox (external_id) where external_id like '3EB0%';
