-- +goose Up

-- Who sends and who is sent to, beside the right to send: both are the
-- conversation's for good, and every message would look them up there.
alter table lane
  add column channel    text,
  add column subject_id bigint;          -- subject
update lane l set channel = c.channel, subject_id = c.subject_id from conversation c where c.id = l.conversation_id;
alter table lane
  alter column channel set not null,
  alter column subject_id set not null,
  drop constraint lane_conversation_id_fkey;

-- Nobody read it: polling begins with what the messenger has not been told of,
-- and what comes again falls to the keys of the inbox.
drop table channel_cursor;
