-- +goose Up

-- Whose sender a message waits for. Who claims chats of one messenger looks at what
-- waits for it alone, and not through a newsletter's backlog in another one.
alter table outbox add column channel text;
update outbox o set channel = l.channel from lane l where l.conversation_id = o.conversation_id;
alter table outbox alter column channel set not null;
drop index outbox_pending;
create index outbox_pending on outbox (channel, priority, id, conversation_id) where state = 'pending';
