package campaign

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/consent"
	"besedka/core/expr"
	"besedka/core/member"
	"besedka/core/partner"
	"besedka/core/product"
	"besedka/core/tier"
	"besedka/storage"
)

// Programme is what of the release in force tells about members.
type Programme struct {
	Zone     *time.Location
	Fields   map[string]expr.Kind     // of the profile, those that are facts and not sealed
	Segments map[string]*expr.Program // over the names of memberRow.facts
	Funcs    map[string]expr.Func     // of expressions about members
	Tier     string                   // the lowest one, which everybody has; "" without tiers
}

// profile is the prefix of a profile field among the facts.
const profile = "profile."

// gather finds all that the campaigns of set may know of p, in a number of queries that
// does not grow with theirs, and locks the counters that they limit by and the pools that they add to.
func (s *Service) gather(ctx context.Context, tx storage.Tx, p Purchase, set *rules.Set) (rules.Facts, owners, error) {
	f := rules.Facts{Receipt: p.facts()}
	lines, err := s.lines(ctx, tx, p)
	if err != nil {
		return f, owners{}, err
	}
	f.Receipt.Lines = lines
	if f.Store, f.Partner, err = place(ctx, tx, p.Receipt); err != nil {
		return f, owners{}, err
	}
	if f.Member, err = s.member(ctx, tx, p, set.Segments()); err != nil {
		return f, owners{}, err
	}
	whose := owners{p.Member, f.Store.ID}
	if f.Used, err = lockCounters(ctx, tx, set.Counters(f), whose); err != nil {
		return f, whose, err
	}
	f.Pools, err = holdPools(ctx, tx, p.Member, set.Pools(f))
	return f, whose, err
}

// lines are the goods of the contents, with what the catalogue knows of them.
func (s *Service) lines(ctx context.Context, q storage.Querier, p Purchase) (lines []rules.Line, err error) {
	if p.Contents == nil {
		return nil, nil
	}
	var found []product.Found
	if s.Products != nil {
		if found, err = s.Products.FoundIn(ctx, q, p.Receipt); err != nil {
			return nil, err
		}
	}
	for i, l := range p.Contents.Lines {
		if !p.Contents.Buys(l) {
			continue
		}
		line := rules.Line{Number: i, GTIN: l.GTIN, Quantity: l.Quantity, Price: l.Price, Sum: l.Sum}
		if at := slices.IndexFunc(found, func(f product.Found) bool { return f.Place == i }); at >= 0 {
			line.Product, line.Category, line.Title = found[at].Product, found[at].Category, found[at].Title
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// place is the store in which the receipt was made, as far as it is known.
func place(ctx context.Context, q storage.Querier, receipt int64) (rules.Store, rules.Partner, error) {
	known, err := partner.Places(ctx, q, []int64{receipt})
	p := known[receipt]
	return rules.Store{ID: p.Store, Format: p.Format, Category: p.Category}, rules.Partner{ID: p.Partner}, err
}

// member tells of who has the receipt; audiences are the segments that campaigns ask for.
func (s *Service) member(ctx context.Context, q storage.Querier, p Purchase, audiences []string) (rules.Member, error) {
	row, err := storage.One[memberRow](ctx, q, qMember, p.Member)
	if err != nil {
		return rules.Member{}, err
	}
	m := rules.Member{ID: p.Member}
	if row.Registered != nil {
		m.Registered = *row.Registered
	}
	programme := s.programme()
	if m.Tier, err = tier.At(ctx, q, p.Member, p.At, programme.Tier); err != nil {
		return m, err
	}
	row.Tier = m.Tier
	if m.Facts, err = row.facts(programme, p.At); err != nil {
		return m, err
	}
	look := func(name string) (expr.Value, bool) { v, ok := m.Facts[name]; return v, ok }
	for _, name := range audiences {
		segment := programme.Segments[name]
		if segment == nil { // a version may ask for one that the programme has lost: nobody is in it
			continue
		}
		in, err := segment.Holds(look)
		if err != nil {
			return m, fmt.Errorf("segment %s: %w", name, err)
		}
		if in {
			m.Segments = append(m.Segments, name)
		}
	}
	return m, nil
}

func (s *Service) programme() Programme {
	if s.Programme == nil {
		return Programme{Zone: time.UTC}
	}
	return s.Programme()
}

// facts are what segments and campaigns may read of a member, before the receipt
// counts; today is the day of the purchase.
func (r memberRow) facts(p Programme, bought time.Time) (map[string]expr.Value, error) {
	facts := map[string]expr.Value{
		"registered": expr.BoolOf(r.Registered != nil),
		"today":      expr.DateOf(bought.In(p.Zone)),
		"receipts":   expr.CountOf(r.Receipts),
		"checking":   expr.CountOf(r.Checking),
	}
	if r.LastReceipt != nil {
		facts["last_receipt"] = expr.DateOf(r.LastReceipt.In(p.Zone))
	}
	if r.Tier != "" {
		facts["tier"] = expr.TextOf(r.Tier)
	}
	for _, kind := range []consent.Kind{consent.PersonalData, consent.Rules, consent.Advertising} {
		facts["consent."+string(kind)] = expr.BoolOf(slices.Contains(r.Consents, string(kind)))
	}
	var told map[string]member.Told
	if err := json.Unmarshal(r.Answers, &told); err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	for field, kind := range p.Fields {
		answer, answered := told[field]
		if !answered || answer.Sealed != nil {
			continue
		}
		v, err := expr.ParseValue(kind, answer.Plain) // of another kind: given before the field was changed, and unknown
		if err == nil && strings.TrimSpace(answer.Plain) != "" {
			facts[profile+field] = v
		}
	}
	return facts, nil
}
