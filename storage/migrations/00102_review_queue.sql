-- +goose Up

-- The queue of reviews. fence grows whenever a task comes into other hands: a decision
-- says which taking it is of. Who was asked for another photo is left time to send it;
-- that it has come is told by the submissions.
alter table review_task
  add column fence    bigint not null default 0,
  add column asks     int not null default 0,       -- for a photo
  add column asked_at timestamptz,                  -- the last of them
  add column asked_by bigint references staff,
  add column asked_past bigint;                     -- the last submission of then: later ones answer

-- Who passed a task over is not shown it again at once.
create table review_skip (
  task_id  bigint not null references review_task,
  staff_id bigint not null references staff,
  until    timestamptz not null,
  primary key (staff_id, task_id)
);

-- The pace of each of the staff, and the photos that are waited for.
create index review_task_pace on review_task (decided_by, decided_at) where decided_by is not null;
create index review_task_asked on review_task (receipt_id) where asked_at is not null and decided_at is null;
