-- +goose Up

-- What a member wants to be written to unasked, by channel, in their own last word.
-- Nobody told is subscribed to the chat and to nothing else. Whether anything leaves is
-- for the card to say, too: while it is not active all channels are off, and what is
-- kept here is what comes back with it.
create table subscription (
  member_id bigint not null references member,
  channel   text not null check (channel in ('chat', 'sms', 'email')),
  wanted    boolean not null,
  at        timestamptz not null,
  primary key (member_id, channel)
);
create index subscription_wanted on subscription (channel, member_id) where wanted;
