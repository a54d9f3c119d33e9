-- +goose Up

-- When the program last gave a conversation back to the bot after silence. It is closed with
-- the turn that this comes to, unless the shopper is heard before it.
alter table support_case add column quiet_at timestamptz;
