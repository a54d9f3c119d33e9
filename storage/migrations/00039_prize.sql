-- +goose Up
-- What stands in the showcase is the programme's prizes.yaml; how much of it there
-- is stands here. Prizes that are codes have theirs in pools instead.
create table prize (
  key   text primary key,                -- its name in prizes.yaml
  stock bigint not null default 0 check (stock >= 0)
) with (fillfactor = 70);

-- What a member asked for, or won. It stays under the member's number whatever
-- becomes of the member.
create table prize_order (
  id           bigint generated always as identity primary key,
  key          text not null unique,     -- what makes a replay harmless; of its hold too
  prize        text not null,            -- its name in prizes.yaml, whatever becomes of the file
  name         text not null,            -- what it was called then
  member_id    bigint not null references member,
  subject_id   bigint references subject, -- under whose key the rest is sealed
  state        text not null check (state in ('reserved', 'code_issued', 'ready_at_desk', 'handed_over', 'picking', 'shipped', 'delivered', 'cancelled', 'expired')),
  delivery     text not null check (delivery in ('code', 'desk', 'parcel')),
  currency     text not null,
  price        bigint not null check (price >= 0), -- minor units, held until it leaves us; 0 when it was won
  value        bigint not null default 0,          -- kopecks
  tax          text not null default '',
  campaign_id  text,                     -- by which it was won
  receipt_id   bigint references receipt,
  secret       bytea,                    -- the code that is its owner's alone
  address      bytea,
  tries        int not null default 0,   -- wrong codes at the desk
  at           timestamptz not null,
  expires_at   timestamptz               -- of a reservation for points; else null
) with (fillfactor = 70);
create index prize_order_member on prize_order (member_id, id);
create index prize_order_state on prize_order (state, id);
create index prize_order_due on prize_order (expires_at) where state = 'reserved' and expires_at is not null;
create index prize_order_subject on prize_order (subject_id);

-- How an order came to where it is.
create table prize_event (
  id       bigint generated always as identity primary key,
  order_id bigint not null references prize_order,
  state    text not null,
  staff_id bigint references staff,      -- null: the member, or the clock
  reason   text not null default '',
  at       timestamptz not null
);
create index prize_event_order on prize_event (order_id, id);
create trigger prize_event_append_only before update or delete on prize_event for each row execute function refuse_change();

-- A code is sealed under the master key until it is somebody's, and then under
-- theirs in the order alone.
create table prize_code (
  id       bigint generated always as identity primary key,
  pool     text not null,
  hash     bytea not null,               -- keyed: the same code is taken in once
  sealed   bytea,                        -- null once it was issued
  added_at timestamptz not null,
  order_id bigint unique references prize_order, -- null: it is free
  unique (pool, hash)
) with (fillfactor = 70);
create index prize_code_free on prize_code (pool, id) where order_id is null;
