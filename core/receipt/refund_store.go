package receipt

import (
	"context"

	"besedka/storage"
)

const qRefunds = `
select key, number, lines, sum, rest, points, staff_id, reason, awarded, taken, expired, short, voided, at
from refund where receipt_id = $1 order by number`

func refunds(ctx context.Context, q storage.Querier, receipt int64) ([]Refunded, error) {
	return storage.Collect[Refunded](ctx, q, qRefunds, receipt)
}

const qRefund = `
insert into refund (receipt_id, number, key, lines, sum, rest, points, staff_id, reason, awarded, taken, expired, short, voided, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`

const qRefunded = `update receipt set state = $2 where id = $1 and state in ('credited', 'partially_refunded')`

// qStatRefunded takes the sum off a member's turnover, and the receipt when nothing of it
// is left ($3).
const qStatRefunded = `
update member_stat set receipts = receipts - $3::boolean::int, turnover = turnover - $2 where member_id = $1`

// pointsOf is the bonuses that receipt r stands for.
const pointsOf = `
  case when r.state in ('credited', 'partially_refunded', 'refunded') then coalesce(
    (select f.points from refund f where f.receipt_id = r.id order by f.number desc limit 1),
    (select sum(e.points) from evaluation e where e.receipt_id = r.id), 0) else 0 end::bigint`
