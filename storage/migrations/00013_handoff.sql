-- +goose Up

-- Who has a conversation: the bot, or people, who are waited for or are there.
alter table conversation
  add column lifecycle text not null default 'bot' check (lifecycle in ('bot', 'queued', 'operator')),
  add column queue     text,        -- of the people it was handed to
  add column queued_at timestamptz,
  add check ((lifecycle = 'bot') = (queue is null) and (queue is null) = (queued_at is null));
create index conversation_queued on conversation (id) where lifecycle <> 'bot';
