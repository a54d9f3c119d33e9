package campaign

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
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
// a receipt, however often it is called. Locks are taken in this order: the member's
// figures, counters, then the ledger's.
func (s *Service) EvaluateTx(ctx context.Context, tx storage.Tx, now time.Time, p Purchase) (Award, error) {
	versions, err := s.versionsAt(ctx, tx, p.At)
	if err != nil {
		return Award{}, fmt.Errorf("look for campaigns: %w", err)
	}
	a, err := s.award(ctx, tx, now, p, versions)
	if err != nil {
		return Award{}, fmt.Errorf("evaluate receipt %d: %w", p.Receipt, err)
	}
	return a, nil
}

// ReadsGoods says whether a campaign under which a purchase of that instant falls asks
// what its goods are.
func (s *Service) ReadsGoods(ctx context.Context, tx storage.Tx, bought time.Time) (bool, error) {
	versions, err := s.versionsAt(ctx, tx, bought)
	if err != nil {
		return false, fmt.Errorf("look for campaigns: %w", err)
	}
	set, _ := setOf(versions)
	return set.ReadsGoods(), nil
}

// TryTx is EvaluateTx for a simulation, whose transaction is rolled back: with drafts
// those of the campaigns that were not begun yet decide as well, each by its latest
// version.
func (s *Service) TryTx(ctx context.Context, tx storage.Tx, now time.Time, p Purchase, drafts bool) (Award, error) {
	if !drafts {
		return s.EvaluateTx(ctx, tx, now, p)
	}
	if _, err := tx.Exec(ctx, qBeginDrafts); err != nil {
		return Award{}, fmt.Errorf("begin drafts: %w", err)
	}
	return s.EvaluateTx(ctx, tx, now, p)
}

func (s *Service) award(ctx context.Context, tx storage.Tx, now time.Time, p Purchase, versions []version) (a Award, err error) {
	known, err := storage.Value[bool](ctx, tx, qDecided, p.Receipt)
	if err != nil {
		return a, err
	}
	if !known {
		if a.Decisions, err = s.decide(ctx, tx, now, p, versions); err != nil {
			return a, err
		}
	}
	for _, d := range a.Decisions {
		points, _ := d.Brought.points()
		a.Points += points
	}
	balance, err := ledger.BalanceOf(ctx, tx, now, p.Member, ledger.Bonus)
	a.Balance = balance.Points
	return a, err
}

// decide evaluates, gives what was decided and keeps it. Gifts come first, as one that
// is gone falls back on points; coupons last, as everybody whom their campaign owes a
// number waits for them.
func (s *Service) decide(ctx context.Context, tx storage.Tx, now time.Time, p Purchase, versions []version) ([]Decision, error) {
	set, numbers := setOf(versions)
	facts, whose, err := s.gather(ctx, tx, p, set)
	if err != nil {
		return nil, err
	}
	made, err := set.Evaluate(facts, now)
	if err != nil {
		return nil, err
	}
	decisions := make([]Decision, len(made))
	for i, d := range made {
		decisions[i] = Decision{Campaign: d.Campaign, Version: numbers[d.Campaign], Outcome: d.Outcome, Trace: d.Trace, Uses: consumed(d.Uses, whose)}
		if decisions[i].Brought, err = s.bring(ctx, tx, now, p, d); err != nil {
			return nil, fmt.Errorf("campaign %s: %w", d.Campaign, err)
		}
	}
	if err := keep(ctx, tx, now, p, facts, decisions); err != nil {
		return nil, err
	}
	return decisions, s.addCoupons(ctx, tx, now, p, made, numbers)
}

func setOf(versions []version) (*rules.Set, map[string]int) {
	numbers := make(map[string]int, len(versions))
	campaigns := make([]*rules.Campaign, len(versions))
	for i, v := range versions {
		campaigns[i], numbers[v.campaign] = v.rules, v.number
	}
	return rules.NewSet(campaigns), numbers
}

// keep writes the decisions of a receipt, what they were made of, what they consume
// and what they accrue.
func keep(ctx context.Context, tx storage.Tx, now time.Time, p Purchase, facts rules.Facts, decisions []Decision) error {
	rows, err := rowsOf(decisions)
	if err != nil {
		return err
	}
	known, err := marshalFacts(facts)
	if err != nil {
		return err
	}
	var uses []Used
	for _, d := range decisions {
		uses = append(uses, d.Uses...)
	}
	var b storage.Batch
	b.ExecN(1, qAward, p.Receipt, known, now)
	b.Exec(qEvaluations, p.Receipt, rows.campaigns, rows.versions, rows.points, rows.expires, rows.brought, rows.uses, rows.traces, now)
	addUsed(&b, uses, p.Member)
	if err := b.Send(ctx, tx); err != nil {
		return err
	}
	return accrue(ctx, tx, now, p, decisions)
}

// accrue gives what the decisions say. Accounts of a member are taken in the order of
// their currencies, as they are when members are merged.
func accrue(ctx context.Context, tx storage.Tx, now time.Time, p Purchase, decisions []Decision) error {
	var all []ledger.Accrual
	for _, d := range decisions {
		for _, a := range d.Brought.Accruals {
			all = append(all, ledger.Accrual{
				Key: rewardKey(p.Receipt, d.Campaign, a.Reward), Member: p.Member, Currency: a.Currency, Amount: a.Amount,
				AvailableAt: a.Begins, ExpiresAt: a.Expires, Campaign: d.Campaign, Version: d.Version, Receipt: p.Receipt, Card: p.Card, Frozen: p.Frozen, At: now,
			})
		}
	}
	slices.SortStableFunc(all, func(a, b ledger.Accrual) int { return cmp.Compare(a.Currency, b.Currency) })
	for _, a := range all {
		if err := ledger.AccrueTx(ctx, tx, a); err != nil {
			return err
		}
	}
	return nil
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
		r.expires, r.brought, r.uses, r.traces = append(r.expires, orNull(expires)), append(r.brought, string(brought)), append(r.uses, string(uses)), append(r.traces, d.Trace)
	}
	return r, nil
}
