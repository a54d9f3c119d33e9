package survey

// qBegin makes a member's response, and returns what an earlier one holds; a
// response that another chat is just making looks like none.
const qBegin = `
with begun as (
  insert into survey_response (survey, member_id, channel, segments, started_at)
  values ($1, $2, $3, $4, $5)
  on conflict (survey, member_id) do nothing
)
select r.completed_at is not null as done, coalesce(a.question, '') as question, coalesce(a.given, '{}') as given
from survey_response r left join survey_answer a on a.response_id = r.id and ($6::bigint = 0 or a.subject_id = $6)
where r.survey = $1 and r.member_id = $2`

// qMeant is the member a link was made for, by now, as long as somebody of theirs
// is not erased.
const qMeant = `
select coalesce(m.merged_into, m.id) from member m
where m.id = $1 and exists (select from subject s where s.member_id = coalesce(m.merged_into, m.id) and s.wrapped_key is not null)`

// qAnswer keeps answers, the last one to each question. A response takes none once
// it is completed, but for those of the turn that completed it, which come behind.
// An answer that was gone back to is none: the question is asked again.
const qAnswer = `
with last as materialized (
  select distinct on (r.id, u.question) r.id, u.question, u.subject_id, u.passed, string_to_array(u.given, ',') as given, u.written, u.undone, u.figure
  from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::bytea[], $9::boolean[], $10::boolean[])
    with ordinality as u (subject_id, behalf, survey, question, passed, given, written, undone, figure, n)
  join subject s on s.id = u.subject_id
  left join member b on b.id = u.behalf
  join survey_response r on r.survey = u.survey and r.member_id = coalesce(b.merged_into, b.id, s.member_id)
  where r.completed_at is null or r.completed_at = $8 and r.completed_by = u.subject_id
  order by r.id, u.question, u.n desc
), gone as (
  delete from survey_answer a using last where last.undone and a.response_id = last.id and a.question = last.question
)
insert into survey_answer (response_id, question, subject_id, passed, figure, given, written, at)
select id, question, subject_id, passed, figure, given, written, $8 from last where not undone
order by id, question
on conflict (response_id, question) do update
set subject_id = excluded.subject_id, passed = excluded.passed, figure = excluded.figure, given = excluded.given, written = excluded.written, at = excluded.at`

// qHold lets nobody register the member or join them to another one meanwhile.
const qHold = `select coalesce(merged_into, id) from member where id = $1 for no key update`

const qComplete = `
update survey_response r
set completed_at = $3, completed_by = $4, reward = $5, reward_ttl = $6, reward_why = $7
from member m
where m.id = $2 and r.survey = $1 and r.member_id = m.id and r.completed_at is null
returning m.registered_at is not null as registered`

// qHeld takes what is promised to a registered member and not granted yet.
const qHeld = `
update survey_response r set rewarded_at = $2
from member m
where m.id = $1 and m.registered_at is not null and r.member_id = m.id and r.reward > 0 and r.rewarded_at is null
returning r.id, r.reward, r.reward_ttl as ttl, r.reward_why as why`

// qTwice finds the surveys that both members have answered: the response completed
// first stays, else the one begun first.
const qTwice = `
select id, member_id as member, reward, rewarded_at is not null as rewarded from (
  select r.*, row_number() over (partition by survey order by completed_at nulls last, started_at, id) as place
  from survey_response r where member_id in ($1, $2)
) r
where place > 1
order by id`

const qDrop = `delete from survey_response where id = any ($1::bigint[])`

const qMove = `update survey_response set member_id = $2 where member_id = $1`

const qTotals = `
select survey, count(*) as started, count(completed_at) as completed
from survey_response group by survey order by survey`

// cells says into which groups each response to a survey $1 falls: by $2, which is
// nothing, channel, segment or a question.
const cells = `
with cell as materialized (
  select r.id, r.completed_at, unnest(case $2::text
    when '' then array['']
    when 'channel' then array[r.channel]
    when 'segment' then case when r.segments = '{}' then array[''] else r.segments end
    else coalesce((select case when b.given = '{}' then array[''] else b.given end
      from survey_answer b where b.response_id = r.id and b.question = $2), array['']) end) as name
  from survey_response r where r.survey = $1
)`

const qGroups = cells + `
select name as "group", count(*) as started, count(completed_at) as completed from cell group by name order by name`

const qAnswered = cells + `
select a.question, c.name as "group", count(*) filter (where not a.passed) as answered, count(*) filter (where a.passed) as passed
from cell c join survey_answer a on a.response_id = c.id
group by 1, 2 order by 1, 2`

// qValues counts what was answered, of each question and group the $3 values that
// were most often.
const qValues = cells + `
select question, "group", value, n from (
  select a.question, c.name as "group", v.value, count(*) as n,
    row_number() over (partition by a.question, c.name order by count(*) desc, v.value) as place
  from cell c join survey_answer a on a.response_id = c.id cross join lateral unnest(a.given) v(value)
  group by 1, 2, 3
) counted
where place <= $3 order by 1, 2, place`

// qLeft counts the responses that are not completed by the last question answered,
// in the order $2; those of no answer under ”.
const qLeft = `
select coalesce(last.question, '') as question, count(*) as n
from survey_response r left join lateral (
  select a.question from survey_answer a where a.response_id = r.id
  order by coalesce(array_position($2::text[], a.question), 0) desc, a.at desc, a.question limit 1
) last on true
where r.survey = $1 and r.completed_at is null
group by 1 order by 1`

const qPage = `
select r.id, r.member_id as member, r.channel, r.segments, r.started_at, r.completed_at,
  a.questions, a.given, a.written, a.keys
from (select * from survey_response where survey = $1 and id > $2 order by id limit $3) r
cross join lateral (
  select coalesce(array_agg(a.question), '{}') as questions, coalesce(array_agg(array_to_string(a.given, ',')), '{}') as given,
    coalesce(array_agg(a.written), '{}') as written, coalesce(array_agg(case when a.written is not null then s.wrapped_key end), '{}') as keys
  from survey_answer a left join subject s on s.id = a.subject_id where a.response_id = r.id
) a
order by r.id`
