package campaign

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/fiscal"
	"besedka/core/ledger"
	"besedka/storage"
)

// Purchase is a verified receipt of a registered member. The transaction holds both.
type Purchase struct {
	Receipt  int64
	Member   int64
	At       time.Time        // the instant of the purchase: it chooses the versions
	Uploaded time.Time        // when it reached us
	Sum      int64            // kopecks, as claimed and confirmed
	Tenders  map[string]int64 // kopecks of it that were paid by bonuses, by currency
	Contents *fiscal.Receipt  // nil when a person approved the receipt without them
	Card     string           // the number of the member's card; empty when there is none
	Frozen   bool             // what it earns waits until the card's status is lifted
}

func (p Purchase) facts() rules.Receipt {
	r := rules.Receipt{Purchased: p.At, Uploaded: p.Uploaded, Total: p.Sum, Tenders: p.Tenders}
	if p.Contents != nil {
		r.Total, r.INN = p.Contents.Total, p.Contents.INN
	}
	return r
}

// Award is what a purchase brought by all campaigns together.
type Award struct {
	Points    int64 // bonuses, minor units
	Balance   int64 // the member's, after it
	Decisions []Decision
	Worded    bool // there is more to say of it than bonuses and coupons: WordsOf
	Left      bool // of EvaluateAllTx: nothing was decided, it is for EvaluateTx
}

// Decision is what one version of a campaign has decided, as it is kept.
type Decision struct {
	Campaign string
	Version  int
	Outcome  rules.Outcome
	Brought  Brought
	Uses     []Used
	Trace    []byte
}

// Brought is what came of a decision.
type Brought struct {
	Accruals []rules.Accrual `json:"accruals,omitempty"` // what a gift fell back on among them
	Coupons  []Coupons       `json:"coupons,omitempty"`
	Gifts    []Gift          `json:"gifts,omitempty"`
	Gone     []int           `json:"gone,omitempty"` // rewards whose gifts had run out
}

// Coupons are how many a reward has brought; their numbers are package coupon's.
type Coupons struct {
	Reward    int    `json:"reward"`
	Pool      string `json:"pool,omitempty"`
	Window    string `json:"window,omitempty"`
	Sum       int64  `json:"sum"` // kopecks that the pool has got; without a pool coupons
	Issued    int64  `json:"issued"`
	Forfeited int64  `json:"forfeited,omitempty"`
}

// Gift is one that was won.
type Gift struct {
	Reward int    `json:"reward"`
	Pool   string `json:"pool"`
}

// points are the bonuses among the accruals, and when the first of them are gone.
func (b Brought) points() (points int64, expires time.Time) {
	for _, a := range b.Accruals {
		if a.Currency != ledger.Bonus {
			continue
		}
		points += a.Amount
		if expires.IsZero() || !a.Expires.IsZero() && a.Expires.Before(expires) {
			expires = a.Expires
		}
	}
	return points, expires
}

// EvaluateTx applies every active campaign to p, stores what they knew and each
// decision with its explanation, consumes the limits and accrues the points: once for
// a receipt, however often it is called. Locks are taken in the order of the package.
func (s *Service) EvaluateTx(ctx context.Context, tx storage.Tx, now time.Time, p Purchase) (Award, error) {
	return s.evaluate(ctx, tx, now, p, qVersionsAt)
}

func (s *Service) evaluate(ctx context.Context, tx storage.Tx, now time.Time, p Purchase, versions string) (Award, error) {
	awards, err := s.awardAll(ctx, tx, now, []Purchase{p}, versions)
	if err != nil {
		return Award{}, fmt.Errorf("evaluate receipt %d: %w", p.Receipt, err)
	}
	return awards[0], nil
}

// ReadsGoods says whether a campaign under which a purchase of that instant falls asks
// what its goods are.
func (s *Service) ReadsGoods(ctx context.Context, tx storage.Tx, bought time.Time) (bool, error) {
	versions, err := s.versionsAt(ctx, tx, bought)
	if err != nil {
		return false, err
	}
	set, _ := setOf(versions)
	return set.ReadsGoods(), nil
}

// TryTx is EvaluateTx for a simulation, whose transaction is rolled back: with drafts
// those of the campaigns that were not begun yet decide as well, each by its latest
// version.
func (s *Service) TryTx(ctx context.Context, tx storage.Tx, now time.Time, p Purchase, drafts bool) (Award, error) {
	if drafts {
		return s.evaluate(ctx, tx, now, p, qVersionsAndDrafts)
	}
	return s.EvaluateTx(ctx, tx, now, p)
}

func setOf(versions []version) (*rules.Set, map[string]int) {
	numbers := make(map[string]int, len(versions))
	campaigns := make([]*rules.Campaign, len(versions))
	for i, v := range versions {
		campaigns[i], numbers[v.campaign] = v.rules, v.number
	}
	return rules.NewSet(campaigns), numbers
}

// rewardKey names what a reward brought for a receipt; the first one's is the key
// that campaigns of one reward have always had.
func rewardKey(receipt int64, campaign string, reward int) string {
	if reward <= 1 {
		return fmt.Sprintf("receipt/%d/%s", receipt, campaign)
	}
	return fmt.Sprintf("receipt/%d/%s/%d", receipt, campaign, reward)
}

// evaluationRows are decisions as columns.
type evaluationRows struct {
	campaigns []string
	versions  []int
	points    []int64
	expires   []*time.Time
	brought   []string
	uses      []string
	traces    [][]byte
}

func rowsOf(decisions []Decision) (r evaluationRows, err error) {
	for _, d := range decisions {
		points, expires := d.Brought.points()
		brought, err := json.Marshal(d.Brought)
		if err != nil {
			return r, fmt.Errorf("campaign %s: %w", d.Campaign, err)
		}
		uses, err := json.Marshal(d.Uses)
		if err != nil {
			return r, fmt.Errorf("campaign %s: %w", d.Campaign, err)
		}
		r.campaigns, r.versions, r.points = append(r.campaigns, d.Campaign), append(r.versions, d.Version), append(r.points, points)
		r.expires, r.brought, r.uses, r.traces = append(r.expires, storage.OrNull(expires)), append(r.brought, string(brought)), append(r.uses, string(uses)), append(r.traces, d.Trace)
	}
	return r, nil
}
