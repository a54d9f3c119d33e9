-- +goose Up

-- What the staff did about one object, newest last.
create index audit_object on audit (object, id);

-- That somebody was forgotten, told without saying who: the number is all that is left of
-- the member. One a member; written with the erasure, and once more after a restore.
create table erasure_certificate (
  id        bigint generated always as identity primary key,
  member_id bigint not null unique references member,
  erased_at timestamptz not null,
  staff_id  bigint references staff,      -- null: the member did it in a chat, or the program after a restore
  ground    text not null check (ground in ('chat', 'letter', 'consent', 'order', 'replay', 'line')),
  chats     int not null,                 -- whose keys were destroyed
  photos    int not null,
  turns     bigint not null,              -- of the talk
  receipts  int not null,                 -- kept under the number, as are the next two
  postings  bigint not null,
  consents  int not null
);

-- Staff who see receipts of these partners only; whoever has no row sees those of all.
create table staff_partner (
  staff_id bigint not null references staff,
  partner  text not null,                 -- of partners.yaml
  primary key (staff_id, partner)
);
