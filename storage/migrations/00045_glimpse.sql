-- +goose Up

-- What was seen of codes that could not be read in a photo, for an hour: a second
-- photo of the same receipt adds to it. Sealed under the subject's key.
create table glimpse (
  blob_id    uuid primary key references blob,
  subject_id bigint not null references subject,
  sealed     bytea not null,
  at         timestamptz not null
);
create index glimpse_subject on glimpse (subject_id, at);
create index glimpse_at on glimpse (at);
