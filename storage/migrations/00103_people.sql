-- +goose Up

-- What the words of a member's name begin with, as HMACs cut to eight bytes: staff look
-- members up by a few letters, and no name stands here. All of a member's are in one row,
-- so that what is shared with others tells no more than how many begin so.
create table member_name (
  member_id bigint primary key references member,
  marks     bigint[] not null
);
create index member_name_marks on member_name using gin (marks);

-- Everybody who has told a name already is looked at once more.
insert into namesake_due select id from member where answers <> '{}' and merged_into is null on conflict do nothing;
