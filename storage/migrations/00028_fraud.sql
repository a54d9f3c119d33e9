-- +goose Up

-- A suspended member's receipts are taken, verified and kept, and not credited until
-- a person lifts it. It stands in the member's own row, which the crediting holds.
alter table member add column suspended_at timestamptz;

-- Who suspended whom and why, and who took it back.
create table suspension (
  id         bigint generated always as identity primary key,
  member_id  bigint not null references member,
  cause      text not null,               -- review.Cause
  note       text not null,
  staff_id   bigint not null references staff,
  at         timestamptz not null,
  lifted_by  bigint references staff,
  lifted_at  timestamptz,
  lift_note  text
);
create index suspension_member on suspension (member_id, id);

-- Whether two people sent the same picture: an HMAC of it, which erasure takes away.
-- Pictures of before have none.
alter table blob add column likeness bytea;
create index blob_likeness on blob (likeness) where likeness is not null;
create index blob_subject on blob (subject_id);

-- Members who name one phone.
create index phone_named on phone (phone_index);

-- The days whose credited receipts have had their random sample.
create table sample_day (
  begins   timestamptz primary key,
  ends     timestamptz not null,          -- exclusive
  credited int not null,
  chosen   int not null,
  at       timestamptz not null
);
create index receipt_credited on receipt (credited_at) where state = 'credited';
