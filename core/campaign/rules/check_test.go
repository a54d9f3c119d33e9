package rules

import (
	"os"
	"strings"
	"testing"

	"besedka/core/source"
)

// TestMistakes: every mistake at its place, with its cure.
func TestMistakes(t *testing.T) {
	t.Parallel()
	const give = "reward: {percent: 5, ttl: P6M}"
	tests := []struct{ keys, want string }{
		{"", "1:1: L107: the key \"reward\" is missing"},
		{"when: receipt.total >= 10 and receipt.total < 5\n" + give, "4:7: L610: the condition can never hold"},
		{"when: receipt.total < 0\n" + give, "4:7: L610"},
		{"when: [receipt.total >= 10, card.present, receipt.total < 5]\n" + give, "4:43: L610: together with the conditions above"},
		{"goods: price > 5 and price < 4\n" + give, "4:8: L610"},
		{"goods: category in \"brand.milks\"\n" + give, "4:20: L112: there is no category \"brand.milks\"; did you mean \"brand.milk\"?"},
		{"goods: category in [\"bread\", \"bred\"]\n" + give, "4:30: L112"},
		{"goods: receipt.totl > 5\n" + give, "4:8: L112: there is no name \"receipt.totl\"; did you mean \"receipt.total\"?"},
		{"goods: goods.sum > 5\n" + give, "4:8: L112"},
		{"when: category in \"bread\"\n" + give, "4:7: L112"},
		{"when: partner.id == \"hiper\"\n" + give, "4:21: L112: this is never \"hiper\"; did you mean \"hyper\"?"},
		{"when: tender.bonuses > 5\n" + give, "4:7: L112: there is no name \"tender.bonuses\"; did you mean \"tender.bonus\"?"},
		{"audience: vips\n" + give, "4:11: L617: there is no segment \"vips\"; did you mean \"vip\"?"},
		{"audience: [vip, parent]\n" + give, "4:17: L617"},
		{"zone: Moscow\n" + give, "4:7: L611"},
		{"register_within: P7\n" + give, "4:18: L611"},
		{"register_within: P1M\n" + give, "4:18: L611"},
		{"schedule: {weekdays: [mon, friday]}\n" + give, "4:28: L611: there is no weekday \"friday\"; did you mean \"fri\"?"},
		{"schedule: {days: [1, 32]}\n" + give, "4:22: L611"},
		{"schedule: {time: 25:00-26:00}\n" + give, "4:18: L611"},
		{"schedule: {time: 10:00-10:00}\n" + give, "4:18: L611"},
		{"schedule: {frequency: {first: year}}\n" + give, "4:31: L611"},
		{"schedule: {frequency: {every: 1}}\n" + give, "4:31: L611"},
		{"schedule: {frequency: {first: day, every: 2}}\n" + give, "4:43: L611"},
		{"schedule: {weekday: [mon]}\n" + give, "4:12: L103: unknown key \"weekday\"; did you mean \"weekdays\"?"},
		{"reward: {ttl: P6M}", "4:9: L613: it is not said what to give"},
		{"reward: []", "4:9: L613: there are no rewards"},
		{"reward: {percent: 5, fixed: 3, ttl: P6M}", "4:29: L613: these do not go together: percent and fixed"},
		{"reward: {fixed: 3, of: goods.sum, ttl: P6M}", "4:24: L613: of is not for a reward of fixed"},
		{"reward: {coupons: 1, ttl: P6M}", "4:27: L613: ttl is not for a reward of coupons"},
		{"reward: {percent: 5}", "4:9: L107: the key \"ttl\" is missing"},
		{"reward: {every: 3, ttl: P6M}", "4:9: L107: the key \"points\" is missing"},
		{"reward: {percent: 5, of: goods.total, ttl: P6M}", "4:26: L124: this is never \"goods.total\"; did you mean"},
		{"reward: {percent: 5.00000000001, ttl: P6M}", "4:19: L603: a percentage with more than ten decimals"},
		{"reward: {percent: 5, currency: stamps, ttl: P6M}", "4:32: L617: there is no currency \"stamps\"; did you mean \"stamp\"?"},
		{"reward: {percent: 5, exclude_tender: [bonus, cash], ttl: P6M}", "4:46: L617: there is no currency \"cash\""},
		{"reward: {fixed: 0.5, currency: stamp, ttl: P6M}", "4:17: L613: so much cannot be accrued"},
		{"reward: {fixed: -5, ttl: P6M}", "4:17: L613"},
		{"reward: {fixed: 5, ttl: P6M, delay: P1M}", "4:37: L611"},
		{"reward: {percent_by_category: {brand.milc: 3}, ttl: P6M}", "4:32: L617: there is no category \"brand.milc\"; did you mean \"brand.milk\"?"},
		{"reward: {percent_by_category: {brand.milk: 300}, ttl: P6M}", "4:44: L603"},
		{"reward: {percent: 5, favourite: profile.favorite, ttl: P6M}", "4:33: L617: there is no profile field"},
		{"reward: {percent: 5, multiply: {by: 11}, ttl: P6M}", "4:37: L613"},
		{"reward: {bands: [{from: 100, percent: 1}, {from: 50, percent: 2}], ttl: P6M}", "4:50: L613: bands are not in ascending order"},
		{"reward: {bands: [{from: 100}], ttl: P6M}", "4:18: L613"},
		{"reward: {coupons: receipt.total / 1000}", "4:19: L612: coupons are a whole number, and this is: money"},
		{"reward: {coupons: floor(goods.qty - 2)}", "4:19: L612: it can be below zero: with goods.qty = 0"},
		{"reward: {coupons: floor(pool.sum / 1000)}", "4:25: L112: there is no name \"pool.sum\""},
		{"pools: {mall: {window: day}}\nreward: {coupons: {pool: moll, count: floor(pool.sum / 1000)}}", "5:26: L617: there is no pool \"moll\"; did you mean \"mall\"?"},
		{"pools: {mall: {window: hour}}\nreward: {coupons: 1}", "4:24: L124"},
		{"reward: {coupons: [{when: receipt.total < 0, count: 1}, {count: 2}]}", "4:27: L610"},
		{"reward: {gift: promo, else: {fixed: 30, ttl: P6M}}", "4:16: L617: there is no pool of gifts \"promo\"; did you mean \"promo-100\"?"},
		{"reward: {gift: promo-100, else: {percent: 30, ttl: P6M}}", "4:34: L103"},
		{give + "\nlimits: [{what: gift, max: 1}]", "5:10: L614: the campaign never reaches this limit"},
		{give + "\nlimits: [{what: accrual, max: 100, currency: stamp}]", "5:10: L614: the campaign never reaches this limit"},
		{give + "\nlimits: [{what: accrual, max: 100}, {what: accrual, max: 100}]", "5:37: L614: two limits are called"},
		{give + "\nlimits: [{what: accrual, max: 100, per: day}, {what: accrual, max: 100, per: month}]", "5:10: L614: this limit is never reached"},
		{give + "\nlimits: [{what: accrual, max: 100, of: campaign, per: day}, {what: accrual, max: 100, per: day}]", "5:61: L614: this limit is never reached"},
		{give + "\nschedule: {frequency: {first: day}}\nredeem_cap: [{percent: 20}]", "6:13: L614: a cap is asked for before there is a receipt"},
		{give + "\ngoods: price > 5\nredeem_cap: [{percent: 20}]", "6:13: L614"},
		{give + "\nmessages: {slips: x}", "5:12: L103: unknown key \"slips\"; did you mean \"slip\"?"},
		{give + "\nmessages: {slip: \"a {bonuss}\"}", "5:21: L112: there is no name \"bonuss\"; did you mean \"bonus\"?"},
		{give + "\nmessages: {slip: \"a {bonus\"}", "5:21: L303"},
		{give + "\nmessages: {display: \"twelve and eight are a line of it, {bonus}\"}", "5:21: L125: the text takes up to 47 characters, and there is room for 40"},
		{give + "\nlimits: [{what: accrual, max: 100, soft: 80}]", "5:42: L614: people are warned of a budget of all"},
		{give + "\nlimits: [{what: accrual, max: 100, of: campaign, soft: 100}]", "5:56: L614: it is too late"},
		{"reward: {fixed: 3, ttl: P6M}\nlimits: [{what: accrual, max: 3, per: receipt}]", "5:10: L614: this limit is never reached: no receipt gives more"},
		{"reward: {bands: [{from: 0, fixed: 1}, {from: 100, fixed: 4}], multiply: {by: 1.5}, ttl: P6M}\nlimits: [{what: accrual, max: 6, per: receipt}]", "5:10: L614"},
		{give + "\nlimits: [{what: uses, max: 1, per: receipt}]", "5:10: L614"},
		{"reward: {fixed: 3, ttl: P6M}\nlimits: [{what: uses, max: 10, of: campaign}, {what: accrual, max: 30, of: campaign}]", "5:47: L614: this limit is never reached: \"uses.campaign.campaign\" comes first"},
		{"reward: {gift: promo-100, else: {fixed: 5, ttl: P6M}}\nlimits: [{what: accrual, max: 60, per: day}, {what: uses, max: 10, per: week}]", "5:10: L614: this limit is never reached: \"uses.week.member\" comes first"},
		{"reward: {coupons: [{count: floor(receipt.total / 100), max: 5}]}\nlimits: [{what: coupons, max: 5, per: receipt}]", "5:10: L614"},
		{"audience: rich\n" + give, "4:11: L605: the segment \"rich\" reads \"balance\", which campaigns do not know: they cannot tell who is in it"},
		{"audience: [vip, rich]\n" + give, "4:17: L605"},
		{"pools: {mall: {window: day}}\nreward: [{coupons: {pool: mall, count: 1}}, {coupons: [{when: card.present, pool: mall, count: 2}, {count: 1}]}]", "5:45: L606: another reward adds to the pool \"mall\", too"},
		{"schedule: {days: [30, 31]}\nzone: Europe/Moscow\n" + give + "\nperiod: {from: 2026-02-01, to: 2026-02-28}", "3:11: L611: the period has no such day"},
		{give + "\nlimits: [{what: accrual, max: 0}]", "5:31: L614"},
		{give + "\nlimits: [{what: accrual, max: 0.001}]", "5:31: L614"},
		{give + "\nlimits: [{what: points, max: 5}]", "5:17: L124"},
		{give + "\nlimits: [{what: uses, max: 5, per: year}]", "5:36: L124"},
		{give + "\ngroup: {name: g, mode: best}", "5:24: L124: this is never \"best\"; there are: stack"},
		{give + "\ngroup: {mode: first}", "5:8: L107"},
		{give + "\nexperiment: {name: e, weights: {a: 50, x: 49}, variant: a}", "5:32: L616: the shares add up to 99"},
		{give + "\nexperiment: {name: e, weights: {a: 50, x: 50}, variant: x}", "5:57: L616"},
		{give + "\nexperiment: {name: e, weights: {a: 50, x: 50}, variant: b}", "5:57: L617"},
		{"redeem_cap: [{when: receipt.discount / receipt.total > 25, max_percent: 10}]", "4:60: L103"},
		{"redeem_cap: [{percent: 101}]", "4:24: L603"},
		{"redeem_cap: [{percent: 10, of: goods.sum}]", "4:32: L124"},
	}
	tests = append(tests, struct{ keys, want string }{"when: [" + strings.Repeat("card.present, ", maxConditions) + "card.present]\n" + give, "4:428: L125: the list has more than 30"})
	for _, tt := range tests {
		text := "campaign: c\nname: x\nperiod: {from: 2026-01-01}\n" + tt.keys + "\n"
		if strings.Contains(tt.keys, "period:") {
			text = strings.Replace(text, "period: {from: 2026-01-01}\n", "", 1)
		}
		c, problems := Parse("campaigns/c.yaml", []byte(text), fixtureTerms)
		if got := worded(problems); c != nil || !strings.Contains(got, "c.yaml:"+tt.want) {
			t.Errorf("%s\ngot  %s\nwant %s", tt.keys, got, tt.want)
		}
		for _, p := range problems {
			if p.What.Ru == "" || p.Cure.Ru == "" || p.What.En == "" || p.Cure.En == "" {
				t.Errorf("%s: %v has no words", tt.keys, p)
			}
		}
	}
}

func worded(problems []*source.Problem) string {
	all := make([]string, len(problems))
	for i, p := range problems {
		all[i] = p.In("en")
	}
	return strings.Join(all, "\n")
}

// TestReachable: limits that can be come up to are no mistakes, to the last unit.
func TestReachable(t *testing.T) {
	t.Parallel()
	for _, keys := range []string{
		"reward: {fixed: 3, ttl: P6M}\nlimits: [{what: accrual, max: 2.99, per: receipt}]",
		"reward: [{fixed: 3, ttl: P6M}, {fixed: 1, ttl: P1Y}]\nlimits: [{what: accrual, max: 3, per: receipt}]",
		"reward: {percent: 5, ttl: P6M}\nlimits: [{what: uses, max: 10, of: campaign}, {what: accrual, max: 30, of: campaign}]",
		"reward: {fixed: 3, ttl: P6M}\nlimits: [{what: uses, max: 10, of: campaign}, {what: accrual, max: 29, of: campaign}]",
		"reward: {fixed: 3, ttl: P6M}\nlimits: [{what: uses, max: 10, per: day}, {what: accrual, max: 30, per: week}]",
		"reward: {fixed: 3, ttl: P6M}\nlimits: [{what: uses, max: 10}, {what: accrual, max: 30, of: campaign}]",
		"reward: {fixed: 3, multiply: {when: card.present, by: 2}, ttl: P6M}\nlimits: [{what: uses, max: 10}, {what: accrual, max: 59}]",
		"reward: {every: 2, points: 1, ttl: P6M}\nlimits: [{what: accrual, max: 30, per: receipt}]",
		"schedule: {weekdays: [fri], time: 22:00-02:00}\nreward: {fixed: 3, ttl: P6M}",
		"schedule: {days: [31], weekdays: [mon]}\nreward: {fixed: 3, ttl: P6M}",
	} {
		short(t, keys)
	}
	for text, comes := range map[string]bool{
		"{from: 2026-05-02, to: 2026-05-02}\nschedule: {weekdays: [fri], time: 22:00-02:00}": true, // a Saturday, until two
		"{from: 2026-05-02, to: 2026-05-07}\nschedule: {weekdays: [fri]}":                    false,
	} {
		if c, _ := Parse("campaigns/c.yaml", []byte("campaign: c\nname: x\nreward: {fixed: 1, ttl: P6M}\nperiod: "+text), fixtureTerms); (c != nil) != comes {
			t.Errorf("%s: comes is %v", text, !comes)
		}
	}
}

// TestStoredVersions: what the check refuses and can be computed is read when it
// was published before.
func TestStoredVersions(t *testing.T) {
	t.Parallel()
	for _, keys := range []string{
		"when: [" + strings.Repeat("card.present, ", 2*maxConditions) + "card.present]\nreward: {percent: 5, ttl: P6M}",
		"pools: {p: {window: day}}\nreward: [{coupons: {pool: p, count: 1}}, {coupons: {pool: p, count: 2}}]",
		"when: receipt.total < 0\nreward: {percent: 5, ttl: P6M}",
		"reward: {coupons: floor(goods.qty - 2)}",
		"audience: nobody\ngoods: category in \"gone\"\nreward: {percent: 5, ttl: P6M}\nlimits: [{what: gift, max: 1}]",
	} {
		c, problems := Parse("campaigns/c.yaml", []byte("campaign: c\nname: x\nperiod: {from: 2026-01-01}\n"+keys), Terms{Zone: moscow})
		if c == nil {
			t.Errorf("%s: %s", keys, worded(problems))
		}
	}
}

// TestCheckOfAll: what is wrong between two campaigns.
func TestCheckOfAll(t *testing.T) {
	t.Parallel()
	const give = "\nreward: {fixed: 1, ttl: P6M}"
	const alone = "group: {name: g, mode: exclusive}\n"
	tests := []struct{ a, b, want string }{
		{alone + "when: receipt.total >= 500", alone + "when: receipt.total >= 300", `b.yaml:4:8: L615: group "g" is exclusive, and one receipt may fit both this campaign and "a"`},
		{alone + "when: receipt.total >= 500", alone + "when: receipt.total < 500", ""},
		{alone + "when: store.format == \"мини\"", alone + "when: store.format != \"мини\"", ""},
		{alone + "schedule: {weekdays: [mon]}", alone + "schedule: {weekdays: [tue, sun]}", ""},
		{alone + "schedule: {weekdays: [mon]}", alone + "schedule: {weekdays: [tue, mon]}", "L615"},
		{alone + "experiment: {name: e, weights: {a: 50, b: 50}, variant: a}", alone + "experiment: {name: e, weights: {a: 50, b: 50}, variant: b}", ""},
		{"experiment: {name: e, weights: {a: 50, b: 50}, variant: a}", "experiment: {name: e, weights: {a: 40, b: 60}, variant: b}", `b.yaml:4:13: L616: experiment "e" is divided otherwise in campaign "a"`},
		{alone, "group: {name: g, mode: first}", `b.yaml:4:8: L615: group "g" has another mode in campaign "a": exclusive`},
		{alone, "group: {name: other, mode: first}", ""},
		{alone, "", ""},
	}
	for _, tt := range tests {
		a, b := member(t, "a", tt.a+give), member(t, "b", tt.b+give)
		for _, set := range [][]*Campaign{{a, b}, {b, a}} {
			if got := worded(Check(set)); (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
				t.Errorf("%s and %s:\ngot  %s\nwant %s", tt.a, tt.b, got, tt.want)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, id := range []string{"mall", "brand_cashback", "brand_gift", "retail", "retail_limits", "cap"} {
		text, err := os.ReadFile("testdata/" + id + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("campaign: c\nname: x\nperiod: {from: 2026-01-01}\nexperiment: {name: e, weights: {a: 100}, variant: a}\ngroup: {name: g, mode: first}\nschedule: {days: [1], time: 22:00-02:00, frequency: {every: 2}}\nreward: [{bands: [{from: 0, percent: 1}], multiply: {by: 2}, ttl: never}, {discount: 5}]\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, problems := Parse("campaigns/c.yaml", []byte(text), fixtureTerms)
		if (c == nil) != (len(problems) > 0) {
			t.Fatalf("campaign %v with %d problems", c, len(problems))
		}
		if c == nil {
			return
		}
		facts := Facts{Receipt: brandReceipt()}
		one, err := NewSet([]*Campaign{c}).Evaluate(facts, facts.Receipt.Purchased)
		if err != nil {
			return // out of range
		}
		two, err := NewSet([]*Campaign{c, c}).Evaluate(facts, facts.Receipt.Purchased)
		if err != nil || c.group.mode == "" && string(one[0].Trace) != string(two[1].Trace) {
			t.Fatalf("%v: %s and then %s", err, one[0].Trace, two[1].Trace)
		}
		for _, a := range one[0].Accruals {
			var shared int64
			for _, s := range a.Lines {
				shared += s.Amount
			}
			if a.Amount <= 0 || a.Amount > a.Desired || len(a.Lines) > 0 && shared != a.Amount {
				t.Fatalf("%+v", a)
			}
		}
	})
}

// In a programme of two languages words are in both, each with the forms of its own.
func TestWordsInEveryLanguage(t *testing.T) {
	t.Parallel()
	terms := fixtureTerms
	terms.Languages = []string{"ru", "en"}
	for messages, want := range map[string]string{
		`{chat: "+{bonus}"}`:                     "5:18: L104",
		`{chat: {ru: "+{bonus}"}}`:               "5:18: L107: the key \"en\" is missing",
		`{chat: {ru: "+", en: "{bonus|a|b|c}"}}`: "5:33: L305",
		`{chat: {ru: "+", en: "+", de: "+"}}`:    "5:37: L103",
	} {
		_, problems := Parse("campaigns/c.yaml", []byte("campaign: c\nname: x\nperiod: {from: 2026-01-01}\nreward: {percent: 5, ttl: P6M}\nmessages: "+messages+"\n"), terms)
		if len(problems) != 1 || !strings.Contains(problems[0].In("en"), want) {
			t.Errorf("%s: %v, want %s", messages, problems, want)
		}
	}
	c, problems := Parse("campaigns/c.yaml", []byte("campaign: c\nname: x\nperiod: {from: 2026-01-01}\nreward: {percent: 5, ttl: P6M}\nmessages: {chat: {ru: \"{bonus} {bonus|бонус|бонуса|бонусов}, {coupons}\", en: \"{bonus} {bonus|bonus|bonuses}\"}}\n"), terms)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got := c.Say(Chat, 2150, 3, "ru"); got != "21,50 бонуса, 3" {
		t.Errorf("in Russian: %q", got)
	}
	if got := c.Say(Chat, 2150, 3, "en"); got != "21.50 bonuses" || c.Says(Slip) || c.Say(Slip, 1, 1, "en") != "" {
		t.Errorf("in English: %q", got)
	}
}
