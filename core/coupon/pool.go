package coupon

// Terms are how a receipt counts in its pool.
type Terms struct {
	// Entitled is how many coupons a sum of the pool makes, in kopecks; it must not
	// fall as the sum grows. A sum of 0 makes none, whatever it says.
	Entitled func(sum int64) int64
	Most     int64 // coupons that the receipt may bring, its limits included; the rest is forfeited

	// Forgotten: what they were made of is erased, and whatever they say is not what
	// they said. Nothing is held to them but what is taken back.
	Forgotten bool
}

// MaxAtOnce bounds what one receipt brings, whatever the terms say: a formula with a
// slip in it must not fill the drum. The rest is forfeited.
const MaxAtOnce = 10_000

// byNumber are the terms of coupons that nothing is added up for: the sum is their
// number itself.
var byNumber = Terms{Entitled: func(n int64) int64 { return n }, Most: MaxAtOnce}

func (t Terms) worth(sum int64) int64 {
	if sum <= 0 {
		return 0
	}
	return t.Entitled(sum)
}

// cut is how many of n new coupons the receipt may bring, when it has brought some.
func (t Terms) cut(n, brought int64) int64 { return min(n, MaxAtOnce, max(0, t.Most-brought)) }

// pool is a pool in hand, its contributions in the order they came.
type pool struct {
	ID            int64          `db:"id"`
	Campaign      string         `db:"campaign_id"`
	Name          string         `db:"name"`
	Window        string         `db:"time_window"`
	Member        int64          `db:"member_id"`
	Sum           int64          `db:"sum"`
	Entitled      int64          `db:"entitled"`
	Live          int64          `db:"live"`
	Forfeited     int64          `db:"forfeited"`
	Contributions []contribution `db:"-"`
}

// contribution is one receipt's part of a pool.
type contribution struct {
	ID        int64  `db:"id"`
	Key       string `db:"key"`
	Pool      int64  `db:"pool_id"`
	Receipt   int64  `db:"receipt_id"`
	Version   int    `db:"version"`
	Sum       int64  `db:"sum"`
	Forfeited int64  `db:"forfeited"`
	Live      int64  `db:"live"` // coupons it brought that count, as it was read

	terms Terms
}

// recount takes the sum and the entitlement from the contributions, each by its own
// terms. By one formula that is what the whole sum makes, in any order; where receipts
// came under several, a later one that makes less takes nothing back.
func (p *pool) recount() {
	p.Sum, p.Entitled, p.Forfeited = 0, 0, 0
	for _, c := range p.Contributions {
		p.Sum += c.Sum
		p.Entitled = max(p.Entitled, c.terms.worth(p.Sum))
		p.Forfeited += c.Forfeited
	}
}

// excess is how many of its coupons, live and forfeited, a pool is not entitled to;
// less than 0 is how many it lacks.
func (p *pool) excess() int64 { return p.Live + p.Forfeited - p.Entitled }

// lower makes the i-th contribution a smaller one and returns how many live coupons
// become void. What was cut of this very receipt goes first, else its refund would take
// coupons of others that nobody had cut; then live coupons; then what was cut of others,
// the last to come first. A refund issues nothing: what it should bring is forfeited.
func (p *pool) lower(i int, sum int64) (void int64) {
	own := &p.Contributions[i]
	own.Sum = sum
	p.recount()
	if excess := p.excess(); excess < 0 {
		own.Forfeited -= excess
		p.Forfeited -= excess
		return 0
	}
	p.uncut(own)
	return p.shed()
}

// uncut gives up what was cut of c, as far as the pool has too much.
func (p *pool) uncut(c *contribution) {
	n := min(c.Forfeited, max(0, p.excess()))
	c.Forfeited -= n
	p.Forfeited -= n
}

// shed brings a pool with too much down to its entitlement: live coupons first.
func (p *pool) shed() (void int64) {
	void = min(max(0, p.excess()), p.Live)
	p.Live -= void
	for i := len(p.Contributions) - 1; i >= 0; i-- {
		p.uncut(&p.Contributions[i])
	}
	return void
}
