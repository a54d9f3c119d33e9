package rules

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"besedka/core/expr"
	"besedka/locales"
)

// outcomeAt is what becomes of a plain purchase of that instant.
func outcomeAt(t *testing.T, c *Campaign, day string) Outcome {
	t.Helper()
	return decide(t, Facts{Receipt: Receipt{Purchased: at(day), Total: 100_00}}, at(day), c)[0].Outcome
}

// TestSchedules is A28 and its neighbours.
func TestSchedules(t *testing.T) {
	t.Parallel()
	tests := []struct {
		schedule, day string
		want          bool
	}{
		{"weekdays: [fri], time: 22:00-02:00", "2026-05-01T23:00", true},  // a Friday
		{"weekdays: [fri], time: 22:00-02:00", "2026-05-02T01:59", true},  // its night
		{"weekdays: [fri], time: 22:00-02:00", "2026-05-02T02:00", false}, // over
		{"weekdays: [fri], time: 22:00-02:00", "2026-05-01T01:00", false}, // Thursday's night
		{"weekdays: [fri], time: 22:00-02:00", "2026-05-01T21:59", false},
		{"days: [31], time: 23:00-01:00", "2026-06-01T00:30", true},
		{"days: [31]", "2026-05-31T00:00", true},
		{"days: [31]", "2026-06-01T00:00", false},
		{"days: [30, 31], weekdays: [sat]", "2026-05-30T10:00", true},
		{"days: [30, 31], weekdays: [sat]", "2026-05-31T10:00", false},
		{"time: [09:00-10:00, 18:00-24:00]", "2026-05-31T09:59", true},
		{"time: [09:00-10:00, 18:00-24:00]", "2026-05-31T10:00", false},
		{"time: [09:00-10:00, 18:00-24:00]", "2026-05-31T23:59", true},
	}
	for _, tt := range tests {
		c := short(t, "schedule: {"+tt.schedule+"}\nreward: {fixed: 1, ttl: never}")
		if got := outcomeAt(t, c, tt.day); (got == Credited) != tt.want || !tt.want && got != OffSchedule {
			t.Errorf("%s at %s: %s", tt.schedule, tt.day, got)
		}
	}
}

// TestZone: the hours are those of the campaign's zone, whatever the programme's.
func TestZone(t *testing.T) {
	t.Parallel()
	c := short(t, "zone: Asia/Vladivostok\nschedule: {time: 00:00-01:00}\nreward: {fixed: 1, ttl: never}")
	if got := outcomeAt(t, c, "2026-05-03T17:30"); got != Credited { // 00:30 of the 4th there
		t.Errorf("got %s", got)
	}
}

// TestFrequency: the first purchase of a day, and every third one.
func TestFrequency(t *testing.T) {
	t.Parallel()
	tests := []struct {
		frequency string
		days      []string
		want      string
	}{
		{"first: day", []string{"2026-05-03T10:00", "2026-05-03T11:00", "2026-05-04T00:00"}, "+-+"},
		{"first: week", []string{"2026-05-03T10:00", "2026-05-04T11:00", "2026-05-10T00:00"}, "++-"},
		{"first: month", []string{"2026-05-03T10:00", "2026-05-31T11:00", "2026-06-01T00:00"}, "+-+"},
		{"first: campaign", []string{"2026-05-03T10:00", "2026-06-01T00:00"}, "+-"},
		{"every: 3", []string{"2026-05-03T10:00", "2026-05-04T10:00", "2026-06-05T10:00", "2026-06-06T10:00", "2026-06-07T10:00", "2026-06-07T10:30"}, "--+--+"},
	}
	for _, tt := range tests {
		s, got := newShopper(t, short(t, "schedule: {frequency: {"+tt.frequency+"}}\nwhen: receipt.total >= 50\nreward: {fixed: 1, ttl: never}")), ""
		for _, day := range tt.days {
			s.buy(Receipt{Purchased: at(day), Total: 49_99}, Partner{}, Store{}) // meets nothing and counts for nothing
			got += map[bool]string{true: "+", false: "-"}[points(s.buy(Receipt{Purchased: at(day), Total: 50_00}, Partner{}, Store{})[0]) == 100]
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.frequency, got, tt.want)
		}
	}
}

// TestDelay is A33, and the other lifetimes.
func TestDelay(t *testing.T) {
	t.Parallel()
	tests := []struct{ keys, begins, expires string }{
		{"delay: P14D, ttl: P6M", "2026-01-24T00:00", "2026-07-25T00:00"}, // the last day is 24 July
		{"ttl: P14D", "", "2026-01-25T00:00"},
		{"ttl: end_of_month", "", "2026-02-01T00:00"},
		{"delay: P30D, ttl: end_of_month", "2026-02-09T00:00", "2026-03-01T00:00"},
		{"ttl: end_of_year", "", "2027-01-01T00:00"},
		{"ttl: never", "", ""},
	}
	for _, tt := range tests {
		c := short(t, "reward: {percent: 10, "+tt.keys+"}")
		a := decide(t, Facts{Receipt: Receipt{Purchased: at("2026-01-09T15:00"), Total: 100_00}}, at("2026-01-10T15:00"), c)[0].Accruals[0]
		same := func(got time.Time, want string) bool {
			return want == "" && got.IsZero() || want != "" && got.Equal(at(want))
		}
		if a.Amount != 10_00 || !same(a.Begins, tt.begins) || !same(a.Expires, tt.expires) {
			t.Errorf("%s: %+v", tt.keys, a)
		}
	}
}

// TestRewards: each kind by hand.
func TestRewards(t *testing.T) {
	t.Parallel()
	facts := Facts{
		Receipt: brandReceipt(),
		Member:  Member{Segments: []string{"vip"}, Facts: map[string]expr.Value{"profile.favourite": expr.TextOf("brand.yogurt"), "profile.children": expr.CountOf(2)}},
	}
	tests := []struct {
		keys string
		want int64
	}{
		{"reward: {percent: 5, ttl: P6M}", 53730 * 5 / 100},
		{"reward: {percent: 0.0625, ttl: P6M}", 53730 * 625 / 1_000_000},
		{"goods: category in \"brand\"\nreward: {percent: 5, ttl: P6M}", 49230 * 5 / 100},
		{"goods: category in \"brand\"\nreward: {percent: 5, of: receipt.total, ttl: P6M}", 53730 * 5 / 100},
		{"goods: category in [\"brand.milk\", \"bread\"] and price < 50\nreward: {percent: 10, ttl: P6M}", 450},
		{"goods: gtin == \"1\"\nreward: {percent: 10, ttl: P6M}", 0},
		{"reward: {percent: 5, favourite: profile.favourite, ttl: P6M}", (19350 + 11900) * 5 / 100},
		{"reward: {fixed: 30.5, ttl: P6M}", 3050},
		{"goods: category in \"brand\"\nreward: {every: 4, points: 10, ttl: P6M}", 1000},
		{"reward: {every: 2, points: 0.5, ttl: P6M}", 150},
		{"reward: {bands: [{from: 0, percent: 1}, {from: 500, percent: 2}, {from: 537.31, fixed: 300}], ttl: P6M}", 53730 * 2 / 100},
		{"reward: {bands: [{from: 0, percent: 1}, {from: 537.30, fixed: 300}], ttl: P6M}", 30000},
		{"reward: {bands: [{from: 600, percent: 1}], ttl: P6M}", 0},
		{"reward: {percent: 5, multiply: {by: 2}, ttl: P6M}", 5373},
		{"reward: {percent: 5, multiply: [{when: receipt.total > 500, by: 1.5}, {when: profile.children > 5, by: 2}], ttl: P6M}", 53730 * 75 / 1000},
		{"audience: vip\nreward: {fixed: 1, ttl: P6M}", 100},
		{"audience: [parents, vip]\nreward: {fixed: 1, ttl: P6M}", 100},
		{"audience: parents\nreward: {fixed: 1, ttl: P6M}", 0},
		{"when: [goods.sum >= 537.30, goods.qty == 7, goods.count == 4]\nreward: {fixed: 1, ttl: P6M}", 100},
		{"goods: category in \"brand\"\nwhen: goods.sum > 492.30\nreward: {fixed: 1, ttl: P6M}", 0},
		{"reward: [{fixed: 1, ttl: P6M}, {percent: 5, ttl: P14D}]", 100 + 2686},
		{"reward: {fixed: 3, currency: stamp, ttl: never}", 3},
		{"reward: {percent: 5, currency: stamp, ttl: never}", 26},
	}
	for _, tt := range tests {
		d := decide(t, facts, at("2026-05-03T15:00"), short(t, tt.keys))[0]
		if points(d) != tt.want {
			t.Errorf("%s brings %d, want %d: %s", tt.keys, points(d), tt.want, d.Trace)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	tests := []struct{ keys, want string }{
		{"reward: {fixed: 3, ttl: P6M}\nlimits: [{what: accrual, max: 5, per: day}]", "300 200 0 300"},
		{"reward: {fixed: 3, ttl: P6M}\nlimits: [{what: accrual, max: 5, per: day, on_exceed: deny}]", "300 0 0 300"},
		{"reward: {fixed: 3, ttl: P6M}\nlimits: [{what: accrual, max: 5, per: month}, {what: accrual, max: 4, per: day}]", "300 100 0 100"},
		{"reward: {fixed: 3, ttl: P6M}\nlimits: [{what: accrual, max: 2, per: receipt}]", "200 200 200 200"},
		{"reward: {fixed: 3, ttl: P6M}\nlimits: [{what: uses, max: 2}]", "300 300 0 0"},
		{"reward: {fixed: 3, ttl: P6M}\nlimits: [{what: uses, max: 1, per: day, of: store}]", "300 0 0 300"},
		{"reward: {fixed: 3, ttl: P6M}\nlimits: [{what: accrual, max: 7, of: campaign}]", "300 300 100 0"},
		{"reward: [{fixed: 3, ttl: P6M}, {fixed: 4, ttl: P1Y}]\nlimits: [{what: accrual, max: 8, per: day}]", "700 100 0 700"},
	}
	for _, tt := range tests {
		s, got := newShopper(t, short(t, tt.keys)), ""
		for _, day := range []string{"2026-05-03T10:00", "2026-05-03T11:00", "2026-05-03T12:00", "2026-05-04T00:00"} {
			got += fmt.Sprint(" ", points(s.buy(Receipt{Purchased: at(day), Total: 100_00}, Partner{}, Store{ID: "s"})[0]))
		}
		if got[1:] != tt.want {
			t.Errorf("%s: %s, want %s", tt.keys, got[1:], tt.want)
		}
		if wanted := s.set.Counters(s.facts); len(wanted) == 0 && !strings.Contains(tt.keys, "per: receipt") {
			t.Errorf("%s: no counters are wanted", tt.keys)
		}
		for key := range s.facts.Used {
			if key.Window == "2026-05-04" {
				continue
			}
			if !strings.Contains(fmt.Sprint(s.set.Counters(Facts{Receipt: Receipt{Purchased: at("2026-05-03T10:00")}, Store: Store{ID: "s"}})), key.Limit) {
				t.Errorf("%s: %v is used and not among the counters", tt.keys, key)
			}
		}
	}
}

// member is a campaign of a group.
func member(t testing.TB, id, keys string) *Campaign {
	t.Helper()
	return read(t, id, "campaign: "+id+"\nname: x\nperiod: {from: 2026-01-01}\n"+keys+"\n")
}

func TestGroups(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]string{"stack": "a:100 b:300 c:300 ", "first": "a:100 b:outdone c:outdone ", "best_for_member": "a:outdone b:300 c:outdone "} {
		group := "group: {name: g, mode: " + mode + "}\n"
		got := ""
		for _, d := range decide(t, Facts{Receipt: Receipt{Purchased: at("2026-05-03T10:00"), Total: 100_00}}, at("2026-05-03T10:00"),
			member(t, "c", group+"reward: {fixed: 3, ttl: P6M}"), member(t, "a", group+"reward: {fixed: 1, ttl: P6M}"), member(t, "b", group+"reward: {percent: 3, ttl: P6M}")) {
			got += d.Campaign + ":" + map[bool]string{true: fmt.Sprint(points(d)), false: string(d.Outcome)}[d.Outcome == Credited] + " "
			if d.Outcome == Outdone && (points(d) != 0 || len(d.Uses) != 0 || !bytes.Contains(d.Trace, []byte(`"won":"`))) {
				t.Errorf("%s: %+v %s", mode, d, d.Trace)
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", mode, got, want)
		}
	}
	first := "group: {name: g, mode: first}\n"
	d := decide(t, Facts{Receipt: Receipt{Purchased: at("2026-05-03T10:00"), Total: 100_00}}, at("2026-05-03T10:00"),
		member(t, "a", first+"reward: {fixed: 1, ttl: P6M}"), member(t, "z", first+"priority: 5\nreward: {fixed: 2, ttl: P6M}"), member(t, "b", first+"priority: 7\nwhen: receipt.total > 1000\nreward: {fixed: 3, ttl: P6M}"))
	if d[0].Outcome != Unmet || points(d[1]) != 200 || d[2].Outcome != Outdone {
		t.Errorf("by priority: %s %s %s", d[0].Outcome, d[1].Outcome, d[2].Outcome)
	}
}

// TestAnyOrder: the folder may list campaigns in any order.
func TestAnyOrder(t *testing.T) {
	t.Parallel()
	group := "group: {name: g, mode: best_for_member}\n"
	all := []*Campaign{
		fixture(t, "brand_gift"), fixture(t, "brand_draw"), fixture(t, "brand_cashback"), fixture(t, "retail"),
		member(t, "a", group+"reward: {fixed: 1, ttl: P6M}"), member(t, "b", group+"reward: {fixed: 1, ttl: P6M}"), member(t, "c", "priority: -1\nreward: {coupons: 1}"),
	}
	written := func(set []*Campaign) string {
		var out strings.Builder
		for _, d := range decide(t, Facts{Receipt: brandReceipt()}, at("2026-05-03T15:00"), set...) {
			d.Coupons = nil // functions print as addresses
			fmt.Fprintf(&out, "%s\n%+v\n", d.Trace, d.Accruals)
		}
		return out.String()
	}
	want := written(all)
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if got := written(all); got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	f := Facts{Receipt: brandReceipt(), Member: Member{ID: 1, Card: true, Registered: at("2026-05-03T10:00")}, Store: Store{Format: "Супермаркет"}}
	f.Receipt.Tenders = map[string]int64{"bonus": 37_30}
	tests := []struct{ keys, ru, en string }{
		{"reward: {percent_by_category: {brand.milk: 3, brand.yogurt: 5, brand.yogurt.premium: 7}, ttl: P6M}", "3 % от 179,80 = 5,394\n5 % от 193,50 = 9,675\n7 % от 119 = 8,33\nВместе = 23,399, вниз до 23,39", "3 % of 179.80 = 5.394\n5 % of 193.50 = 9.675\n7 % of 119 = 8.33\nTogether = 23.399, rounded down to 23.39"},
		{"reward: {percent: 5, exclude_tender: bonus, ttl: P6M}", "5 % от 500 = 25", "5 % of 500 = 25"},
		{"reward: {fixed: 30, delay: P14D, ttl: P6M}", "30 бонусов за покупку. Потратить их можно с 17 мая 2026", "30 bonuses for the purchase. They can be spent from 17 May 2026 on"},
		{"reward: {fixed: 30, ttl: P6M}\nlimits: [{what: accrual, max: 20, per: day}]", "30 бонусов за покупку. Сработал предел акции: начислено 20 из 30", "30 bonuses for the purchase. A limit of the campaign is reached: 20 of 30 are credited"},
		{"reward: {percent: 10, multiply: {by: 2}, ttl: P6M}", "(10 % от 537,30) × 2 = 107,46", "(10 % of 537.30) × 2 = 107.46"},
		{"reward: [{coupons: 2}, {gift: promo-100}]", "2 купона розыгрыша; Подарок по акции", "2 draw coupons; A gift of the campaign"},
		{"pools: {p: {window: day}}\nreward: {coupons: {pool: p, count: floor(pool.sum / 1000)}}", "Сумма чека отложена к следующим: вместе 537,30 ₽, на новый купон пока не хватает", "The receipt's sum is kept for the next ones: together 537.30 ₽, not enough for a new coupon yet"},
		{"goods: product == \"tea\"\nreward: {fixed: 1, ttl: P6M}", "В чеке нет товаров этой акции.", "No goods of this campaign are on the receipt."},
		{"schedule: {weekdays: [mon]}\nreward: {fixed: 1, ttl: P6M}", "Акция действует в другие дни и часы.", "The campaign runs on other days or at other hours."},
		{"audience: vip\nreward: {fixed: 1, ttl: P6M}", "Эта акция для других покупателей.", "This campaign is for other shoppers."},
		{"reward: {coupons: 0}", "За этот чек акция ничего не даёт", "The campaign gives nothing for this receipt"},
	}
	for _, tt := range tests {
		d := decide(t, f, at("2026-05-03T15:00"), short(t, tt.keys))[0]
		for lang, want := range map[string]string{"ru": tt.ru, "en": tt.en} {
			got, err := Explain(d.Trace, nil, texts.Printer(lang))
			if got = strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(got); err != nil || got != want {
				t.Errorf("%s: explained %q, %v; want %q", tt.keys, got, err, want)
			}
		}
	}
}

// TestNeeds: what whoever gathers facts must find and lock, in one order.
func TestNeeds(t *testing.T) {
	t.Parallel()
	set := NewSet([]*Campaign{
		member(t, "z", "audience: [vip, parents]\nschedule: {frequency: {first: month}}\nreward: {fixed: 3, ttl: P6M}\nlimits: [{what: uses, max: 3, per: week, of: store}, {what: accrual, max: 2, per: receipt}]"),
		member(t, "a", "audience: vip\npools: {second: {window: day}, first: {window: campaign}}\nreward: {coupons: {pool: first, count: 1}}\nlimits: [{id: budget, what: coupons, max: 9, of: campaign}]"),
	})
	f := Facts{Receipt: Receipt{Purchased: at("2026-01-01T00:30")}} // a Thursday of the year's first week
	if got, want := fmt.Sprint(set.Counters(f)), "[{a budget campaign } {z frequency member 2026-01}]"; got != want {
		t.Errorf("counters in an unknown store %s, want %s", got, want)
	}
	f.Store.ID = "s"
	if got, want := fmt.Sprint(set.Counters(f)), "[{a budget campaign } {z frequency member 2026-01} {z uses.week.store store 2026-W01}]"; got != want {
		t.Errorf("counters %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(set.Pools(f)), "[{a first } {a second 2026-01-01}]"; got != want {
		t.Errorf("pools %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(set.Segments()), "[parents vip]"; got != want {
		t.Errorf("segments %s, want %s", got, want)
	}
}

// TestGoodsUsedUp: when the limit of goods leaves none, nothing is given for them,
// whatever the reward; what is of other sums as well.
func TestGoodsUsedUp(t *testing.T) {
	t.Parallel()
	for _, reward := range []string{"{fixed: 100, ttl: never}", "{percent: 5, of: receipt.total, ttl: never}", "{coupons: 1}", "{gift: promo-100}"} {
		c := short(t, "goods: category in \"brand\"\nreward: "+reward+"\nlimits: [{what: goods, max: 2, per: day}]")
		s := newShopper(t, c)
		r := Receipt{Purchased: at("2026-05-03T12:00"), Total: 300_00, Lines: []Line{{Category: "brand.milk", Quantity: 2 * perUnit, Price: 150_00, Sum: 300_00}}}
		if d := s.buy(r, Partner{}, Store{})[0]; d.Outcome != Credited {
			t.Errorf("%s: first %s", reward, d.Outcome)
		}
		d := s.buy(r, Partner{}, Store{})[0]
		if n, _ := issued(d); d.Outcome != Exhausted || points(d)+n+int64(len(d.Gifts)) != 0 {
			t.Errorf("%s: with no goods left it is %s, with %d points, %d coupons, %d gifts", reward, d.Outcome, points(d), n, len(d.Gifts))
		}
		if n := s.facts.Used[Counter{"c", "goods.day.member", OfMember, "2026-05-03"}]; n != int64(2*perUnit) {
			t.Errorf("%s: %d used", reward, n)
		}
	}
}
