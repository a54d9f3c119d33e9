-- +goose Up

-- What a person has decided of a name in a chain: that it is a product of the
-- catalogue, or none of it. From then on the name decides by itself. Who thinks
-- better of it names the decision that theirs replaces: of two at once one is
-- first, and the other is told.
create table product_decision (
  id         bigint generated always as identity primary key,
  inn        text not null,                -- of the chain; '' when the receipt does not tell
  name       text not null,                -- of the line, normalised (catalogue.Normal)
  product    text,                         -- null: none of the catalogue
  replaces   bigint unique references product_decision,
  staff_id   bigint not null references staff,
  note       text not null,
  at         timestamptz not null
);
create unique index product_decision_first on product_decision (inn, name) where replaces is null;
create index product_decision_name on product_decision (inn, name);

-- What was found in a receipt: one row for every line that is goods.
create table receipt_line (
  receipt_id  bigint not null references receipt,
  line        int not null,                -- its place in the contents, from 0
  inn         text not null,
  name        text not null,               -- normalised
  pieces      bigint not null,
  sum         bigint not null,             -- kopecks, as paid: not price by quantity
  product     text,                        -- accepted, or the nearest one of an unsure line
  score       int not null check (score between 0 and 100),
  verdict     text not null check (verdict in ('accepted', 'unsure', 'other')),
  decision_id bigint references product_decision, -- the person's that decided
  catalogue   bytea not null,              -- SHA-256 of catalogue.yaml, in content
  trace       bytea not null,
  at          timestamptz not null,
  primary key (receipt_id, line),
  check (product is not null or verdict = 'other')
);
create index receipt_line_name on receipt_line (inn, name, receipt_id, line);
create index receipt_line_unsure on receipt_line (inn, name) where verdict = 'unsure';
