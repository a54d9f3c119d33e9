-- +goose Up

-- A list of people that somebody of the staff has brought, to be made members. The lines of
-- its file are sealed under a key of its own until they are done with.
create table intake (
  id          bigint generated always as identity primary key,
  file_index  bytea not null,             -- HMAC of the file's bytes: one file is one intake
  bytes       bigint not null,
  head        bytea not null,             -- sealed: the cells of its first line
  head_line   int not null,               -- where that is
  wrapped_key bytea,                      -- null once all is gone
  columns     text[] not null default '{}', -- what each column is; '' of one that is left out
  state       text not null default 'uploaded' check (state in ('uploaded', 'checking', 'checked', 'running', 'stopped', 'done', 'gone')),
  reached     int not null default 0,     -- the line up to which the state's work is done
  basis       jsonb,                      -- what was agreed to, on what ground; null until it runs
  staff_id    bigint references staff,    -- who brought it; null: the command line
  at          timestamptz not null,
  ran_by      bigint references staff,
  ran_at      timestamptz,
  done_at     timestamptz,
  expires_at  timestamptz                 -- when its lines go; null: they have
);
create unique index intake_file on intake (file_index) where state <> 'gone';
create index intake_work on intake (id) where state in ('checking', 'running');
create index intake_expires on intake (expires_at) where expires_at is not null;

create table intake_row (
  intake_id   bigint not null references intake,
  line        int not null,               -- of the file
  sealed      bytea,                      -- its cells; null once it is done with
  phone_index bytea,                      -- as phone has it
  card        text not null default '',
  class       text check (class in ('new', 'known', 'doubtful', 'refused')), -- null until it is looked at
  cause       text not null default '',   -- why it is doubtful or refused
  col         int not null default 0,     -- of the cell that is to blame; 0: none
  other       int not null default 0,     -- the line that says the same
  member_id   bigint references member,   -- whom it means, or has become
  done        boolean not null default false, -- members were changed by it
  primary key (intake_id, line)
);
create index intake_row_class on intake_row (intake_id, class, line);
create index intake_row_phone on intake_row (phone_index) where phone_index is not null;
create index intake_row_card on intake_row (intake_id, card) where card <> '';
create index intake_row_member on intake_row (member_id) where member_id is not null and sealed is not null;

-- Which list a consent came with: the ground is told there.
alter table consent add column intake_id bigint references intake;
