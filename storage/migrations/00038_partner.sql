-- +goose Up

-- A person is asked in which store a receipt was made, too: once for an address of a
-- taxpayer.
alter table review_task
  drop constraint review_task_kind_check,
  add constraint review_task_kind_check check (kind in ('receipt', 'product', 'fraud', 'sample', 'debt', 'place'));

-- What a person has decided of an address of a taxpayer: that it is a store of the
-- partners, or none of them. Decisions replace one another as those about names of
-- products do.
create table place_decision (
  id         bigint generated always as identity primary key,
  inn        text not null,                -- of the seller; '' when the receipt does not tell
  address    text not null,                -- normalised (book.KeyOf)
  store      text,                         -- null: none of the partners'
  replaces   bigint unique references place_decision,
  staff_id   bigint not null references staff,
  note       text not null,
  at         timestamptz not null
);
create unique index place_decision_first on place_decision (inn, address) where replaces is null;
create index place_decision_key on place_decision (inn, address);

-- Where a verified receipt was made, as the partners were then: rules see this row and
-- no later book.
create table receipt_place (
  receipt_id  bigint primary key references receipt,
  inn         text not null,
  address     text not null,               -- normalised
  verdict     text not null check (verdict in ('accepted', 'unsure', 'other')),
  partner     text not null,               -- '' unless accepted, as the following
  store       text not null,
  format      text not null,
  category    text not null,
  zone        text not null,               -- IANA; '' for the programme's
  decision_id bigint references place_decision, -- the person's that decided
  book        bytea not null,              -- SHA-256 of partners.yaml, in content
  trace       bytea not null,
  at          timestamptz not null,
  check ((verdict = 'accepted') = (store <> ''))
);
create index receipt_place_key on receipt_place (inn, address, receipt_id);
create index receipt_place_unsure on receipt_place (inn, address, receipt_id) where verdict = 'unsure';
