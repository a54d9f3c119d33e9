package consent

type memberRow struct {
	ID int64 `db:"id"`
}

const qSubscribe = `
insert into subscription (member_id, channel, wanted, at) values ($1, $2, $3, $4)
on conflict (member_id, channel) do update set wanted = excluded.wanted, at = excluded.at`

// qWordsChange keeps words that are not what stands already.
const qWordsChange = `
insert into subscription as s (member_id, channel, wanted, at)
select $1, k.channel, $3, $4 from unnest($2::text[]) k(channel)
where coalesce((select o.wanted from subscription o where o.member_id = $1 and o.channel = k.channel), k.channel = 'chat') <> $3
on conflict (member_id, channel) do update set wanted = excluded.wanted, at = excluded.at where s.wanted <> excluded.wanted`

// silenced is whether the card of member m keeps everything back.
const silenced = `exists (select from card c where c.member_id = m.id and c.replaced_at is null and c.status <> 'active')`

const qSubscriptions = `
select k.channel, coalesce(s.wanted, k.channel = 'chat') as wanted, coalesce(s.wanted, k.channel = 'chat') and not ` + silenced + ` as on, s.at
from unnest($2::text[]) with ordinality k(channel, n) join member m on m.id = $1
left join subscription s on s.member_id = m.id and s.channel = k.channel
order by k.n`

const qMayWrite = `
select coalesce((select wanted from subscription s where s.member_id = m.id and s.channel = $2), $2 = 'chat') and not ` + silenced + `
from member m where m.id = $1`

// living leaves out who was joined into another member, and who is erased.
const living = `m.merged_into is null and exists (select from subject b where b.member_id = m.id and b.wrapped_key is not null)`

const qSubscribers = `
select m.id from subscription s join member m on m.id = s.member_id
where s.channel = $1 and s.wanted and s.member_id > $2 and not ` + silenced + ` and ` + living + `
order by s.member_id limit $3`

// qListeners is qSubscribers of the medium that members have until they say no.
const qListeners = `
select m.id from member m
where m.id > $2 and not exists (select from subscription s where s.member_id = m.id and s.channel = $1 and not s.wanted)
  and not ` + silenced + ` and ` + living + `
order by m.id limit $3`

const qMergeSubscriptions = `
insert into subscription as s (member_id, channel, wanted, at) select $2, channel, wanted, at from subscription where member_id = $1
on conflict (member_id, channel) do update set wanted = excluded.wanted, at = excluded.at where s.at < excluded.at`

const qUnsubscribeAll = `delete from subscription where member_id = $1`
