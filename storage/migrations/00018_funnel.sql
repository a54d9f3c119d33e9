-- +goose Up
-- The first time a member came to a stage of a flow (a step with funnel:), kept in
-- the turn that did. Segments are those that held at that moment.
create table funnel (
  flow      text not null,
  stage     text not null,
  member_id bigint not null,   -- member; who is joined into another keeps the earlier time
  at        timestamptz not null,
  segments  text[] not null default '{}',
  primary key (flow, member_id, stage)
);
create index funnel_member on funnel (member_id);
