package flows

import (
	"maps"
	"path"
	"slices"
	"strings"

	"besedka/core/campaign/rules"
	"besedka/core/expr"
)

// readCampaigns reads campaigns/*.yaml by the rules' own reader, and holds them
// against each other. Without the settings every name in them would be missed.
func (l *loader) readCampaigns(names []string) {
	if l.torn() {
		return
	}
	terms := l.p.Terms(l.vocabulary)
	terms.Checking = true
	terms.Segments = l.segmentNames()
	if !slices.Contains(names, catalogueFile) {
		terms.Categories = []string{}
	}
	if !slices.Contains(names, partnersFile) {
		terms.Partners = []string{}
	}
	if !slices.Contains(names, prizesFile) {
		terms.Prizes = []string{}
	}
	if !slices.Contains(names, tiersFile) {
		terms.Tiers = []string{}
	}
	for _, name := range names {
		if path.Dir(name) != "campaigns" || !strings.HasSuffix(name, ".yaml") {
			continue
		}
		text := l.readFile(name)
		if text == nil {
			continue
		}
		c, problems := rules.Parse(name, text, terms)
		l.problems = append(l.problems, problems...)
		if c != nil {
			l.p.Campaigns = append(l.p.Campaigns, c)
		}
	}
	l.problems = append(l.problems, rules.Check(l.p.Campaigns)...)
}

func (l *loader) segmentNames() []string {
	names := make([]string, len(l.segments))
	for i, e := range l.segments {
		names[i] = e.Key.Text
	}
	return names
}

// Terms are what of the programme a campaign may speak of: what is known of
// members, but no direct identifiers, its currencies, the
// categories of the catalogue, partners, prizes and tiers.
func (p *Programme) Terms(v Vocabulary) rules.Terms {
	t := rules.Terms{Zone: p.Location, Scope: expr.Scope{Names: p.Facts(v), Funcs: functions, Choices: map[string][]string{}}, Currencies: map[string]int{}}
	maps.DeleteFunc(t.Scope.Names, func(name string, _ expr.Kind) bool {
		return !strings.HasPrefix(name, ProfilePrefix) && !strings.HasPrefix(name, ConsentPrefix) && !slices.Contains(rules.MemberFacts, name)
	})
	for _, c := range p.Money {
		t.Currencies[c.ID] = c.Scale
	}
	for _, f := range p.Profile.Fields {
		name := ProfilePrefix + f.Name
		if f.Sealed {
			delete(t.Scope.Names, name)
		}
		for _, o := range f.Options {
			t.Scope.Choices[name] = append(t.Scope.Choices[name], o.Name)
		}
	}
	if p.Catalogue != nil {
		t.Categories = make([]string, len(p.Catalogue.Categories))
		for i, c := range p.Catalogue.Categories {
			t.Categories[i] = c.ID
		}
	}
	if p.Partners != nil {
		t.Partners = p.Partners.Names()
	}
	if p.Showcase != nil {
		t.Prizes = p.Showcase.Names()
	}
	if p.Ladder != nil {
		t.Tiers = p.Ladder.Names()
	}
	return t
}
