-- +goose Up

-- Other ids under which a messenger knows, or has known, a person: the phone beside
-- the id it gives them for our business, a number they had before. Each names who
-- had it last. subject.peer_index is the id they last wrote under.
create table subject_alias (
  channel    text not null,
  name_index bytea not null,             -- HMAC, as subject.peer_index
  subject_id bigint not null references subject,
  at         timestamptz not null,
  primary key (channel, name_index)
);
create index subject_alias_subject on subject_alias (subject_id);
