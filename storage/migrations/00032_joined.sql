-- +goose Up

-- Whether others were ever merged into the member, so that the subjects of one who
-- has a single chat, as nearly all have, need not be looked for in every turn.
alter table member add column joined boolean not null default false;
update member m set joined = true where exists (select from member f where f.merged_into = m.id);
