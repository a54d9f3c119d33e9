-- +goose Up

-- When a receipt got its verdict: once, whatever becomes of it later. Written in
-- the transaction of the verdict; a loop adds it to slo_day. A counter in that
-- transaction would make every verdict of a day wait for the one before it.
create table verdict (
  receipt_id  bigint primary key,        -- receipt
  channel     text not null,             -- of who sent it; desk: a registrar did
  uploaded_at timestamptz not null,
  day         date not null,             -- of the upload, by the programme's clock
  at          timestamptz not null,
  counted     boolean not null default false  -- in slo_day
);
create index verdict_uncounted on verdict (receipt_id) where not counted;

-- Receipts with a verdict, by how many of the promised times they took longer than.
create table slo_day (
  day      date not null,
  channel  text not null,
  missed   int not null,
  receipts bigint not null,
  took_us  bigint not null,              -- together, in microseconds
  primary key (day, channel, missed)
) with (fillfactor = 70);

-- A promise that was not kept, from when it was noticed until it was kept again.
create table slo_breach (
  id       bigint generated always as identity primary key,
  target   text not null,
  began_at timestamptz not null,
  met      bigint not null,              -- receipts in time, as it began
  judged   bigint not null,              -- of so many
  ended_at timestamptz
);
create unique index slo_breach_open on slo_breach (target) where ended_at is null;

-- When the promises were looked at last: one row, or none before the first time.
create table slo_look (
  single boolean primary key default true check (single),
  at     timestamptz not null
);

create index receipt_undecided on receipt (uploaded_at) where state in ('queued', 'waiting', 'manual');

-- Receipts of before, counted at once: the loop takes a thousand at a time, and each
-- time passes by all that it has counted. When one was rejected nobody has kept.
insert into verdict (receipt_id, channel, uploaded_at, day, at, counted)
select r.id, coalesce(s.channel, 'desk'), r.uploaded_at, (r.uploaded_at at time zone r.zone)::date, r.verified_at, true
from receipt r left join subject s on s.id = r.subject_id
where r.verified_at is not null;

insert into slo_day (day, channel, missed, receipts, took_us)
select day, channel,
  (at > uploaded_at + interval '30 seconds')::int + (at > uploaded_at + interval '4 hours')::int + (at > uploaded_at + interval '24 hours')::int,
  count(*), sum(greatest(0, extract(epoch from at - uploaded_at) * 1000000))::bigint
from verdict group by 1, 2, 3;
