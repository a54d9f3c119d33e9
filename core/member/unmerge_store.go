package member

// qMergeState is all that a merge changes of the members $1, a row for each: of what only
// changes hands no more than whose it is and what tells that it has lived on since.
const qMergeState = `
select 'members' as noun, m.id::text as key, jsonb_build_object('id', m.id, 'answers', m.answers, 'consents', m.consents, 'registered_at', m.registered_at,
  'joined', m.joined, 'suspended_at', m.suspended_at, 'merged_into', m.merged_into)::text as row from member m where m.id = any ($1::bigint[]) or m.merged_into = any ($1::bigint[])
union all select 'chats', id::text, jsonb_build_object('member_id', member_id)::text from subject where member_id = any ($1::bigint[])
union all select 'phones', id::text, to_jsonb(t)::text from phone t where member_id = any ($1::bigint[])
union all select 'consents', id::text, jsonb_build_object('member_id', member_id)::text from consent where member_id = any ($1::bigint[])
union all select 'submissions', id::text, jsonb_build_object('member_id', member_id)::text from submission where member_id = any ($1::bigint[])
union all select 'receipts', id::text, jsonb_build_object('member_id', member_id, 'state', state)::text from receipt where member_id = any ($1::bigint[])
union all select 'figures', member_id::text, to_jsonb(t)::text from member_stat t where member_id = any ($1::bigint[])
union all select 'limits', id::text, to_jsonb(t)::text from campaign_counter t where kind = 'member' and subject = any ($1::bigint[]::text[])
union all select 'pools', id::text, to_jsonb(t)::text from coupon_pool t where member_id = any ($1::bigint[])
union all select 'coupons', id::text, jsonb_build_object('member_id', member_id)::text from coupon where member_id = any ($1::bigint[])
union all select 'funnels', flow || '/' || stage || '/' || member_id, to_jsonb(t)::text from funnel t where member_id = any ($1::bigint[])
union all select 'surveys', id::text, jsonb_build_object('member_id', member_id, 'completed_at', completed_at, 'rewarded_at', rewarded_at)::text from survey_response where member_id = any ($1::bigint[])
union all select 'orders', id::text, jsonb_build_object('member_id', member_id)::text from prize_order where member_id = any ($1::bigint[])
union all select 'cards', id::text, to_jsonb(t)::text from card t where member_id = any ($1::bigint[])
union all select 'subscriptions', member_id || '/' || channel, to_jsonb(t)::text from subscription t where member_id = any ($1::bigint[])
union all select 'tiers', member_id::text, to_jsonb(t)::text from member_tier t where member_id = any ($1::bigint[])
union all select 'pairs', id::text, to_jsonb(t)::text from member_pair t where one = any ($1::bigint[]) or other = any ($1::bigint[])
union all select 'families', id::text, '{}' from member where master_id = any ($1::bigint[]) or id = any ($1::bigint[]) and master_id is not null
union all select 'erasures', member_id::text, '{}' from erasure where member_id = any ($1::bigint[])
union all select 'debts', id::text, jsonb_build_object('owed', owed)::text from account where kind = 'member' and member_id = any ($1::bigint[]) and owed > 0
union all select 'holds', h.id::text, jsonb_build_object('account_id', h.account_id)::text from hold h join account a on a.id = h.account_id where a.kind = 'member' and a.member_id = any ($1::bigint[])
union all select 'lots', l.id::text, '{}' from lot l join account a on a.id = l.account_id where a.kind = 'member' and a.member_id = any ($1::bigint[]) and l.remaining > 0`

const qMergeKeep = `
insert into member_merge_row (merge_id, noun, key, before, after)
select $1, r.noun, r.key, nullif(r.before, '')::jsonb, nullif(r.after, '')::jsonb
from unnest($2::text[], $3::text[], $4::text[], $5::text[]) r(noun, key, before, after)`

const qMergeRows = `
select noun, key, coalesce(before::text, '') as before, coalesce(after::text, '') as after
from member_merge_row where merge_id = $1 order by noun, key`

const mergeColumns = `g.id, g.from_member, g.into_member, g.reason, g.at, g.undone_at`

const qMerges = `select ` + mergeColumns + ` from member_merge g where g.from_member = $1 or g.into_member = $1 order by g.id`

const qMergeHold = `select ` + mergeColumns + `, g.kept from member_merge g where g.id = $1 for update`

// qMergeLater is whether the survivor of merge $1 has changed by another one since.
const qMergeLater = `
select exists (select from member_merge g join member_merge l on l.id > g.id and l.undone_at is null
  and (l.into_member = g.into_member or l.from_member = g.into_member) where g.id = $1)`

const qMergeUndone = `update member_merge set undone_at = $2, undone_by = $3 where id = $1 and undone_at is null`

const qApart = `
insert into member_pair (one, other, reason, at, settled_at, verdict, staff_id)
values (least($1::bigint, $2), greatest($1::bigint, $2), 'undone', $3, $3, 'different', $4)
on conflict (one, other) do update set settled_at = excluded.settled_at, verdict = excluded.verdict, staff_id = excluded.staff_id`

// qMergesForget takes with whoever is erased what is kept of them, and of whom they were.
const qMergesForget = `
with erased as (
  select member_id as id from subject where id = any ($1::bigint[])
  union
  select f.id from subject s join member f on f.merged_into = s.member_id where s.id = any ($1::bigint[])
), gone as (
  update member_merge g set kept = false from erased e where g.from_member = e.id or g.into_member = e.id returning g.id)
delete from member_merge_row r using gone where r.merge_id = gone.id`

const qBackMembers = `
update member m set answers = r.answers, consents = r.consents, registered_at = r.registered_at, joined = r.joined,
  suspended_at = r.suspended_at, merged_into = r.merged_into
from jsonb_populate_recordset(null::member, $1::jsonb) r where r.id = m.id`

const qBackChats = `update subject set member_id = $2 where id = any ($1::text[]::bigint[])`

const qBackConsents = `update consent set member_id = $2 where id = any ($1::text[]::bigint[])`

const qBackSubmissions = `update submission set member_id = $2 where id = any ($1::text[]::bigint[])`

const qBackReceipts = `update receipt set member_id = $2 where id = any ($1::text[]::bigint[])`

const qBackPools = `update coupon_pool set member_id = $2 where id = any ($1::text[]::bigint[])`

const qBackCoupons = `update coupon set member_id = $2 where id = any ($1::text[]::bigint[])`

const qBackSurveys = `update survey_response set member_id = $2 where id = any ($1::text[]::bigint[])`

const qBackOrders = `update prize_order set member_id = $2 where id = any ($1::text[]::bigint[])`

const qDropPhones = `delete from phone where id = any ($1::text[]::bigint[])`

const qBackPhones = `insert into phone overriding system value select r.* from jsonb_populate_recordset(null::phone, $1::jsonb) r`

const qDropFunnels = `delete from funnel where flow || '/' || stage || '/' || member_id = any ($1::text[]) and member_id = any ($2::bigint[])`

const qBackFunnels = `insert into funnel select r.* from jsonb_populate_recordset(null::funnel, $1::jsonb) r`

const qDropCards = `delete from card where id = any ($1::text[]::bigint[])`

const qBackCards = `insert into card overriding system value select r.* from jsonb_populate_recordset(null::card, $1::jsonb) r`

const qDropSubscriptions = `delete from subscription where member_id || '/' || channel = any ($1::text[]) and member_id = any ($2::bigint[])`

const qBackSubscriptions = `insert into subscription select r.* from jsonb_populate_recordset(null::subscription, $1::jsonb) r`

const qBackTiers = `insert into member_tier select r.* from jsonb_populate_recordset(null::member_tier, $1::jsonb) r`

const qDropPairs = `delete from member_pair where id = any ($1::text[]::bigint[])`

const qBackPairs = `insert into member_pair overriding system value select r.* from jsonb_populate_recordset(null::member_pair, $1::jsonb) r`

// qLessFigures takes what $2 was of before out of $1, whatever either has had since.
const qLessFigures = `
update member_stat s set receipts = s.receipts - r.receipts, checking = s.checking - r.checking, turnover = s.turnover - r.turnover,
  last_receipt_at = case when s.last_receipt_at > r.last_receipt_at then s.last_receipt_at else o.last_receipt_at end
from jsonb_populate_recordset(null::member_stat, $2::jsonb) r
left join jsonb_populate_recordset(null::member_stat, $2::jsonb) o on o.member_id = $1
where s.member_id = $1 and r.member_id <> $1`

// qDropFigures leaves nobody figures of nothing, who had none before.
const qDropFigures = `
delete from member_stat s where s.member_id = $1 and s.receipts = 0 and s.checking = 0 and s.turnover = 0
  and not exists (select from jsonb_populate_recordset(null::member_stat, $2::jsonb) o where o.member_id = $1)`

const qBackFigures = `
insert into member_stat select r.* from jsonb_populate_recordset(null::member_stat, $2::jsonb) r where r.member_id <> $1::bigint`

const qLessLimits = `
update campaign_counter c set used = greatest(c.used - r.used, 0)
from jsonb_populate_recordset(null::campaign_counter, $2::jsonb) r
where c.kind = 'member' and c.subject = $1::bigint::text and r.subject <> $1::bigint::text
  and c.campaign_id = r.campaign_id and c.limit_id = r.limit_id and c.period = r.period`

const qDropLimits = `
delete from campaign_counter c using jsonb_populate_recordset(null::campaign_counter, $2::jsonb) r
where c.kind = 'member' and c.subject = $1::bigint::text and r.subject <> $1::bigint::text and c.used = 0
  and c.campaign_id = r.campaign_id and c.limit_id = r.limit_id and c.period = r.period
  and not exists (select from jsonb_populate_recordset(null::campaign_counter, $2::jsonb) o where o.id = c.id)`

const qBackLimits = `
insert into campaign_counter overriding system value
select r.* from jsonb_populate_recordset(null::campaign_counter, $2::jsonb) r where r.subject <> $1::bigint::text`
