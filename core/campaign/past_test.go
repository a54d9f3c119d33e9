package campaign_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/campaign"
	"besedka/core/campaign/forecast"
	"besedka/core/campaign/rules"
	"besedka/core/expr"
	"besedka/core/fiscal"
	"besedka/core/ledger"
	"besedka/core/prize"
	"besedka/core/prize/showcase"
	"besedka/core/product"
	"besedka/core/release"
	"besedka/core/source"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// own are campaigns that the document's do not show.
var own = []string{
	"campaign: budget\nreward: {percent: 10, ttl: P6M}\nlimits: [{what: accrual, max: 300, of: campaign}, {what: uses, max: 2, per: week}]\n",
	"campaign: denied\nreward: {fixed: 70, ttl: P6M}\nlimits: [{what: accrual, max: 150, per: day, of: campaign, on_exceed: deny}]\n",
	"campaign: shops\nreward: {fixed: 3, ttl: P6M}\nlimits: [{what: uses, max: 1, per: day, of: store}]\n",
	"campaign: bags\nreward: [{gift: сумки, else: {fixed: 30, ttl: P6M}}, {fixed: 1, ttl: P6M}]\nlimits: [{what: accrual, max: 40, per: month}]\n",
	"campaign: best1\ngroup: {name: g, mode: best_for_member}\nreward: {percent: 3, ttl: P6M}\n",
	"campaign: best2\ngroup: {name: g, mode: best_for_member}\nreward: {fixed: 20, ttl: P6M}\n",
	"campaign: half\nexperiment: {name: e, weights: {a: 50, x: 50}, variant: a}\nreward: {percent: 1, ttl: P6M}\n",
	"campaign: third\nschedule: {frequency: {every: 3}}\nreward: {coupons: 2}\n",
	"campaign: welcome\nwhen: receipts == 0\nreward: {fixed: 100, ttl: P6M}\n",
	"campaign: packs\ngoods: category in \"молочное\"\nreward: [{percent: 7, ttl: P6M}, {every: 2, points: 5, ttl: P6M}]\nlimits: [{what: goods, max: 5, per: day}]\n",
}

const goodsOfTest = `categories: { молочное: М, молочное.йогурты: Й, молочное.йогурты.премиум: П, хлеб: Х }
products:
  milk: { name: Молоко, category: молочное, gtin: ["4600000000121"] }
  yogurt: { name: Йогурт, category: молочное.йогурты, gtin: ["4600000000114"] }
`

var yamlBlock = regexp.MustCompile("```yaml\n(campaign: [^`]*)```")

// campaignsOfTest are the document's, the shipped one and own, those that can be read.
func campaignsOfTest(t *testing.T, terms rules.Terms) (all []campaign.Source) {
	t.Helper()
	doc, err := os.ReadFile("../../docs/campaigns.md")
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := os.ReadFile("../../flows/programme/campaigns/cashback.yaml")
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{string(shipped)}
	for _, m := range yamlBlock.FindAllStringSubmatch(string(doc), -1) {
		texts = append(texts, m[1])
	}
	for _, text := range own {
		texts = append(texts, text+"name: x\nperiod: {from: 2026-01-01}\n")
	}
	for _, text := range texts {
		_, id, _ := strings.Cut(text, "campaign: ")
		s := campaign.Source{ID: strings.Fields(id)[0], Text: []byte(text)}
		s.File = "campaigns/" + s.ID + ".yaml"
		if c, _ := rules.Parse(s.File, s.Text, terms); c != nil && !slices.ContainsFunc(all, func(o campaign.Source) bool { return o.ID == s.ID }) {
			all = append(all, s)
		}
	}
	if len(all) < 22 {
		t.Fatalf("only %d campaigns can be read", len(all))
	}
	return all
}

// past is a house that really credits.
type past struct {
	*testing.T
	db      *storage.DB
	service *campaign.Service
	prizes  *prize.Service
	rnd     *rand.Rand
	members []int64
	paid    map[string]int64
	coupons int64
	gifts   int64
}

func openPast(t *testing.T, seed uint64) *past {
	h := &past{T: t, db: storagetest.DB(t), rnd: rand.New(rand.NewPCG(seed, 1)), paid: map[string]int64{}} //nolint:gosec // a seed repeats a failure
	goods, problems := showcase.Parse("prizes.yaml", []byte("prizes:\n  кружки: {name: К, delivery: desk}\n  сумки: {name: С, delivery: desk}\n"), time.UTC)
	h.none(problems)
	h.prizes = prize.New(prize.Config{DB: h.db, Showcase: func() *showcase.Showcase { return goods }, Currency: func() string { return ledger.Bonus }})
	segment, problems := expr.Condition("receipts >= 2", source.Pos{}.At, expr.Scope{Names: map[string]expr.Kind{"receipts": expr.Count}})
	h.none(problems)
	h.service = &campaign.Service{
		Products: &product.Service{}, Prizes: h.prizes,
		Programme: func() campaign.Programme {
			return campaign.Programme{Zone: moscow, Segments: map[string]*expr.Program{"постоянные": segment}}
		},
	}
	return h
}

func (h *past) none(problems []*source.Problem) {
	h.Helper()
	if len(problems) > 0 {
		h.Fatal(problems[0])
	}
}

func (h *past) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *past) publish(terms rules.Terms, sources []campaign.Source) {
	h.Helper()
	folder := fstest.MapFS{"catalogue.yaml": {Data: []byte(goodsOfTest)}}
	_, _, err := release.New(h.db).Publish(h.Context(), release.Order{At: at(1)}, folder, func(ctx context.Context, tx storage.Tx, _ string) error {
		for _, prize := range []string{"кружки", "сумки"} {
			if _, err := h.prizes.StockTx(ctx, tx, prize, 4); err != nil {
				return err
			}
		}
		return h.service.PublishTx(ctx, tx, at(1), terms, sources)
	})
	h.must(err)
	for range 7 {
		id, err := storage.Value[int64](h.Context(), h.db, "insert into member (created_at, registered_at) values ($1, $1) returning id", at(1))
		h.must(err)
		h.members = append(h.members, id)
	}
}

// buy makes a receipt at random and really credits it.
func (h *past) buy(n int, bought time.Time) {
	h.Helper()
	member := h.members[h.rnd.IntN(len(h.members))]
	r := fiscal.Receipt{INN: "7700000001"}
	for range h.rnd.IntN(4) {
		l := fiscal.Line{Name: "Товар", Price: h.rnd.Int64N(300_00), Quantity: fiscal.Quantity(1+h.rnd.IntN(4)) * 1_000_000, GTIN: []string{"", "04600000000121", "04600000000114"}[h.rnd.IntN(3)]}
		l.Sum = l.Price * int64(l.Quantity) / 1_000_000
		r.Lines, r.Total = append(r.Lines, l), r.Total+l.Sum
	}
	err := h.db.InTx(h.Context(), func(ctx context.Context, tx storage.Tx) error {
		id, err := storage.Value[int64](ctx, tx, `insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			values ('7380440800512345', $1, 1, 1, $2::timestamptz at time zone 'UTC', 'UTC', $2::timestamptz, $3, $4, 'verified', $2::timestamptz, $2::timestamptz) returning id`,
			n+1, bought, r.Total, member)
		if err != nil {
			return err
		}
		if err := h.service.Products.MatchTx(ctx, tx, bought, id, r); err != nil {
			return err
		}
		if shop := h.rnd.IntN(3); shop > 0 {
			_, err := tx.Exec(ctx, `insert into receipt_place (receipt_id, inn, address, book, at, verdict, partner, store, format, category, zone, trace)
				values ($1, '', '', '', $2, 'accepted', $3, $4, '', '', '', '')`, id, bought, []string{"лавка", "гипер", "кино"}[h.rnd.IntN(3)], fmt.Sprint("s", shop))
			if err != nil {
				return err
			}
		}
		p := campaign.Purchase{Receipt: id, Member: member, At: bought, Uploaded: bought.Add(time.Hour), Sum: r.Total, Contents: &r}
		if h.rnd.IntN(5) == 0 {
			p.Contents = nil
		}
		if h.rnd.IntN(5) == 0 {
			p.Tenders = map[string]int64{ledger.Bonus: r.Total / 3}
		}
		award, err := h.service.EvaluateTx(ctx, tx, bought.Add(time.Hour), p)
		if err != nil {
			return err
		}
		h.count(award)
		state := []string{"credited", "partially_refunded", "refunded"}[n%3] // returns leave the past as it was
		_, err = tx.Exec(ctx, `update receipt set state = $2 where id = $1`, id, state)
		if err == nil {
			_, err = tx.Exec(ctx, `insert into member_stat as s (member_id, receipts) values ($1, 1) on conflict (member_id) do update set receipts = s.receipts + 1`, member)
		}
		return err
	})
	h.must(err)
}

func (h *past) count(a campaign.Award) {
	for _, d := range a.Decisions {
		for _, accrual := range d.Brought.Accruals {
			h.paid[accrual.Currency] += accrual.Amount
		}
		for _, c := range d.Brought.Coupons {
			h.coupons += c.Issued
		}
		h.gifts += int64(len(d.Brought.Gifts))
	}
}

// TestForecastIsWhatHappens: whatever the campaigns and the receipts, a draft that says
// what is in force costs to the last unit what was really given, in the books, too.
func TestForecastIsWhatHappens(t *testing.T) {
	t.Parallel()
	terms := rules.Terms{Zone: moscow, Currencies: map[string]int{"bonus": 2}, Scope: expr.Scope{Names: map[string]expr.Kind{"receipts": expr.Count, "profile.favourite": expr.Text}}}
	all := campaignsOfTest(t, terms)
	var given forecast.Cost
	for seed := range uint64(3) {
		h := openPast(t, seed)
		chosen := slices.Clone(all)
		h.rnd.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
		chosen = slices.DeleteFunc(chosen[:12], func(s campaign.Source) bool { return s.ID == "june" }) // its period does not cover these days
		h.publish(terms, chosen)
		bought := time.Date(2026, 8, 3, 9, 0, 0, 0, moscow)
		for n := range 80 {
			h.buy(n, bought)
			bought = bought.Add(time.Duration(h.rnd.IntN(12*60)) * time.Minute)
		}
		for _, s := range chosen[:3] {
			draft, problems := rules.Parse(s.File, s.Text, terms)
			h.none(problems)
			got, err := h.service.Forecast(t.Context(), h.db, campaign.Past{
				Campaign: s.ID, Draft: draft, From: at(1), To: bought.Add(time.Minute), Stock: map[string]int64{"кружки": 4, "сумки": 4},
			})
			h.must(err)
			h.holds(seed, s.ID, got)
			given = got.Draft.All
		}
	}
	if given.Points["bonus"] == 0 {
		t.Error("nothing was given at all")
	}
}

func (h *past) holds(seed uint64, id string, got forecast.Result) {
	h.Helper()
	want := forecast.Cost{Points: maps.Clone(h.paid), Coupons: h.coupons, Gifts: h.gifts, Discount: got.Draft.All.Discount}
	for _, side := range []forecast.Side{got.Draft, *got.Active} {
		if diff := cmp.Diff(want, side.All); diff != "" {
			h.Errorf("seed %d, %s: credited (-), forecast (+):\n%s", seed, id, diff)
		}
	}
	booked, err := storage.Value[int64](h.Context(), h.db, `select coalesce(sum(amount), 0)::bigint from posting where amount > 0`)
	h.must(err)
	numbers, err := storage.Value[int64](h.Context(), h.db, `select count(*) from coupon`)
	h.must(err)
	orders, err := storage.Value[int64](h.Context(), h.db, `select count(*) from prize_order`)
	h.must(err)
	if booked != want.Points["bonus"] || numbers != want.Coupons || orders != want.Gifts {
		h.Errorf("seed %d: the books have %d points, %d coupons and %d gifts; the decisions said %+v", seed, booked, numbers, orders, want)
	}
	var days forecast.Cost
	for _, d := range got.Days {
		days.Coupons, days.Gifts = days.Coupons+d.Draft.Coupons, days.Gifts+d.Draft.Gifts
	}
	if days.Coupons != got.Draft.Own.Coupons || days.Gifts != got.Draft.Own.Gifts || got.Receipts != 80 {
		h.Errorf("seed %d: the days do not add up: %+v of %d receipts", seed, days, got.Receipts)
	}
	for _, c := range got.Changes {
		if c.Gain.Members != 0 || c.Lose.Members != 0 {
			h.Errorf("seed %d: the same file changes %+v", seed, c)
		}
	}
}
