package campaign

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/card"
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

// gathered is what is known of several purchases, by receipt.
type gathered struct {
	goods    map[int64][]product.Found
	places   map[int64]partner.Place
	versions map[int64]*[]versionRow
	members  map[int64]*[]memberRow
	cards    map[int64]*card.Card // by member
	tiers    map[int64]*[]tier.Was
}

// gather finds all that campaigns may know of purchases, each by itself, in a number of
// round trips that does not grow with theirs; versions is the query for the versions
// that they fall under.
func (s *Service) gather(ctx context.Context, tx storage.Tx, purchases []Purchase, versions string) (g gathered, err error) {
	g = gathered{versions: map[int64]*[]versionRow{}, members: map[int64]*[]memberRow{}, tiers: map[int64]*[]tier.Was{}}
	receipts, people := make([]int64, len(purchases)), make([]int64, len(purchases))
	var b storage.Batch
	for i, p := range purchases {
		receipts[i], people[i] = p.Receipt, p.Member
		g.versions[p.Receipt] = storage.Queue[versionRow](&b, versions, p.At)
		g.members[p.Receipt] = storage.Queue[memberRow](&b, qMember, p.Member)
		g.tiers[p.Receipt] = tier.QueueAt(&b, p.Member, p.At)
	}
	if err := b.Send(ctx, tx); err != nil {
		return g, err
	}
	if g.cards, err = card.CurrentAll(ctx, tx, people); err != nil {
		return g, err
	}
	if g.places, err = partner.Places(ctx, tx, receipts); err != nil || s.Products == nil {
		return g, err
	}
	g.goods, err = s.Products.FoundIn(ctx, tx, receipts)
	return g, err
}

// facts are what of g the campaigns of set may know of p.
func (s *Service) facts(ctx context.Context, tx storage.Tx, g gathered, p Purchase, set *rules.Set) (rules.Facts, error) {
	f := rules.Facts{Receipt: p.facts()}
	f.Receipt.Lines = lines(p, g.goods[p.Receipt])
	place := g.places[p.Receipt]
	f.Store = rules.Store{ID: place.Store, Format: place.Format, Category: place.Category}
	f.Partner = rules.Partner{ID: place.Partner}
	rows := *g.members[p.Receipt]
	if len(rows) == 0 {
		return f, storage.ErrNotFound
	}
	var err error
	rows[0].Tier = tier.Of(*g.tiers[p.Receipt], s.programme().Tier)
	f.Member, err = s.member(p, rows[0], set.Segments())
	f.Member.Card = g.cards[p.Member].Present()
	return f, err
}

// lines are the goods of the contents, with what the catalogue knows of them.
func lines(p Purchase, found []product.Found) (lines []rules.Line) {
	if p.Contents == nil {
		return nil
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
	return lines
}

// member tells of who has the receipt; audiences are the segments that campaigns ask for.
func (s *Service) member(p Purchase, row memberRow, audiences []string) (m rules.Member, err error) {
	m.ID = p.Member
	if row.Registered != nil {
		m.Registered = *row.Registered
	}
	programme := s.programme()
	m.Tier = row.Tier
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
