-- +goose Up

-- The points of a family lie together on the account of its head, the master account.
alter table member
  add column master_id bigint references member, -- whose account has this member's points; null = their own
  add column master_at timestamptz,              -- since when
  add constraint member_master check (master_id <> id and (master_id is null) = (master_at is null));
create index member_master on member (master_id) where master_id is not null;

-- Whose what is on a master account, when it is not the account's own member's; and
-- which card was shown for it.
alter table lot add column member_id bigint references member;
create index lot_member on lot (member_id) where member_id is not null;
alter table hold add column member_id bigint references member, add column card text;
create index hold_member on hold (member_id) where member_id is not null;
alter table ledger_tx add column member_id bigint references member, add column card text;

-- What one member gives another to be of one family with them.
create table family_invite (
  code_hash  bytea primary key,
  subject_id bigint not null references subject, -- who invites, in which chat
  issued_at  timestamptz not null,
  expires_at timestamptz not null,
  opened_by  bigint references subject,          -- the first who opened it: it is theirs
  opened_at  timestamptz,
  used_at    timestamptz                         -- agreed to, or refused
);
create index family_invite_subject on family_invite (subject_id, expires_at);
create index family_invite_opened on family_invite (opened_by, opened_at desc) where opened_by is not null;
