package receipt

// The seeds of chance: whoever does not have them cannot tell which receipts will be
// looked at.
const (
	auditSeed  = "audit_seed"  // asked for again
	sampleSeed = "sample_seed" // shown to people
)

// qSow gives the database a seed, once. A migration must not: a backup comes back
// only into a database without rows.
const qSow = `
insert into setting (name, value) values ($1, gen_random_uuid()::text) on conflict do nothing`

// qAuditPlan draws by a seed that nobody outside can know.
const qAuditPlan = `
insert into receipt_audit (receipt_id, due_at)
select $2::bigint, $3 from setting
where name = $1 and ($4 or ('x' || left(md5(value || '/' || $2::bigint), 8))::bit(32)::bigint % 1000 < $5)
on conflict do nothing`

const qNextAudit = `select min(due_at) from receipt_audit where due_at > $1`

// qClaimAudits takes those that have waited longest: new asks when $4, results to
// be fetched when $5.
const qClaimAudits = `
update receipt_audit a set due_at = $2
from receipt r
where r.id = a.receipt_id and a.receipt_id in (
  select receipt_id from receipt_audit
  where due_at <= $1 and case when message_id is null then $4::boolean else $5::boolean end
  order by due_at
  limit $3
  for update skip locked)
returning r.id, r.fn, r.fd, r.fp, r.operation, r.local_time, r.purchased_at, r.sum, r.sum_ambiguous, r.member_id,
  coalesce(r.subject_id, 0) as subject_id, r.state, a.asks, a.polls, coalesce(a.message_id, '') as message_id, a.asked_at,
  r.queued_at, r.doubted, r.unknowns, a.round, a.missed_at, coalesce(r.credited_at, r.queued_at) as credited_at`

const qAuditFollow = `
update receipt_audit set round = $5, asks = $6, polls = $7, message_id = $8, asked_at = $9, missed_at = $10, due_at = $11, outcome = $12
where receipt_id = $1 and asks = $2 and polls = $3 and coalesce(message_id, '') = $4 and outcome is null`

const qLastFound = `
select (select at from verification_attempt where provider = $1 and class = 'verified' order by id desc limit 1)`
