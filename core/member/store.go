package member

const qMasterBind = `insert into setting (name, value) values ('master_key', $1) on conflict do nothing`

const qMasterBound = `select value from setting where name = 'master_key'`

const qSubjectsByPeer = `
select s.id, s.member_id, c.id as conversation_id, s.peer_index, s.wrapped_key
from subject s join conversation c on c.subject_id = s.id
where s.channel = $1 and s.peer_index = any ($2::bytea[])`

// qSubjectCreate draws the members' ids first and makes the members only of
// subjects that went in, so that a peer met twice leaves no orphan behind. The
// order keeps two processes from waiting for each other.
const qSubjectCreate = `
with fresh as (
  insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at)
  select nextval(pg_get_serial_sequence('member', 'id')), $1, p.peer_index, p.sealed_peer, p.wrapped_key, $5
  from unnest($2::bytea[], $3::bytea[], $4::bytea[]) as p (peer_index, sealed_peer, wrapped_key)
  order by p.peer_index
  on conflict (channel, peer_index) do nothing
  returning id, member_id
), born as (
  insert into member (id, created_at) overriding system value select member_id, $5 from fresh
), talk as (
  insert into conversation (subject_id, channel, at) select id, $1, $5 from fresh returning id
)
insert into lane (conversation_id) select id from talk`
