package rules

import (
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/expr"
	"besedka/core/fiscal"
)

var fixtureTerms = Terms{
	Checking:   true,
	Zone:       moscow,
	Scope:      expr.Scope{Names: map[string]expr.Kind{"profile.favourite": expr.Text, "profile.children": expr.Count}},
	Currencies: map[string]int{"bonus": 2, "stamp": 0},
	Categories: []string{"brand", "brand.milk", "brand.yogurt", "brand.yogurt.premium", "bread"},
	Segments:   []string{"vip", "parents", "rich"},
	Blind:      map[string]string{"rich": "balance"},
	Partners:   []string{"hyper", "fashion", "shoes", "gold", "kino", "bank"},
	Prizes:     []string{"promo-100"},
}

func fixture(t testing.TB, id string) *Campaign {
	t.Helper()
	text, err := os.ReadFile("testdata/" + id + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return read(t, id, string(text))
}

func read(t testing.TB, id, text string) *Campaign {
	t.Helper()
	c, problems := Parse("campaigns/"+id+".yaml", []byte(text), fixtureTerms)
	for _, p := range problems {
		t.Fatal(p.In("en"))
	}
	return c
}

// short is a campaign of this year with more keys.
func short(t testing.TB, keys string) *Campaign {
	t.Helper()
	return read(t, "c", "campaign: c\nname: x\nperiod: {from: 2026-01-01}\n"+keys+"\n")
}

func decide(t testing.TB, facts Facts, now time.Time, campaigns ...*Campaign) []Decision {
	t.Helper()
	decisions, err := NewSet(campaigns).Evaluate(facts, now)
	if err != nil {
		t.Fatal(err)
	}
	return decisions
}

// shopper keeps what decisions use up, as the database does.
type shopper struct {
	t     *testing.T
	set   *Set
	facts Facts
}

func newShopper(t *testing.T, campaigns ...*Campaign) *shopper {
	return &shopper{t: t, set: NewSet(campaigns), facts: Facts{Used: map[Counter]int64{}, Pools: map[PoolKey]Pooled{}}}
}

func (s *shopper) buy(r Receipt, p Partner, store Store) []Decision {
	s.t.Helper()
	s.facts.Receipt, s.facts.Partner, s.facts.Store = r, p, store
	decisions, err := s.set.Evaluate(s.facts, r.Purchased)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, d := range decisions {
		for _, u := range d.Uses {
			s.facts.Used[u.Counter] += u.Amount
		}
		for _, c := range d.Coupons {
			if c.Pool == "" {
				continue
			}
			key := PoolKey{d.Campaign, c.Pool, c.Window}
			had := s.facts.Pools[key]
			s.facts.Pools[key] = Pooled{had.Sum + c.Sum, had.Issued + c.Issue, had.Forfeited + c.Forfeit}
		}
	}
	return decisions
}

func issued(d Decision) (issue, forfeit int64) {
	for _, c := range d.Coupons {
		issue, forfeit = issue+c.Issue, forfeit+c.Forfeit
	}
	return issue, forfeit
}

func points(d Decision) (n int64) {
	for _, a := range d.Accruals {
		n += a.Amount
	}
	return n
}

func rub(s string) int64 {
	r, ok := new(big.Rat).SetString(s)
	if r = r.Mul(r, hundred); !ok || !r.IsInt() {
		panic(s)
	}
	return r.Num().Int64()
}

func qty(s string) fiscal.Quantity {
	r, ok := new(big.Rat).SetString(s)
	if r = r.Mul(r, big.NewRat(int64(perUnit), 1)); !ok || !r.IsInt() {
		panic(s)
	}
	return fiscal.Quantity(r.Num().Int64())
}

// TestMallPools is A18 and A19: four receipts of one day, in every order.
func TestMallPools(t *testing.T) {
	t.Parallel()
	type visit struct {
		sum string
		Partner
		Store
	}
	visits := []visit{
		{"1700.00", Partner{"fashion"}, Store{}},
		{"400.00", Partner{"shoes"}, Store{}},
		{"4300.00", Partner{"hyper"}, Store{}},
		{"12000.00", Partner{"gold"}, Store{Category: "jewelry"}},
	}
	orders(len(visits), func(order []int) {
		s := newShopper(t, fixture(t, "mall"))
		var total int64
		for _, i := range order {
			v := visits[i]
			n, _ := issued(s.buy(Receipt{Purchased: at("2019-08-03T15:30"), Total: rub(v.sum)}, v.Partner, v.Store)[0])
			total += n
		}
		rests := map[string]int64{"mall": (170000 + 40000) % 100000, "hyper": 430000 % 200000, "jewelry": 1200000 % 500000}
		for pool, want := range rests {
			had := s.facts.Pools[PoolKey{"mall", pool, "2019-08-03"}]
			unit := map[string]int64{"mall": 100000, "hyper": 200000, "jewelry": 500000}[pool]
			if rest := had.Sum - had.Issued*unit; rest != want {
				t.Errorf("order %v, pool %s: the rest is %d, want %d", order, pool, rest, want)
			}
		}
		if total != 2+2+2 {
			t.Errorf("order %v: %d coupons", order, total)
		}
	})
}

// orders calls f with every order of n things.
func orders(n int, f func([]int)) {
	var walk func(done, left []int)
	walk = func(done, left []int) {
		if len(left) == 0 {
			f(done)
		}
		for i := range left {
			rest := append(append([]int{}, left[:i]...), left[i+1:]...)
			walk(append(append([]int{}, done...), left[i]), rest)
		}
	}
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	walk(nil, all)
}

// TestMallCaps is A5, A20 and A21, the cinema and the bank.
func TestMallCaps(t *testing.T) {
	t.Parallel()
	s := newShopper(t, fixture(t, "mall"))
	steps := []struct {
		day, sum       string
		p              Partner
		store          Store
		issue, forfeit int64
	}{
		{"2019-08-03T15:30", "1700.00", Partner{"fashion"}, Store{}, 1, 0},
		{"2019-08-04T15:30", "900.00", Partner{"fashion"}, Store{}, 0, 0}, // 700.00 of yesterday stays there
		{"2019-08-05T10:00", "3500.00", Partner{"fashion"}, Store{}, 3, 0},
		{"2019-08-05T11:00", "120000.00", Partner{"shoes"}, Store{}, 50, 70},
		{"2019-08-05T12:00", "499.99", Partner{"shoes"}, Store{}, 0, 0},
		{"2019-08-05T12:30", "0.01", Partner{"shoes"}, Store{}, 1, 0}, // the pool has passed another thousand
		{"2019-08-06T12:00", "30000.00", Partner{"hyper"}, Store{}, 10, 5},
		{"2019-08-07T12:00", "499.99", Partner{"kino"}, Store{Category: "cinema"}, 0, 0},
		{"2019-08-07T13:00", "500.00", Partner{"kino"}, Store{Category: "cinema"}, 1, 0},
		{"2019-08-07T14:00", "90000.00", Partner{"bank"}, Store{Category: "finance"}, 0, 0},
	}
	for _, v := range steps {
		d := s.buy(Receipt{Purchased: at(v.day), Total: rub(v.sum)}, v.p, v.store)[0]
		if issue, forfeit := issued(d); issue != v.issue || forfeit != v.forfeit {
			t.Errorf("%s, %s: %d issued and %d forfeited, want %d and %d: %s", v.day, v.sum, issue, forfeit, v.issue, v.forfeit, d.Trace)
		}
	}
	d := s.buy(Receipt{Purchased: at("2019-08-08T10:00"), Total: rub("1700")}, Partner{"fashion"}, Store{})[0]
	for sum, want := range map[int64]int64{0: 0, 99999: 0, 100000: 1, 12345678: 123} {
		if got := d.Coupons[0].Entitled(sum); got != want {
			t.Errorf("a pool of %d is entitled to %d, want %d", sum, got, want)
		}
	}
}

// TestWindows is A14 and A15.
func TestWindows(t *testing.T) {
	t.Parallel()
	tests := []struct {
		bought, sent, joined string
		want                 Outcome
	}{
		{"2019-07-31T23:59", "2019-08-01T10:00", "", Outside},
		{"2019-08-01T00:00", "2019-08-01T10:00", "", Credited},
		{"2019-10-31T23:59", "2019-11-07T23:59", "", Credited},
		{"2019-10-31T23:59", "2019-11-08T00:00", "", Late},
		{"2019-09-13T00:00", "2019-09-20T10:00", "2019-09-20T18:00", Credited},
		{"2019-09-12T23:59", "2019-09-19T10:00", "2019-09-20T00:00", BeforeRegistration},
	}
	mall := fixture(t, "mall")
	for _, tt := range tests {
		f := Facts{Receipt: Receipt{Purchased: at(tt.bought), Uploaded: at(tt.sent), Total: rub("1700")}}
		if tt.joined != "" {
			f.Member.Registered = at(tt.joined)
		}
		if d := decide(t, f, at(tt.sent), mall)[0]; d.Outcome != tt.want || (len(d.Coupons) > 0) != (tt.want == Credited) {
			t.Errorf("%+v: %s", tt, d.Trace)
		}
	}
	c := short(t, "before_member_registration: P3D\nreward: {fixed: 1, ttl: never}")
	for day, want := range map[string]Outcome{"2026-05-07T10:00": Credited, "2026-05-06T10:00": BeforeRegistration} {
		f := Facts{Receipt: Receipt{Purchased: at(day)}, Member: Member{Registered: at("2026-05-10T09:00")}}
		if d := decide(t, f, at(day), c)[0]; d.Outcome != want {
			t.Errorf("bought %s: %s", day, d.Outcome)
		}
	}
}

// brandReceipt is that of A24.
func brandReceipt() Receipt {
	return Receipt{Purchased: at("2026-05-03T14:05"), Total: rub("537.30"), Lines: []Line{
		{Number: 1, Product: "milk", Category: "brand.milk", Quantity: qty("2"), Price: rub("89.90"), Sum: rub("179.80")},
		{Number: 2, Product: "yogurt", Category: "brand.yogurt", Quantity: qty("3"), Price: rub("64.50"), Sum: rub("193.50")},
		{Number: 3, Product: "premium", Category: "brand.yogurt.premium", Quantity: qty("1"), Price: rub("119"), Sum: rub("119")},
		{Number: 4, Product: "bread", Category: "bread", Quantity: qty("1"), Price: rub("45"), Sum: rub("45")},
	}}
}

// TestBrand is A24: three campaigns on one receipt, and the same receipt again.
func TestBrand(t *testing.T) {
	t.Parallel()
	s := newShopper(t, fixture(t, "brand_gift"), fixture(t, "brand_draw"), fixture(t, "brand_cashback"))
	got := s.buy(brandReceipt(), Partner{}, Store{})
	cashback, draw, gift := got[0], got[1], got[2]
	exact := int64(17980*3 + 19350*5 + 11900*7) // hundredths of a minor unit
	want := []Accrual{{
		Currency: "bonus", Amount: exact / 100, Desired: 2339, Reward: 1, Expires: at("2026-11-04T00:00"),
		Lines: []Share{{Line: 1, Amount: 539}, {Line: 2, Amount: 967}, {Line: 3, Amount: 833}},
	}}
	if diff := cmp.Diff(want, cashback.Accruals, cmp.Comparer(time.Time.Equal)); diff != "" {
		t.Errorf("cashback: %s", diff)
	}
	if n, _ := issued(draw); n != (2+3+1)/3 {
		t.Errorf("draw: %d coupons", n)
	}
	if len(gift.Gifts) != 1 || gift.Gifts[0].Pool != "promo-100" || gift.Gifts[0].Else.Amount != 3000 || gift.Gifts[0].Else.Currency != "bonus" {
		t.Errorf("gift: %+v", gift.Gifts)
	}
	again := s.buy(brandReceipt(), Partner{}, Store{})
	if points(again[0]) != 2339 || len(again[2].Gifts) != 0 || again[2].Outcome != Exhausted {
		t.Errorf("again: %s", again[2].Trace)
	}
}

// TestMostSpecific is A26.
func TestMostSpecific(t *testing.T) {
	t.Parallel()
	c := fixture(t, "brand_cashback")
	tests := []struct {
		line Line
		want int64
	}{
		{Line{Category: "brand.milk", Quantity: qty("0.308"), Price: rub("89.99"), Sum: rub("25.00")}, 75},
		{Line{Category: "brand.yogurt.premium", Quantity: qty("1"), Sum: rub("100")}, 700},
		{Line{Category: "brand.yogurt.kids", Quantity: qty("1"), Sum: rub("100")}, 500},
		{Line{Category: "brand.yogurts", Quantity: qty("1"), Sum: rub("100")}, 0},
		{Line{Quantity: qty("1"), Sum: rub("100")}, 0},
	}
	for _, tt := range tests {
		d := decide(t, Facts{Receipt: Receipt{Purchased: at("2026-05-03T14:05"), Lines: []Line{tt.line}}}, at("2026-05-03T14:05"), c)[0]
		if points(d) != tt.want {
			t.Errorf("%+v brings %d, want %d", tt.line, points(d), tt.want)
		}
	}
}

// retailFacts are a purchase of one line by a member with a card.
func retailFacts(total, byBonus string) Facts {
	return Facts{
		Receipt: Receipt{
			Purchased: at("2026-05-04T14:05"), Total: rub(total), Tenders: map[string]int64{"bonus": rub(byBonus)},
			Lines: []Line{{Number: 1, Quantity: qty("1"), Sum: rub(total)}},
		},
		Store: Store{Format: "Супермаркет"}, Member: Member{Card: true},
	}
}

// TestRetail is A27, A29 and A30.
func TestRetail(t *testing.T) {
	t.Parallel()
	c := fixture(t, "retail")
	tests := []struct {
		total, byBonus string
		change         func(*Facts)
		want           int64
		unmet          string
	}{
		{"999.99", "0", nil, 499, ""},
		{"1000.00", "0", nil, 0, `"condition":"receipt.total < 1000.00","fact":"receipt.total","holds":false,"op":"<","saw":{"receipt.total":"100000"},"want":"100000"`},
		{"0.01", "0", nil, 0, ""},
		{"800.00", "100.00", nil, 350, ""},
		{"800.00", "800.00", nil, 0, ""},
		{"1050.00", "100.00", nil, 0, `"op":"<"`},
		{"500.00", "0", func(f *Facts) { f.Store.Format = "Дискаунтер" }, 0, `"fact":"store.format","holds":false,"op":"!=","saw":{"store.format":"Дискаунтер"}`},
		{"500.00", "0", func(f *Facts) { f.Member.Card = false }, 0, `"condition":"card.present","holds":false,"saw":{"card.present":"false"}`},
		{"500.00", "0", func(f *Facts) { f.Store.Format = "" }, 0, `"fact":"store.format","holds":false,"op":"!=","saw":{}`},
	}
	for _, tt := range tests {
		f := retailFacts(tt.total, tt.byBonus)
		if tt.change != nil {
			tt.change(&f)
		}
		d := decide(t, f, at("2026-05-04T15:00"), c)[0]
		if points(d) != tt.want || (d.Outcome == Unmet) != (tt.unmet != "") || !strings.Contains(string(d.Trace), tt.unmet) {
			t.Errorf("%s with %s by bonuses: %d, want %d: %s", tt.total, tt.byBonus, points(d), tt.want, d.Trace)
		}
	}
}

// TestRetailLimits is A37: desired against given, and packs of a day.
func TestRetailLimits(t *testing.T) {
	t.Parallel()
	promo := func(sum, n string) Receipt {
		return Receipt{Purchased: at("2022-04-04T12:00"), Total: rub(sum), Lines: []Line{{Number: 1, Product: "promo_1", Quantity: qty(n), Sum: rub(sum)}}}
	}
	s := newShopper(t, fixture(t, "retail_limits"))
	first, second := s.buy(promo("300", "1"), Partner{}, Store{})[0], s.buy(promo("300", "1"), Partner{}, Store{})[0]
	if points(first) != 30000 || points(second) != 20000 || second.Accruals[0].Desired != 30000 || second.Accruals[0].Lines[0].Amount != 20000 {
		t.Errorf("%s\n%s", first.Trace, second.Trace)
	}
	if want := `{"desired":30000,"given":20000,"id":"accrual.day.member","max":50000,"used":30000,"window":"2022-04-04"}`; !strings.Contains(string(second.Trace), want) {
		t.Errorf("%s does not tell %s", second.Trace, want)
	}
	if d := s.buy(promo("300", "1"), Partner{}, Store{})[0]; d.Outcome != Exhausted || len(d.Uses) != 0 {
		t.Errorf("the day is used up: %s %v", d.Trace, d.Uses)
	}

	s = newShopper(t, fixture(t, "retail_limits"))
	three, four := s.buy(promo("30", "3"), Partner{}, Store{})[0], s.buy(promo("40.01", "4"), Partner{}, Store{})[0]
	if points(three) != 3000 || points(four) != 4001*2/4 {
		t.Errorf("three packs bring %d, two of four %d: %s", points(three), points(four), four.Trace)
	}
	if used := s.facts.Used[Counter{"retail_limits", "goods.day.member", OfMember, "2022-04-04"}]; used != int64(5*perUnit) {
		t.Errorf("%d packs are counted", used)
	}
	saturday := promo("30", "3")
	saturday.Purchased = at("2022-04-09T12:00")
	if d := s.buy(saturday, Partner{}, Store{})[0]; d.Outcome != OffSchedule {
		t.Errorf("on a Saturday: %s", d.Outcome)
	}
}

// TestRedeemCap is A38: the comparison is strict and exact.
func TestRedeemCap(t *testing.T) {
	t.Parallel()
	set := NewSet([]*Campaign{fixture(t, "cap"), fixture(t, "retail")})
	for _, tt := range []struct{ gross, discount, want string }{
		{"1000", "0", "200"},
		{"2000", "500", "300"},
		{"2000", "520", "148"},
		{"2000", "500.01", "149.99"}, // 10 % of 1,499.99, rounded down
		{"0", "0", "0"},
	} {
		got, err := set.RedeemCap(Facts{Receipt: Receipt{Purchased: at("2026-05-03T14:05"), Total: rub(tt.gross), Discount: rub(tt.discount)}}, at("2026-05-03T14:05"))
		if err != nil || got.Most != rub(tt.want) || got.Campaign != "cap" {
			t.Errorf("%s with %s off: %+v, %v; want %s", tt.gross, tt.discount, got, err, tt.want)
		}
	}
	none, err := NewSet(nil).RedeemCap(Facts{Receipt: Receipt{Total: 100, Discount: 30}}, at("2026-05-03T14:05"))
	if err != nil || none.Most != 70 || none.Campaign != "" {
		t.Errorf("without campaigns: %+v, %v", none, err)
	}
}

// TestExperiment is A53: stable, and divided as its weights say.
func TestExperiment(t *testing.T) {
	t.Parallel()
	const weights = "experiment: {name: spring, weights: {x: 10, b: 45, a: 45}, variant: %s}\nreward: {fixed: 1, ttl: never}"
	a, b := short(t, fmt.Sprintf(weights, "a")), short(t, fmt.Sprintf(weights, "b"))
	counts := map[string]int{}
	for member := range int64(1000) {
		f := Facts{Receipt: Receipt{Purchased: at("2026-05-03T14:05")}, Member: Member{ID: member + 1}}
		got := ""
		for variant, c := range map[string]*Campaign{"a": a, "b": b} {
			if d := decide(t, f, at("2026-05-03T15:00"), c)[0]; points(d) == 100 {
				got += variant
			}
			if again := c.experiment.of(member + 1); again != a.experiment.of(member+1) {
				t.Fatalf("member %d is %s and %s", member+1, again, a.experiment.of(member+1))
			}
		}
		counts[got]++
	}
	if a, b, x := counts["a"], counts["b"], counts[""]; a < 400 || a > 500 || b < 400 || b > 500 || x < 70 || x > 130 || a+b+x != 1000 {
		t.Errorf("divided into %v", counts)
	}
}
