-- +goose Up

-- Chats in the hand of who sends to them, one row a claim. A lease in each chat's lane
-- cost a lock and two writes a message.
create table send_claim (
  id          bigint primary key default hashtextextended(gen_random_uuid()::text, 0), -- never comes twice: a crash forgets claims
  channel     text not null,
  holder      bigint not null,           -- session, see living_session
  lease_until timestamptz not null,
  lanes       bigint[] not null          -- conversations that have not been given back
) with (toast_tuple_target = 8160);      -- to compress the lanes anew at each giving back costs more than their place
alter table lane drop column lease_until, drop column holder;
