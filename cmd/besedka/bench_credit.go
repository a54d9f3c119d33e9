package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"besedka/core/fiscal"
	"besedka/core/receipt"
)

// benchCreditCmd measures crediting from the verified receipt to the news of it.
type benchCreditCmd struct {
	benchPlan `embed:""`
}

// creditBacklog is how many verified receipts wait when a measurement begins, each of
// another member: more than can be credited in it.
const creditBacklog = 20_000

// Run measures the loop that serve runs, which is one.
func (c *benchCreditCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return c.inWorld(ctx, log, func(w *world) error {
		if err := figure(out, "credit.group", receipt.GroupSize, "receipts"); err != nil {
			return err
		}
		b := &crediting{w: w}
		return w.compare(ctx, out, side{name: "credit", unit: "receipts/s", measure: b.measure})
	})
}

type crediting struct {
	w    *world
	runs int
}

// measure counts receipts; its times are those of steps.
func (b *crediting) measure(ctx context.Context, length time.Duration) (score, error) {
	if err := b.fill(ctx); err != nil {
		return score{}, err
	}
	var s score
	begun, worked := time.Now(), true
	for worked && time.Since(begun) < length {
		from := time.Now()
		var err error
		if worked, _, err = b.w.receipts.CreditStep(ctx, from); err != nil {
			return s, err
		}
		s.times = append(s.times, time.Since(from))
	}
	took := time.Since(begun)
	slices.Sort(s.times)
	left, err := b.w.db.Exec(ctx, qBenchUncredited) // the next measurement begins with its own
	s.perSecond = float64(min(creditBacklog, b.w.plan.Members)-int(left.RowsAffected())) / took.Seconds()
	return s, err
}

func (b *crediting) fill(ctx context.Context) error {
	b.runs++
	now := time.Now().UTC()
	contents, err := json.Marshal(fiscal.Receipt{
		FN: "9289000100000001", FD: 1, FP: 1, Operation: fiscal.Sale, Time: fiscal.Stamp{Local: fiscal.CivilAt(now.Add(-time.Hour))}, Total: 1284_50, INN: "7700000001",
		Lines: []fiscal.Line{{Name: "Кефир", Sum: 1284_50}},
	})
	if err != nil {
		return err
	}
	for _, sql := range []struct {
		text string
		args []any
	}{
		{qBenchRegister, []any{now}},
		{qBenchVerified, []any{fmt.Sprint("bench", b.runs), now.Add(-time.Hour), now, contents, creditBacklog}},
		{qBenchGoods, []any{now}},
		{qBenchFigures, []any{now}},
		{"vacuum (analyze) receipt, receipt_line, member_stat", nil},
	} {
		if _, err := b.w.db.Exec(ctx, sql.text, sql.args...); err != nil {
			return err
		}
	}
	return nil
}

const qBenchRegister = `update member set registered_at = $1 where registered_at is null`

const qBenchVerified = `
insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, subject_id, state, contents, uploaded_at, queued_at, due_at, verified_at, provider)
select $1, m.id, 1, 1, ($2::timestamptz at time zone 'UTC'), 'UTC', $2, 128450, m.id, s.id, 'verified', $4::jsonb, $3, $3, $3, $3, 'bench'
from member m join subject s on s.member_id = m.id
order by m.id limit $5`

// qBenchGoods finds the goods of the shipped catalogue.
const qBenchGoods = `
insert into receipt_line (receipt_id, line, inn, name, pieces, sum, product, score, verdict, catalogue, trace, at)
select r.id, 0, '7700000001', 'кефир', 1, r.sum, 'кефир', 100, 'accepted', f.hash, '', $1
from receipt r, (select hash from release_file where path = 'catalogue.yaml' limit 1) f
where r.state = 'verified'`

const qBenchFigures = `
insert into member_stat (member_id, checking, last_receipt_at) select id, 1, $1 from member
on conflict (member_id) do update set checking = member_stat.checking + 1`

const qBenchUncredited = `update receipt set state = 'rejected', due_at = null where state = 'verified'`
