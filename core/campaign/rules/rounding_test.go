package rules

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"besedka/core/fiscal"
)

// TestRounding holds awards against a slow oracle of rationals: exact sums,
// rounded down once, shared by the largest remainders.
func TestRounding(t *testing.T) {
	t.Parallel()
	categories := []string{"brand", "brand.milk", "brand.yogurt", "brand.yogurt.premium", "bread", ""}
	rapid.Check(t, func(rt *rapid.T) {
		var receipt Receipt
		receipt.Purchased = at("2026-05-03T14:05")
		for i := range rapid.IntRange(1, 12).Draw(rt, "lines") {
			l := Line{
				Number: i + 1, Category: rapid.SampledFrom(categories).Draw(rt, "category"),
				Quantity: fiscal.Quantity(rapid.Int64Range(1, 9_000_000).Draw(rt, "qty")), Sum: rapid.Int64Range(0, 500_000).Draw(rt, "sum"),
			}
			receipt.Lines, receipt.Total = append(receipt.Lines, l), receipt.Total+l.Sum
		}
		receipt.Tenders = map[string]int64{"bonus": rapid.Int64Range(0, receipt.Total).Draw(rt, "by bonus")}
		rates := map[string]int64{"brand": 1, "brand.milk": rapid.Int64Range(1, 1_000_000).Draw(rt, "milk"), "brand.yogurt": rapid.Int64Range(1, 1_000_000).Draw(rt, "yogurt")}
		by := rapid.Int64Range(1, 1000).Draw(rt, "by")
		most := rapid.Int64Range(1, 20_000_000).Draw(rt, "packs")
		limit := rapid.Int64Range(1, 1_000_000).Draw(rt, "limit")
		keys := fmt.Sprintf("reward: {percent_by_category: {brand: 0.0001, brand.milk: %s, brand.yogurt: %s}, exclude_tender: bonus, multiply: {by: %s}, ttl: P6M}\nlimits: [{what: goods, max: %s, per: receipt}, {what: accrual, max: %s, per: receipt}]",
			decimal(rates["brand.milk"], 4), decimal(rates["brand.yogurt"], 4), decimal(by, 2), decimal(most, 6), decimal(limit, 2))
		set := NewSet([]*Campaign{short(t, keys)})
		decisions, err := set.Evaluate(Facts{Receipt: receipt}, receipt.Purchased)
		if err != nil {
			rt.Fatal(err)
		}
		want := oracle(receipt, rates, big.NewRat(by, 100), most, limit)
		var got []Share
		for _, a := range decisions[0].Accruals {
			got = append(got, a.Lines...)
		}
		if points(decisions[0]) != want.total || want.total > 0 && !slices.Equal(got, want.shares) {
			rt.Fatalf("%s\n%+v\ngot  %v\nwant %v\n%s", keys, receipt, got, want, decisions[0].Trace)
		}
	})
}

func decimal(n int64, digits int) string {
	return big.NewRat(n, pow10(digits)).FloatString(digits)
}

type slow struct {
	total  int64
	shares []Share
}

// oracle counts line by line, in rationals, by hand.
func oracle(r Receipt, rates map[string]int64, by *big.Rat, most, limit int64) (s slow) {
	rateOf := func(category string) int64 {
		switch category {
		case "brand":
			return rates["brand"]
		case "brand.milk":
			return rates["brand.milk"]
		case "brand.yogurt", "brand.yogurt.premium":
			return rates["brand.yogurt"]
		}
		return 0
	}
	var exact []*big.Rat
	var lines []int
	sum := new(big.Rat)
	left := most
	for _, l := range r.Lines {
		take := min(int64(l.Quantity), left)
		left -= take
		rate := rateOf(l.Category)
		if take == 0 || rate == 0 || l.Sum == 0 {
			continue
		}
		share := big.NewRat(l.Sum, 1)
		share.Mul(share, big.NewRat(take, int64(l.Quantity)))
		share.Mul(share, big.NewRat(rate, 1_000_000))
		share.Mul(share, by)
		share.Mul(share, big.NewRat(r.Total-r.Tenders["bonus"], r.Total))
		exact, lines = append(exact, share), append(lines, l.Number)
		sum.Add(sum, share)
	}
	desired := new(big.Int).Quo(sum.Num(), sum.Denom()).Int64()
	s.total = min(desired, limit)
	if s.total == 0 {
		return s
	}
	if s.total < desired {
		for _, e := range exact {
			e.Mul(e, big.NewRat(s.total, 1)).Quo(e, sum)
		}
	}
	rests := make([]*big.Rat, len(exact))
	over := s.total
	for i, e := range exact {
		whole := new(big.Int).Quo(e.Num(), e.Denom())
		rests[i] = new(big.Rat).Sub(e, new(big.Rat).SetInt(whole))
		s.shares = append(s.shares, Share{Line: lines[i], Amount: whole.Int64()})
		over -= whole.Int64()
	}
	for ; over > 0; over-- {
		largest := -1
		for i, rest := range rests {
			if rest.Sign() >= 0 && (largest < 0 || rest.Cmp(rests[largest]) > 0) {
				largest = i
			}
		}
		s.shares[largest].Amount++
		rests[largest] = big.NewRat(-1, 1)
	}
	return s
}

// BenchmarkFiftyCampaigns evaluates one receipt of thirty lines by fifty active
// campaigns beside a JSON round trip of the same receipt; the metric is how many
// such round trips it takes.
func BenchmarkFiftyCampaigns(b *testing.B) {
	facts, document := longReceipt()
	kinds := []string{
		"when: [receipt.total >= 300, store.format != \"Дискаунтер\"]\nreward: {percent: %d, ttl: P6M}",
		"goods: category in \"brand.yogurt\"\nreward: {percent: 1.%d, exclude_tender: bonus, ttl: P6M}",
		"reward: {percent_by_category: {brand.milk: 3, brand.yogurt: 5, brand.yogurt.premium: %d}, ttl: P6M}\nlimits: [{what: accrual, max: 500, per: day}]",
		"goods: category in \"brand\" and price > 50\nreward: {coupons: floor(goods.qty / %d)}",
		"schedule: {weekdays: [mon], time: 22:00-02:00}\nwhen: receipt.total > %d\nreward: {fixed: 30, ttl: P6M}",
	}
	campaigns := make([]*Campaign, 50)
	for i := range campaigns {
		campaigns[i] = member(b, fmt.Sprintf("c%02d", i), fmt.Sprintf(kinds[i%len(kinds)], 2+i%8))
	}
	set := NewSet(campaigns)
	evaluate := func() {
		if _, err := set.Evaluate(facts, facts.Receipt.Purchased); err != nil {
			b.Fatal(err)
		}
	}
	roundTrip := func() {
		text, err := json.Marshal(document)
		if err != nil {
			b.Fatal(err)
		}
		var back fiscal.Receipt
		if err := json.Unmarshal(text, &back); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	var ours, trips time.Duration // turn by turn, so that a busy machine slows both
	for b.Loop() {
		begun := time.Now()
		evaluate()
		ours += time.Since(begun)
		begun = time.Now()
		roundTrip()
		trips += time.Since(begun)
	}
	b.ReportMetric(float64(ours)/float64(trips), "roundtrips/evaluation")
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "ns/evaluation")
}

// longReceipt is one of thirty lines, as campaigns and as the tax service see it.
func longReceipt() (Facts, fiscal.Receipt) {
	categories := []string{"brand.milk", "brand.yogurt", "brand.yogurt.premium", "bread", ""}
	doc := fiscal.Receipt{FN: "9289000100000001", FD: 4501, FP: 1234567890, Operation: 1, INN: "7700000001", Seller: "ООО «Лавка»", Address: "Казань, ул. Баумана, 5"}
	doc.Time.Unix = at("2026-05-04T23:05").Unix()
	f := Facts{Receipt: Receipt{Purchased: at("2026-05-04T23:05"), INN: doc.INN}, Store: Store{ID: "s1", Format: "Супермаркет"}, Member: Member{ID: 1}}
	for i := range 30 {
		price := int64(4990 + 731*i)
		l := fiscal.Line{Name: fmt.Sprintf("Йогурт питьевой клубника 2,5%% 290 г, партия %d", i), Price: price, Quantity: fiscal.Quantity(1+i%3) * perUnit, Sum: price * int64(1+i%3), VAT: 2, Payment: 4, Product: 1, GTIN: "04600000000017"}
		doc.Lines, doc.Total = append(doc.Lines, l), doc.Total+l.Sum
		f.Receipt.Lines = append(f.Receipt.Lines, Line{Number: i + 1, Product: "p", Category: categories[i%len(categories)], GTIN: l.GTIN, Quantity: l.Quantity, Price: price, Sum: l.Sum})
	}
	doc.Cashless, f.Receipt.Total = doc.Total, doc.Total
	return f, doc
}
