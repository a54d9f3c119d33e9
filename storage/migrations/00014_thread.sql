-- +goose Up

-- What a message is about, by a name and an id: a later one about the same may
-- take its place in the chat.
alter table outbox add column thread text;
create index outbox_thread on outbox (conversation_id, thread, id) where thread is not null;

-- n of the line whose place this one takes; the line itself stays, and whoever
-- reads both shows the later one.
alter table webchat_line add column changes bigint;
