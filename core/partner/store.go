package partner

import (
	"context"

	"besedka/core/partner/book"
	"besedka/storage"
)

type idRow struct {
	ID int64 `db:"id"`
}

type taughtRow struct {
	ID    int64  `db:"id"`
	Store string `db:"store"`
}

// The decision that stands is the one that no other replaces.
const qTaught = `
select d.id, coalesce(d.store, '') as store from place_decision d
where d.inn = $1 and d.address = $2
  and not exists (select from place_decision n where n.replaces = d.id)`

// taught is the decision that stands for a key, nil when there is none.
func taught(ctx context.Context, q storage.Querier, k book.Key) (*book.Taught, error) {
	rows, err := storage.Collect[taughtRow](ctx, q, qTaught, k.INN, k.Address)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &book.Taught{Decision: rows[0].ID, Store: rows[0].Store}, nil
}

// Keys are locked by their hash: there is no row to lock before the first decision.
const qShareKey = `select pg_advisory_xact_lock_shared(hashtextextended('place/' || $1::text || '/' || $2::text, 0))`

const qHoldKey = `select pg_advisory_xact_lock(hashtextextended('place/' || $1::text || '/' || $2::text, 0))`

const qInsert = `
insert into receipt_place (receipt_id, inn, address, book, at, verdict, partner, store, format, category, zone, decision_id, trace)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict do nothing`

// row is the end of what qInsert takes.
func row(m book.Match) []any {
	return []any{m.Verdict, m.Partner, m.Store, m.Format, m.Category, m.Zone, storage.OrNull(m.Taught), m.Trace}
}

// columns are the answers to several receipts, for unnest.
type columns struct {
	verdicts                                     []book.Verdict
	partners, stores, formats, categories, zones []string
	decisions                                    []*int64
	traces                                       [][]byte
}

func (c *columns) add(m book.Match) {
	c.verdicts, c.partners, c.stores = append(c.verdicts, m.Verdict), append(c.partners, m.Partner), append(c.stores, m.Store)
	c.formats, c.categories, c.zones = append(c.formats, m.Format), append(c.categories, m.Category), append(c.zones, m.Zone)
	c.decisions, c.traces = append(c.decisions, storage.OrNull(m.Taught)), append(c.traces, m.Trace)
}

// qTeach keeps a decision unless another one has taken its place in the line. It
// replaces only one of its own address: in the place of another's it would undo what
// that one has been taught.
const qTeach = `
insert into place_decision (inn, address, store, replaces, staff_id, note, at)
select $1, $2, $3, $4, $5, $6, $7
where $4::bigint is null or exists (select from place_decision where id = $4 and inn = $1 and address = $2)
on conflict do nothing
returning id`

type keyRow struct {
	INN     string `db:"inn"`
	Address string `db:"address"`
	Trace   []byte `db:"trace"`
}

const qKeyOf = `select inn, address, trace from receipt_place where receipt_id = $1`

type settledRow struct {
	Receipt int64  `db:"receipt_id"`
	Trace   []byte `db:"trace"`
}

// qSettled finds the receipts that a decision settles: the one $3 that the person
// looked at, the newest $4 that wait, and, if $5, the newest $4 of the address.
const qSettled = `
with settled as (
  select receipt_id from receipt_place where receipt_id = $3
  union
  (select receipt_id from receipt_place where inn = $1 and address = $2 and verdict = 'unsure' order by receipt_id desc limit $4)
  union
  (select receipt_id from receipt_place where inn = $1 and address = $2 and $5::boolean order by receipt_id desc limit $4)
)
select p.receipt_id, p.trace from settled join receipt_place p using (receipt_id)
order by p.receipt_id
for update of p`

const qLeft = `
select receipt_id as id from receipt_place where inn = $1 and address = $2 and verdict = 'unsure' order by receipt_id desc limit 1`

const qRematch = `
update receipt_place p set verdict = n.verdict, partner = n.partner, store = n.store, format = n.format, category = n.category, zone = n.zone,
  decision_id = n.decision, trace = n.trace, book = $10, at = $11
from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bytea[])
  as n (receipt, verdict, partner, store, format, category, zone, decision, trace)
where p.receipt_id = n.receipt`

type placeRow struct {
	Receipt  int64  `db:"receipt_id"`
	Partner  string `db:"partner"`
	Store    string `db:"store"`
	Format   string `db:"format"`
	Category string `db:"category"`
	Zone     string `db:"zone"`
}

const qPlaces = `
select receipt_id, partner, store, format, category, zone from receipt_place where receipt_id = any($1) and verdict = 'accepted'`

// qFind shows the decision that stands for the receipt's address, which a correction
// replaces. The receipt itself may have been decided without it.
const qFind = `
select p.verdict, p.partner, p.store, p.format, p.category, p.zone, p.trace,
  coalesce((select d.id from place_decision d
    where d.inn = p.inn and d.address = p.address and not exists (select from place_decision n where n.replaces = d.id)), 0) as decision_id,
  coalesce((select t.id from review_task t
    where p.verdict = 'unsure' and t.kind = 'place' and t.about = p.inn || '/' || p.address and t.decided_at is null), 0) as task_id
from receipt_place p where p.receipt_id = $1`

const qUnknown = `
select t.id, p.inn, t.receipt_id, p.trace, t.created_at, coalesce(t.taken_by, 0) as taken_by, t.taken_until,
  (select count(*) from (
    select from receipt_place w where w.inn = p.inn and w.address = p.address and w.verdict = 'unsure' limit $3) waiting) as receipts
from review_task t join receipt_place p on p.receipt_id = t.receipt_id
where t.kind = 'place' and t.decided_at is null and t.id > $1
order by t.id
limit $2`
