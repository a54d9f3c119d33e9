package coupon

import (
	"context"
	"fmt"
	"strings"
	"time"

	"besedka/storage"
)

// State is whether a coupon counts.
type State string

// The states.
const (
	Live State = "live"
	Void State = "void"
)

// Coupon is one coupon with the receipt that brought it.
type Coupon struct {
	ID       int64      `db:"id" json:"id"`
	Campaign string     `db:"campaign_id" json:"campaign"`
	Number   int64      `db:"number" json:"number"`
	Pool     string     `db:"name" json:"pool"`
	Member   int64      `db:"member_id" json:"member"`
	State    State      `db:"state" json:"state"`
	Receipt  int64      `db:"receipt_id" json:"receipt"`
	Sum      int64      `db:"sum" json:"sum"`             // of the receipt, kopecks
	Printed  time.Time  `db:"local_time" json:"-"`        // on the receipt: the till's civil time
	Bought   time.Time  `db:"purchased_at" json:"bought"` // its instant
	IssuedAt time.Time  `db:"issued_at" json:"issuedAt"`  //
	VoidedAt *time.Time `db:"voided_at" json:"voidedAt,omitempty"`
	Reason   string     `db:"reason" json:"reason,omitempty"` // why it is void
}

// Printable is a number as it is printed, shown and drawn: six digits, more when
// there are more.
func Printable(number int64) string { return fmt.Sprintf("%06d", number) }

// maxSpans bounds what Spell writes: a message has an end.
const maxSpans = 10

// Spell writes numbers, in the order given, for people to read: those that follow one
// another as one span, 000017–000019.
func Spell(numbers []int64) string {
	var spans []string
	for i := 0; i < len(numbers); {
		if len(spans) == maxSpans {
			return strings.Join(spans, ", ") + "…"
		}
		end := i
		for end+1 < len(numbers) && numbers[end+1] == numbers[end]+1 {
			end++
		}
		spans = append(spans, span(numbers[i], numbers[end]))
		i = end + 1
	}
	return strings.Join(spans, ", ")
}

func span(first, last int64) string {
	switch last - first {
	case 0:
		return Printable(first)
	case 1:
		return Printable(first) + ", " + Printable(last)
	}
	return Printable(first) + "–" + Printable(last)
}

// OfMember is a page of a member's coupons, void ones too, the last issued first.
// before is the id of the last one of the page before, 0 for the first page. Where partners are
// named it is those that receipts made at them have brought.
func OfMember(ctx context.Context, q storage.Querier, member, before int64, rows int, partners ...string) ([]Coupon, error) {
	list, err := storage.Collect[Coupon](ctx, q, qOfMember, member, before, rows, partners)
	if err != nil {
		return nil, fmt.Errorf("coupons of member %d: %w", member, err)
	}
	return list, nil
}

// LiveOf is how many coupons of a member count.
func LiveOf(ctx context.Context, q storage.Querier, member int64) (int64, error) {
	n, err := storage.Value[int64](ctx, q, qLive, member)
	if err != nil {
		return 0, fmt.Errorf("count coupons of member %d: %w", member, err)
	}
	return n, nil
}

// Find is a page of the coupons that have a number, one at most of each campaign;
// campaign "" is any. after is the id of the last one of the page before, partners are as OfMember
// has them.
func Find(ctx context.Context, q storage.Querier, number int64, campaign string, after int64, rows int, partners ...string) ([]Coupon, error) {
	list, err := storage.Collect[Coupon](ctx, q, qFind, number, campaign, after, rows, partners)
	if err != nil {
		return nil, fmt.Errorf("find coupon %d: %w", number, err)
	}
	return list, nil
}

// Get is one coupon.
func Get(ctx context.Context, q storage.Querier, id int64) (Coupon, error) {
	c, err := storage.One[Coupon](ctx, q, qGet, id)
	if err != nil {
		return c, fmt.Errorf("coupon %d: %w", id, err)
	}
	return c, nil
}

// Brought is the numbers that a receipt has brought so far, ascending, campaign by
// campaign.
type Brought struct{ rows *[]numberRow }

// QueueBrought asks for the numbers of a receipt along with what else b asks.
func QueueBrought(b *storage.Batch, receipt int64) Brought {
	return Brought{storage.Queue[numberRow](b, qOfReceipt, receipt)}
}

// Numbers are there once the batch was sent.
func (r Brought) Numbers() []int64 { return numbers(*r.rows) }

// Given is how many numbers a campaign has given.
type Given struct {
	Campaign string `db:"campaign_id"`
	Last     int64  `db:"last"`
}

// Counters are the last numbers of all campaigns that have given any.
func Counters(ctx context.Context, q storage.Querier) ([]Given, error) {
	list, err := storage.Collect[Given](ctx, q, qGiven)
	if err != nil {
		return nil, fmt.Errorf("counters of coupons: %w", err)
	}
	return list, nil
}
