package product

import (
	"context"
	"time"

	"besedka/core/product/catalogue"
	"besedka/storage"
)

type taughtRow struct {
	ID      int64  `db:"id"`
	Name    string `db:"name"`
	Product string `db:"product"`
}

// The decision that stands is the one that no other replaces.
const qTaught = `
select d.id, d.name, coalesce(d.product, '') as product from product_decision d
where d.inn = $1 and d.name = any($2)
  and not exists (select from product_decision n where n.replaces = d.id)`

// taught are the decisions that stand for names of a chain.
func taught(ctx context.Context, q storage.Querier, inn string, names []string) (map[string]catalogue.Taught, error) {
	rows, err := storage.Collect[taughtRow](ctx, q, qTaught, inn, names)
	if err != nil {
		return nil, err
	}
	known := make(map[string]catalogue.Taught, len(rows))
	for _, r := range rows {
		known[r.Name] = catalogue.Taught{Decision: r.ID, Product: r.Product}
	}
	return known, nil
}

// Names are locked by their hash: there is no row to lock before the first
// decision.
const qShareNames = `
select pg_advisory_xact_lock_shared(hashtextextended('product/' || $1::text || '/' || name, 0)) from unnest($2::text[]) as name`

const qHoldName = `select pg_advisory_xact_lock(hashtextextended('product/' || $1::text || '/' || $2::text, 0))`

// columns are the answers to several lines, for unnest.
type columns struct {
	products  []*string
	scores    []int
	verdicts  []catalogue.Verdict
	decisions []*int64
	traces    [][]byte
}

func (c *columns) add(m catalogue.Match) {
	c.products, c.scores, c.verdicts = append(c.products, storage.OrNull(m.Product)), append(c.scores, m.Score), append(c.verdicts, m.Verdict)
	c.decisions, c.traces = append(c.decisions, storage.OrNull(m.Taught)), append(c.traces, m.Trace)
}

const qInsert = `
insert into receipt_line (receipt_id, line, inn, name, pieces, sum, product, score, verdict, decision_id, trace, catalogue, at)
select $1, l.line, $2, l.name, l.pieces, l.sum, l.product, l.score, l.verdict, l.decision, l.trace, $3, $4
from unnest($5::int[], $6::text[], $7::bigint[], $8::bigint[], $9::text[], $10::int[], $11::text[], $12::bigint[], $13::bytea[])
  as l (line, name, pieces, sum, product, score, verdict, decision, trace)
on conflict do nothing`

func insert(ctx context.Context, tx storage.Tx, now time.Time, receipt int64, inn string, c edition, lines []line) error {
	places, names, pieces, sums := make([]int, len(lines)), make([]string, len(lines)), make([]int64, len(lines)), make([]int64, len(lines))
	var found columns
	for i, l := range lines {
		places[i], names[i], pieces[i], sums[i] = l.place, l.name, l.Pieces(), l.Sum
		found.add(l.match)
	}
	_, err := tx.Exec(ctx, qInsert, receipt, inn, c.hash[:], now, places, names, pieces, sums,
		found.products, found.scores, found.verdicts, found.decisions, found.traces)
	return err
}

type idRow struct {
	ID int64 `db:"id"`
}

// qTeach keeps a decision unless another one has taken its place in the line. It
// replaces only one of its own name: in the place of another name's it would undo
// what that name has been taught.
const qTeach = `
insert into product_decision (inn, name, product, replaces, staff_id, note, at)
select $1, $2, $3, $4, $5, $6, $7
where $4::bigint is null or exists (select from product_decision where id = $4 and inn = $1 and name = $2)
on conflict do nothing
returning id`

type nameRow struct {
	INN   string `db:"inn"`
	Name  string `db:"name"`
	Trace []byte `db:"trace"`
}

const qNameOf = `select inn, name, trace from receipt_line where receipt_id = $1 and line = $2`

type settledRow struct {
	Receipt int64  `db:"receipt_id"`
	Line    int    `db:"line"`
	Trace   []byte `db:"trace"`
}

// qSettled finds the lines that a decision settles: those that wait for one, those of
// the receipt $3 and the newest $4 of the name.
const qSettled = `
with settled as (
  select receipt_id, line from receipt_line where inn = $1 and name = $2 and verdict = 'unsure'
  union
  select receipt_id, line from receipt_line where inn = $1 and name = $2 and receipt_id = $3
  union
  (select receipt_id, line from receipt_line where inn = $1 and name = $2 order by receipt_id desc, line desc limit $4)
)
select l.receipt_id, l.line, l.trace from settled join receipt_line l using (receipt_id, line)
order by l.receipt_id, l.line
for update of l`

const qRematch = `
update receipt_line l set product = n.product, score = n.score, verdict = n.verdict, decision_id = n.decision, trace = n.trace, catalogue = $8, at = $9
from unnest($1::bigint[], $2::int[], $3::text[], $4::int[], $5::text[], $6::bigint[], $7::bytea[])
  as n (receipt, line, product, score, verdict, decision, trace)
where l.receipt_id = n.receipt and l.line = n.line`

// qLines shows the decision that stands for a line's name, which a correction
// replaces. The line itself may have been decided without it: by another catalogue,
// or before the name was taught.
const qLines = `
select l.line, coalesce(l.product, '') as product, l.score, l.verdict, l.pieces, l.sum, l.trace,
  coalesce((select d.id from product_decision d
    where d.inn = l.inn and d.name = l.name and not exists (select from product_decision n where n.replaces = d.id)), 0) as decision_id,
  coalesce((select t.id from review_task t
    where l.verdict = 'unsure' and t.kind = 'product' and t.about = l.inn || '/' || l.name and t.decided_at is null), 0) as task_id
from receipt_line l where l.receipt_id = $1 order by l.line`

type foundRow struct {
	Receipt int64             `db:"receipt_id"`
	Line    int               `db:"line"`
	Product string            `db:"product"`
	Verdict catalogue.Verdict `db:"verdict"`
}

type unsureRow struct {
	Receipt int64 `db:"receipt_id"`
}

const qUnsure = `select distinct receipt_id from receipt_line where receipt_id = any($1) and verdict = 'unsure'`

const qFound = `
select receipt_id, line, coalesce(product, '') as product, verdict from receipt_line where receipt_id = any($1) order by receipt_id, line`
