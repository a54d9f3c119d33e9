package rules

import (
	"path"
	"strings"
	"time"

	"besedka/core/expr"
	"besedka/core/source"
)

// A Campaign is one version of the terms by which receipts bring points, coupons
// and gifts.
type Campaign struct {
	ID   string
	Name string

	priority     int64
	group        group
	zone         *time.Location
	from, until  time.Time // of the purchase; until exclusive, zero for no end
	within       days      // after the purchase in which the receipt must be sent
	beforehand   days      // before joining in which a purchase counts
	schedule     schedule
	audience     []string // segments, any of which will do
	experiment   experiment
	when         []condition
	goods        condition // none: every line
	rewards      []*reward
	limits       []limit
	pools        []pool
	caps         []capRow
	messages     spoken
	seen         expr.Scope // of the conditions
	experimentAt source.Pos
	groupAt      source.Pos
}

// reader collects one campaign and what is wrong with it.
type reader struct {
	c        *Campaign
	o        *source.Object
	terms    Terms
	problems []*source.Problem
}

// Parse reads one campaign, whose id is the name of its file. With problems
// there is no campaign.
func Parse(file string, text []byte, terms Terms) (*Campaign, []*source.Problem) {
	root, problems := source.Parse(file, text)
	if root == nil {
		return nil, problems
	}
	r := &reader{c: &Campaign{zone: terms.Zone}, terms: terms, problems: problems}
	r.o = source.Fields(root, &r.problems)
	r.o.Require("campaign", "name", "period")
	r.readName(file)
	r.readZone()
	r.readPeriod(r.o.Object("period"))
	r.c.within, r.c.beforehand = r.readDays(r.o, "register_within"), r.readDays(r.o, "before_member_registration")
	r.readSchedule(r.o.Object("schedule"))
	r.readAudience()
	r.readExperiment()
	r.readGroup()
	r.readConditions()
	r.readPools(r.o.Map("pools"))
	r.readRewards(r.o.Node("reward"))
	r.readLimits(r.o.Node("limits"))
	r.readCaps(r.o.Node("redeem_cap"))
	r.readMessages(r.o.Object("messages"))
	r.o.Done()
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return r.c, nil
}

func (r *reader) report(at source.Pos, code string, what, cure source.Text) {
	r.problems = append(r.problems, &source.Problem{Pos: at, Code: code, What: what, Cure: cure})
}

func (r *reader) readName(file string) {
	r.c.ID, r.c.Name, r.c.priority = r.o.Text("campaign"), r.o.Text("name"), r.o.Int("priority")
	if want := strings.TrimSuffix(path.Base(file), ".yaml"); r.o.Has("campaign") && r.c.ID != want {
		r.report(r.o.At("campaign"), "L601", source.Sentence("акция называется «%s», а файл «%s»", "the campaign is called %q and its file %q", r.c.ID, path.Base(file)),
			source.Sentence("назовите их одинаково", "give them the same name"))
	}
	if !r.o.Has("reward") && !r.o.Has("redeem_cap") {
		r.o.Require("reward")
	}
}

func (r *reader) readZone() {
	name := r.o.Text("zone")
	if name == "" {
		return
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		r.report(r.o.At("zone"), "L611", source.Sentence("нет часового пояса «%s»", "there is no time zone %q", name),
			source.Sentence("пишите, например, Europe/Moscow", "write for example Europe/Moscow"))
		return
	}
	r.c.zone = zone
}

func (r *reader) readPeriod(o *source.Object) {
	o.Require("from")
	r.c.from = r.day(o, "from")
	if last := r.day(o, "to"); !last.IsZero() {
		r.c.until = last.AddDate(0, 0, 1)
	}
	if !r.c.until.IsZero() && !r.c.from.Before(r.c.until) {
		r.report(o.At("to"), "L602", source.Sentence("акция кончается раньше, чем начинается", "the campaign ends before it begins"),
			source.Sentence("поменяйте дни местами", "swap the days"))
	}
	o.Done()
}

// day reads the beginning of a day in the campaign's zone.
func (r *reader) day(o *source.Object, key string) time.Time {
	text := o.Text(key)
	if text == "" {
		return time.Time{}
	}
	day, err := time.ParseInLocation(time.DateOnly, text, r.c.zone)
	if err != nil {
		r.report(o.At(key), "L602", source.Sentence("«%s» - не день", "%q is not a day", text),
			source.Sentence("пишите год-месяц-день: 2026-05-03", "write year-month-day: 2026-05-03"))
	}
	return day
}

func (r *reader) readAudience() {
	r.c.audience = r.o.Texts("audience")
	r.known("audience", r.c.audience, r.terms.Segments, source.Sentence("группы", "segment"))
	for i, name := range r.c.audience {
		if fact, blind := r.terms.Blind[name]; blind {
			r.report(itemAt(r.o, "audience", i), "L605", source.Sentence("группа «%s» смотрит на «%s», а акция этого не знает: кто в ней, не понять", "the segment %q reads %q, which campaigns do not know: they cannot tell who is in it", name, fact),
				source.Sentence("возьмите группу по анкете, согласиям и чекам: %s", "take a segment of the profile, consents and receipts: %s", strings.Join(MemberFacts, ", ")))
		}
	}
}

// known reports names at a key that are none of have, when that is known.
func (r *reader) known(key string, names, have []string, what source.Text) {
	for i, name := range names {
		at := r.o.At(key)
		if n := r.o.Node(key); n.Kind == source.List {
			at = n.Items[i].Pos
		}
		r.unknown(at, name, have, what)
	}
}

// unknown reports a name that is none of have, when that is known.
func (r *reader) unknown(at source.Pos, name string, have []string, what source.Text) {
	if have == nil {
		return
	}
	for _, h := range have {
		if h == name {
			return
		}
	}
	r.report(at, "L617", source.Text{Ru: "нет " + what.Ru + " «" + name + "»", En: "there is no " + what.En + " \"" + name + "\""}, source.Meant(name, have))
}

// Period is when purchases count: from begins on, before ends; zero ends for no
// end.
func (c *Campaign) Period() (begins, ends time.Time) { return c.from, c.until }

// Earns says whether the campaign rewards anything: one that caps redemptions need not.
func (c *Campaign) Earns() bool { return len(c.rewards) > 0 }

// Covers says whether a purchase of that instant falls into the period.
func (c *Campaign) Covers(purchased time.Time) bool {
	return !purchased.Before(c.from) && (c.until.IsZero() || purchased.Before(c.until))
}
