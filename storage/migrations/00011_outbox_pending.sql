-- +goose Up

-- Who claims chats to send to reads what waits in its order, up to a thousand
-- messages. The index of lanes has both columns that are asked for, so it was read
-- instead, all of it, and sorted: a newsletter's whole backlog at each claim.
drop index outbox_pending;
create index outbox_pending on outbox (id, conversation_id) where state = 'pending';
