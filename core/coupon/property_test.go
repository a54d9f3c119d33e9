package coupon_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"besedka/core/coupon"
	"besedka/storage"
)

// oracle counts slowly and knows no pools: it keeps every receipt with what is left of
// it, and adds all up anew whenever it is asked.
type oracle struct {
	receipts []purchase
	left     map[string]int64
	who      map[int64]int64 // whom a member became
}

// entitled is what one person's receipts of a pool make by themselves.
func (o *oracle) entitled(member int64, campaign, pool string) int64 {
	var sum int64
	for _, p := range o.receipts {
		if o.who[p.member] == member && p.campaign == campaign && p.pool == pool {
			sum += o.left[p.key()]
		}
	}
	if sum == 0 {
		return 0
	}
	return terms[pool].Entitled(sum)
}

// poolView is what the database says of one pool.
type poolView struct {
	Member    int64
	Campaign  string
	Name      string
	Live      int64
	Forfeited int64
}

// Whatever is bought, bought again under the same key, refunded, revoked, made void by
// hand and joined, in whatever order: live + forfeited is what the oracle counts, what
// became void was the last issued of its pool, and no number was given twice.
func TestPoolsAgreeWithTheOracle(t *testing.T) {
	t.Parallel()
	m, run := open(t), 0
	rapid.Check(t, func(r *rapid.T) {
		run++
		m.t = r
		campaigns := []string{fmt.Sprintf("a%d", run), fmt.Sprintf("b%d", run)}
		m.exec(`insert into campaign (id, state) select unnest($1::text[]), 'draft'`, campaigns)
		o := &oracle{left: map[string]int64{}, who: map[int64]int64{}}
		people := []int64{m.member(), m.member(), m.member()}
		for _, p := range people {
			o.who[p] = p
		}
		for range rapid.IntRange(1, 25).Draw(r, "deeds") {
			before := m.numbersOf(campaigns)
			newest := o.deed(r, m, campaigns, people)
			m.fellOff(before, m.numbersOf(campaigns), newest)
			m.agrees(o, campaigns)
		}
		m.gapless(campaigns)
	})
	m.t = t
	m.books()
}

// deed does one thing to both, and says whether it takes coupons of a pool from its end.
func (o *oracle) deed(r *rapid.T, m *mall, campaigns []string, people []int64) (fromTheEnd bool) {
	kind := rapid.SampledFrom([]string{"buy", "buy", "buy", "again", "refund", "revoke", "void", "merge"}).Draw(r, "kind")
	if kind != "buy" && len(o.receipts) == 0 {
		return true
	}
	var p purchase
	if len(o.receipts) > 0 {
		p = rapid.SampledFrom(o.receipts).Draw(r, "receipt")
	}
	switch kind {
	case "buy":
		member := o.who[rapid.SampledFrom(people).Draw(r, "member")]
		sum := rapid.Int64Range(1, 30_000_00).Draw(r, "sum")
		pool := rapid.SampledFrom([]string{"mall", "hyper", "plain"}).Draw(r, "pool")
		p = purchase{campaign: rapid.SampledFrom(campaigns).Draw(r, "campaign"), pool: pool, member: member, receipt: m.receipt(member, noon, sum), bought: noon, sum: sum}
		o.receipts, o.left[p.key()] = append(o.receipts, p), sum
		if n := int64(len(m.add(p).Numbers)); n > terms[pool].Most {
			r.Fatalf("one receipt brought %d", n)
		}
	case "again":
		p.member = o.who[p.member]
		m.add(p)
	case "refund":
		left := rapid.Int64Range(0, p.sum).Draw(r, "left")
		o.left[p.key()] = min(o.left[p.key()], left)
		m.lower(p, left)
	case "revoke":
		o.left[p.key()] = 0
		m.revoke(p.receipt)
	case "void":
		o.voidOne(r, m, p)
		return false
	case "merge":
		o.merge(r, m, people)
		return false
	}
	return true
}

func (o *oracle) voidOne(r *rapid.T, m *mall, p purchase) {
	all, err := coupon.OfMember(m.ctx, m.db, o.who[p.member], 0, 1000)
	m.must(err)
	all = slices.DeleteFunc(all, func(c coupon.Coupon) bool { return c.State == coupon.Void })
	if len(all) > 0 {
		m.must(m.void(rapid.SampledFrom(all).Draw(r, "coupon").ID))
	}
}

func (o *oracle) merge(r *rapid.T, m *mall, people []int64) {
	from, into := o.who[rapid.SampledFrom(people).Draw(r, "from")], o.who[rapid.SampledFrom(people).Draw(r, "into")]
	if from == into {
		return
	}
	m.merge(from, into)
	for _, p := range people {
		if o.who[p] == from {
			o.who[p] = into
		}
	}
}

func (m *mall) agrees(o *oracle, campaigns []string) {
	m.t.Helper()
	pools, err := storage.Collect[poolView](m.ctx, m.db, `select member_id as member, campaign_id as campaign, name, live, forfeited
		from coupon_pool where campaign_id = any($1)`, campaigns)
	m.must(err)
	for _, p := range pools {
		if want := o.entitled(p.Member, p.Campaign, p.Name); p.Live+p.Forfeited != want {
			m.t.Fatalf("%s of member %d: %d live + %d forfeited, entitled to %d", p.Name, p.Member, p.Live, p.Forfeited, want)
		}
	}
}

// numbered is one coupon as the database has it.
type numbered struct {
	Campaign string
	Number   int64
	Pool     int64
	Live     bool
}

func (m *mall) numbersOf(campaigns []string) []numbered {
	m.t.Helper()
	all, err := storage.Collect[numbered](m.ctx, m.db, `select k.campaign_id as campaign, k.number, c.pool_id as pool, k.state = 'live' as live
		from coupon k join coupon_contribution c on c.id = k.contribution_id where k.campaign_id = any($1) order by 1, 2`, campaigns)
	m.must(err)
	return all
}

// fellOff fails when a coupon came back, or one became void that was not the last of
// its pool.
func (m *mall) fellOff(before, after []numbered, fromTheEnd bool) {
	m.t.Helper()
	type place struct {
		campaign string
		number   int64
	}
	now, lastKept := map[place]numbered{}, map[int64]int64{}
	for _, c := range after {
		now[place{c.Campaign, c.Number}] = c
	}
	for _, c := range before {
		got, ok := now[place{c.Campaign, c.Number}]
		if !ok || got.Live && !c.Live {
			m.t.Fatalf("coupon %d of %s: %+v became %+v", c.Number, c.Campaign, c, got)
		}
		if got.Live {
			lastKept[got.Pool] = max(lastKept[got.Pool], c.Number)
		}
	}
	for _, c := range before {
		got := now[place{c.Campaign, c.Number}]
		if fromTheEnd && c.Live && !got.Live && c.Number < lastKept[got.Pool] {
			m.t.Fatalf("coupon %d of %s became void, %d did not", c.Number, c.Campaign, lastKept[got.Pool])
		}
	}
}

func (m *mall) gapless(campaigns []string) {
	m.t.Helper()
	next := map[string]int64{}
	for _, c := range m.numbersOf(campaigns) {
		if next[c.Campaign]++; c.Number != next[c.Campaign] {
			m.t.Fatalf("number %d of %s comes after %d", c.Number, c.Campaign, next[c.Campaign]-1)
		}
	}
}

// crowd runs n deeds at once.
func (m *mall) crowd(n int, do func(i int) error) {
	m.t.Helper()
	var g errgroup.Group
	for i := range n {
		g.Go(func() error { return do(i) })
	}
	m.must(g.Wait())
}

// A hundred receipts of one pool at once, each sent twice, and every fifth one revoked
// meanwhile: the sum decides, whoever was first.
func TestCrowdOfOnePool(t *testing.T) {
	t.Parallel()
	m := open(t)
	anna := m.member()
	var bought []purchase
	var total int64
	for i := range 100 {
		sum := int64(i*7919%90_000 + 1)
		bought = append(bought, purchase{campaign: "oz", pool: "plain", member: anna, receipt: m.receipt(anna, noon, sum), bought: noon, sum: sum})
		if i%5 != 0 {
			total += sum
		}
	}
	m.crowd(200, func(i int) error {
		p := bought[i%100]
		if _, err := m.tryAdd(p); err != nil || i%5 != 0 {
			return err
		}
		return m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) error {
			_, err := service.RevokeTx(ctx, tx, noon, p.receipt, "fraud")
			return err
		})
	})
	if got, want := int64(len(m.live(anna))), total/1000_00; got != want {
		t.Errorf("%d coupons are live, want %d", got, want)
	}
	m.gapless([]string{"oz"})
	m.books()
}

// A hundred people of one campaign at once, half of whom fail after they have got
// their numbers: no number is lost, none is given twice.
func TestCrowdOfOneCampaign(t *testing.T) {
	t.Parallel()
	m := open(t)
	people, receipts := make([]int64, 100), make([]int64, 100)
	for i := range people {
		people[i] = m.member()
		receipts[i] = m.receipt(people[i], noon, 3500_00)
	}
	killed := fmt.Errorf("killed")
	m.crowd(200, func(i int) error {
		who := i % 100
		p := purchase{campaign: "oz", pool: "plain", member: people[who], receipt: receipts[who], bought: noon, sum: 3500_00}
		if i < 100 {
			_, err := m.tryAdd(p)
			return err
		}
		err := m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) error {
			if _, err := service.AddTx(ctx, tx, noon, coupon.Addition{
				Key: "killed/" + p.key(), Campaign: "oz", Version: 1, Pool: "plain", Window: "2019-08-03",
				Member: p.member, Receipt: p.receipt, Sum: p.sum, Terms: terms["plain"],
			}); err != nil {
				return err
			}
			return killed
		})
		if err != killed {
			return fmt.Errorf("not killed: %w", err)
		}
		return nil
	})
	for _, p := range people {
		if n := len(m.live(p)); n != 3 {
			t.Errorf("a member has %d coupons, want 3", n)
		}
	}
	if all := m.numbersOf([]string{"oz"}); len(all) != 300 {
		t.Errorf("%d coupons, want 300", len(all))
	}
	m.gapless([]string{"oz"})
	m.books()
}

// Two chats of one person are joined while both buy, and staff make coupons void.
func TestCrowdWhileJoining(t *testing.T) {
	t.Parallel()
	m := open(t)
	anna, ann := m.member(), m.member()
	var bought []purchase
	for i := range 40 {
		who := []int64{anna, ann}[i%2]
		_, p := m.buy(who, "plain", 1300_00)
		bought = append(bought, p)
	}
	all, err := coupon.OfMember(m.ctx, m.db, ann, 0, 100)
	m.must(err)
	m.crowd(60, func(i int) error {
		switch {
		case i == 30:
			return m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) error {
				if _, err := tx.Exec(ctx, `update receipt set member_id = $2 where member_id = $1`, ann, anna); err != nil {
					return err
				}
				return service.MergeTx(ctx, tx, noon, ann, anna)
			})
		case i < 20:
			return m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) error {
				if _, err := tx.Exec(ctx, `select from receipt where id = $1 for update`, bought[i].receipt); err != nil { // as who revokes does
					return err
				}
				_, err := service.RevokeTx(ctx, tx, noon, bought[i].receipt, "fraud")
				return err
			})
		case i-30 < len(all) && i > 30 && i%4 == 0:
			if err := m.void(all[i-30].ID); err != nil && err != coupon.ErrVoid {
				return err
			}
		}
		return nil
	})
	m.books()
	m.same("left behind", m.live(ann), []int64(nil))
}
