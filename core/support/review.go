package support

import (
	"context"
	"fmt"

	"besedka/storage"
)

// inReview are the conversations of those whose receipt waits for a person to decide, the
// longest first: of somebody with several chats the one that people have, else the one they
// spoke in last. Who works for some partners sees those of their receipts alone.
func inReview(ctx context.Context, q storage.Querier, a Asked) ([]Row, error) {
	rows, err := storage.Collect[Row](ctx, q, qInReview, a.Staff, a.Tag, ListRows)
	if err != nil {
		return nil, fmt.Errorf("list conversations of receipts in review: %w", err)
	}
	return rows, nil
}

// qInReview goes from the open tasks, which are few, one by one to what they are about. It has no
// clock of an answer where the bot has the conversation: nobody there was promised one.
const qInReview = `
with asked as (
  select coalesce(m.merged_into, m.id) as member_id, min(k.created_at) as asked_at
  from review_task k
  cross join lateral (select r.member_id from receipt r where r.id = k.receipt_id offset 0) r
  join member m on m.id = r.member_id
  left join lateral (select w.partner from receipt_place w where w.receipt_id = k.receipt_id offset 0) w on true
  where k.decided_at is null and k.kind in ('receipt', 'fraud')
    and (not exists (select from staff_partner f where f.staff_id = $1) or exists (select from staff_partner f where f.staff_id = $1 and f.partner = w.partner))
  group by 1 order by 2, 1 limit case when $2 = '' then $3::int end -- else some of them are left out
), held as (
  select c.*, asked.member_id, asked.asked_at, k.passed, k.passed_from, k.passed_fence, k.snoozed_at, k.snoozed_until, coalesce(k.tags, '{}') as tags
  from asked cross join lateral (
    select c.id, c.channel, c.queue, c.queued_at, c.holder, c.taken_at, c.fence from subject s join conversation c on c.subject_id = s.id
    where s.member_id = asked.member_id and s.wrapped_key is not null
    order by c.lifecycle = 'bot', (select i.received_at from inbox i where i.conversation_id = c.id and i.kind = 'message' order by i.received_at desc, i.id desc limit 1) desc nulls last, c.id
    limit 1
  ) c
  left join support_case k on k.conversation_id = c.id and k.since = c.queued_at
  where $2 = '' or $2 = any (k.tags)
), ` + talk + `
select t.id, t.member_id, t.channel, coalesce(t.queue, '') as queue, coalesce(t.queued_at, t.asked_at) as queued_at, coalesce(t.holder, 0) as holder,
  coalesce(f.name, '') as holder_name, t.heard_at, t.newest, t.queued_at is not null and t.unanswered as unanswered,
  case when t.queued_at is not null then t.waits_since end as waits_since, t.awake_at,
  case when t.passed_fence = t.fence then t.passed else '' end as passed, coalesce(b.name, '') as passed_from, t.tags
from talk t left join staff f on f.id = t.holder left join staff b on b.id = t.passed_from and t.passed_fence = t.fence
order by t.asked_at, t.id limit $3`
