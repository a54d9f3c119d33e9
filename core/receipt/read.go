package receipt

import (
	"context"
	"fmt"
	"time"

	"besedka/core/ledger"
	"besedka/core/verify"
	"besedka/storage"
)

// Item is a receipt as its member may see it.
type Item struct {
	ID         int64      `db:"id" json:"id"`
	State      State      `db:"state" json:"state"`
	Reason     Reason     `db:"reason" json:"reason,omitempty"`
	Sum        int64      `db:"sum" json:"sum"`      // kopecks
	LocalTime  time.Time  `db:"local_time" json:"-"` // the till's clock, held as UTC
	Bought     time.Time  `db:"purchased_at" json:"bought"`
	Authentic  bool       `db:"authentic" json:"authentic"`
	Points     int64      `db:"points" json:"points"` // minor units, 0 until credited
	UploadedAt time.Time  `db:"uploaded_at" json:"uploaded"`
	DueAt      *time.Time `db:"due_at" json:"-"` // when somebody looks at it again; nil when nobody will by themselves
}

// Attempt is one call to the tax service.
type Attempt struct {
	ID      int64        `db:"id"`
	Receipt int64        `db:"receipt_id"`
	Call    string       `db:"call"` // send or poll
	Class   verify.Class `db:"class"`
	Code    string       `db:"code"`
	At      time.Time    `db:"at"`
}

// Story is a receipt with all that was done about it.
type Story struct {
	Item
	Attempts []Attempt
	Postings []ledger.Posting
}

// Latest are up to limit of a member's receipts, newest first: made at one of the partners,
// where any are named.
func Latest(ctx context.Context, q storage.Querier, member int64, limit int, partners ...string) ([]Item, error) {
	items, err := storage.Collect[Item](ctx, q, qLatest, member, limit, partners)
	if err != nil {
		return nil, fmt.Errorf("receipts of member %d: %w", member, err)
	}
	return items, nil
}

// CreditedTo is a credited receipt of a member's, though goods of it came back; receipt 0
// is the one credited last of which something is left. It is storage.ErrNotFound when
// there is none.
func CreditedTo(ctx context.Context, q storage.Querier, member, receipt int64) (Brief, error) {
	c, err := storage.One[Brief](ctx, q, qCreditedTo, member, receipt)
	if err != nil {
		return c, fmt.Errorf("credited receipt of member %d: %w", member, err)
	}
	return c, nil
}

// Brief names a receipt.
type Brief struct {
	ID  int64 `db:"id"`
	Sum int64 `db:"sum"` // kopecks
}

// storyRows bounds how many receipts a story tells of.
const storyRows = 5

// Stories tells of a member's latest receipts, newest first.
func Stories(ctx context.Context, q storage.Querier, member int64) ([]Story, error) {
	items, err := Latest(ctx, q, member, storyRows)
	if err != nil {
		return nil, err
	}
	stories, ids, place := make([]Story, len(items)), make([]int64, len(items)), map[int64]int{}
	for i, item := range items {
		stories[i].Item, ids[i], place[item.ID] = item, item.ID, i
	}
	attempts, err := storage.Collect[Attempt](ctx, q, qAttempts, ids)
	if err != nil {
		return nil, fmt.Errorf("calls about receipts of member %d: %w", member, err)
	}
	for _, a := range attempts {
		s := &stories[place[a.Receipt]]
		s.Attempts = append(s.Attempts, a)
	}
	postings, err := ledger.PostingsOf(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	for _, p := range postings {
		s := &stories[place[p.Receipt]]
		s.Postings = append(s.Postings, p)
	}
	return stories, nil
}

// Unfinished counts the receipts that are neither credited nor rejected, by
// state: every such state has its count.
func Unfinished(ctx context.Context, q storage.Querier) (map[State]int64, error) {
	rows, err := storage.Collect[stateRow](ctx, q, qUnfinished)
	if err != nil {
		return nil, fmt.Errorf("count unfinished receipts: %w", err)
	}
	counts := map[State]int64{Queued: 0, Waiting: 0, Manual: 0, Verified: 0}
	for _, r := range rows {
		counts[r.State] = r.Receipts
	}
	return counts, nil
}
