-- +goose Up

-- What was said in one conversation, for people to read back from its end.
create index inbox_history on inbox (conversation_id, received_at, id) where kind = 'message';
create index outbox_history on outbox (conversation_id, at, id);
