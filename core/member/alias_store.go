package member

// qSubjectsByName asks what the messenger has said of an id before it asks who
// writes under it: a number may have been somebody else's.
const qSubjectsByName = `
select s.id, s.member_id, c.id as conversation_id, c.takes_text, a.name_index as peer_index, s.wrapped_key,
  s.peer_index = a.name_index as current, true as explained
from subject_alias a join subject s on s.id = a.subject_id join conversation c on c.subject_id = s.id
where a.channel = $1 and a.name_index = any ($2::bytea[])
union all
select s.id, s.member_id, c.id, c.takes_text, s.peer_index, s.wrapped_key, true, false
from subject s join conversation c on c.subject_id = s.id
where s.channel = $1 and s.peer_index = any ($2::bytea[])
  and not exists (select from subject_alias a where a.channel = s.channel and a.name_index = s.peer_index)`

const qNamesLock = `select pg_advisory_xact_lock(hashtextextended('member/names/' || $1::text, 0))`

// qAliasPut waits for who erases the subject: whoever is erased has no names.
const qAliasPut = `
insert into subject_alias (channel, name_index, subject_id, at)
select $1, $2, id, $4 from subject where id = $3 and wrapped_key is not null for no key update
on conflict (channel, name_index) do update set subject_id = excluded.subject_id, at = excluded.at`

const qAliasOfPeer = `
insert into subject_alias (channel, name_index, subject_id, at)
select channel, $2, id, $4 from subject where channel = $1 and peer_index = $3
on conflict (channel, name_index) do update set subject_id = excluded.subject_id, at = excluded.at`

const qAliasKeep = `
insert into subject_alias (channel, name_index, subject_id, at) select channel, peer_index, id, $2 from subject
where id = $1 and wrapped_key is not null for no key update
on conflict (channel, name_index) do nothing`

// qSubjectAddress leaves who was met under both ids before the messenger told that
// they are one: each chat keeps its own. Who was erased meanwhile stays without one.
const qSubjectAddress = `
update subject s set peer_index = $3, sealed_peer = $4
where s.id = $1 and s.wrapped_key is not null and not exists (select from subject o where o.channel = $2 and o.peer_index = $3)`

const qEraseAliases = `delete from subject_alias where subject_id = any ($1::bigint[])`
