-- +goose Up

-- One fiscal document as one claim describes it. The holder of a fiscal key is
-- its one receipt that is not rejected; other claims wait as submissions.
create table receipt (
  id             bigint generated always as identity primary key,
  fn             text not null,
  fd             bigint not null,
  fp             bigint not null,
  operation      int not null,
  local_time     timestamp not null,      -- as printed: the till's civil time
  zone           text not null,
  purchased_at   timestamptz not null,    -- local_time in zone
  sum            bigint not null check (sum >= 0),  -- kopecks
  sum_ambiguous  boolean not null default false,
  member_id      bigint not null references member,
  subject_id     bigint references subject, -- who hears of it; null when a registrar sent it
  state          text not null check (state in ('queued', 'waiting', 'manual', 'verified', 'credited', 'rejected')),
  reason         text,                    -- receipt.Reason when rejected or manual
  authentic      boolean,                 -- the tax service knows its sign, contents not there yet
  asks           int not null default 0,  -- requests sent to the provider
  polls          int not null default 0,
  message_id     text,                    -- the provider's handle of the running ask
  asked_at       timestamptz,
  due_at         timestamptz,             -- when a loop looks again; verified and null = waits for the registration
  asker          bigint,                  -- session that asks for it until due_at
  delayed_at     timestamptz,             -- when the member was told that it takes longer
  contents       jsonb,                   -- fiscal.Receipt without personal data
  provider       text,                    -- who confirmed it: fns, demo, staff
  verified_at    timestamptz,
  verified_by    bigint references staff,
  credited_at    timestamptz,
  uploaded_at    timestamptz not null,
  queued_at      timestamptz not null     -- when it took its key: later than the upload behind another claim
);
create unique index receipt_holder on receipt (fn, fd, fp) where state <> 'rejected';
create index receipt_refused on receipt (fn, fd, fp) where state = 'rejected';
create index receipt_ask on receipt (due_at) where due_at is not null and state in ('queued', 'waiting', 'manual');
create index receipt_asker on receipt (asker) where asker is not null;
create index receipt_credit on receipt (due_at) where due_at is not null and state = 'verified';
create index receipt_untold on receipt (queued_at) where state in ('queued', 'waiting') and delayed_at is null;
create index receipt_overdue on receipt (queued_at) where state in ('queued', 'waiting');
create index receipt_unfinished on receipt (state) where state in ('queued', 'waiting', 'manual', 'verified');
create index receipt_member on receipt (member_id, id desc);

-- Every time somebody sent a QR, whatever became of it.
create table submission (
  id          bigint generated always as identity primary key,
  key         text not null unique,       -- inbox/<id> or api/<staff>/<idempotency key>
  receipt_id  bigint references receipt,  -- null: text not fiscal, or waiting behind another claim
  member_id   bigint not null references member,
  subject_id  bigint references subject,  -- null when a registrar sent it
  staff_id    bigint references staff,
  blob_id     uuid references blob,
  qr          text not null,              -- canonical fiscal text, or '' when not fiscal
  fn          text,
  fd          bigint,
  fp          bigint,
  state       text not null check (state in ('taken', 'waiting', 'duplicate', 'refused')),
  reason      text,
  at          timestamptz not null
);
create index submission_receipt on submission (receipt_id);
create index submission_key on submission (fn, fd, fp) where state = 'waiting';
create index submission_member on submission (member_id, id desc);

create table verification_attempt (
  id         bigint generated always as identity primary key,
  receipt_id bigint not null references receipt,
  provider   text not null,
  call       text not null check (call in ('send', 'poll')),
  sum        bigint not null,             -- the requisites asked with: the sum may be a second reading
  class      text not null,
  code       text not null default '',
  at         timestamptz not null
);
create index verification_attempt_receipt on verification_attempt (receipt_id, id);

-- The tax service's circuit breaker and quota, shared by every process.
create table provider_state (
  provider   text primary key,
  open_until timestamptz,
  failures   int not null default 0,
  calls      int not null default 0,
  window_at  timestamptz
);

create table review_task (
  id          bigint generated always as identity primary key,
  kind        text not null check (kind in ('receipt')),
  receipt_id  bigint not null references receipt,
  reason      text not null,
  created_at  timestamptz not null,
  decided_at  timestamptz,
  decided_by  bigint references staff,
  verdict     text check (verdict in ('approved', 'rejected')),
  note        text
);
create unique index review_task_open on review_task (receipt_id) where decided_at is null;
create index review_task_list on review_task (id) where decided_at is null;

-- What is known of a member's receipts without reading them: kept in the
-- transaction that changes a receipt.
create table member_stat (
  member_id       bigint primary key references member,
  receipts        int not null default 0,     -- credited
  checking        int not null default 0,     -- taken, neither credited nor rejected yet
  turnover        bigint not null default 0,  -- kopecks of the credited
  last_receipt_at timestamptz                 -- upload of the last one taken
) with (fillfactor = 70);
