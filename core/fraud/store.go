package fraud

// qCount looks at no more of a member's receipts and submissions than one may send
// in a day, by the indexes that list them.
const qCount = `
with it as (
  select id, fn, fd, fp, contents ->> 'userInn' as inn from receipt where id = $1
), recent as (
  select r.contents ->> 'userInn' as inn, extract(hour from (r.uploaded_at at time zone 'UTC') + make_interval(secs => $5)) < 5 as night
  from (select * from receipt where member_id = $2 order by id desc limit 100) r
  where r.uploaded_at > $4 and r.uploaded_at <= $3 and r.subject_id is not null
)
select
  (select count(*) from recent) as day,
  (select count(*) from recent where inn = it.inn) as seller,
  (select count(*) from recent where night) as night,
  (select count(*) from receipt r
   where r.fn = it.fn and r.fd between it.fd - $6::bigint and it.fd + $6::bigint and r.state <> 'rejected'
     and r.id <> it.id and r.member_id = $2 and r.subject_id is not null) as till,
  (select count(distinct other.member_id) from submission s
   join blob mine on mine.id = s.blob_id
   join blob b on b.likeness = mine.likeness
   join subject other on other.id = b.subject_id
   where s.receipt_id = it.id and s.member_id = $2 and other.member_id <> $2) as photo,
  (select count(distinct member_id) from submission where receipt_id = it.id and member_id <> $2) as claimants,
  (select count(distinct s.receipt_id) from (select * from submission where member_id = $2 order by id desc limit 100) s
   where s.at > $4 and s.at <= $3 and s.reason = 'duplicate_other') as others,
  (select count(distinct other.member_id) from phone mine join phone other on other.phone_index = mine.phone_index
   where mine.member_id = $2 and other.member_id <> $2) as phone,
  (select count(distinct other.member_id) from phone mine join phone other on other.block_index = mine.block_index
   where mine.member_id = $2 and mine.verified_at > $7 and mine.verified_at <= $3
     and other.member_id <> $2 and other.verified_at > $7 and other.verified_at <= $3
     and exists (select from receipt r where r.member_id = other.member_id and r.subject_id is not null and r.uploaded_at <= $3)) as block,
  exists (select from review_task where receipt_id = it.id and kind = 'fraud' and decided_at is not null) as judged,
  exists (select from review_task where about = 'receipt/' || it.id and kind = 'fraud' and decided_at is null)
    or exists (
      select from receipt r where r.fn = it.fn and r.fd = it.fd and r.fp = it.fp
        and r.state = 'rejected' and r.reason = 'fraud' and r.member_id = $2) as doubted
from it`
