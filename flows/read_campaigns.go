package flows

import (
	"maps"
	"path"
	"slices"
	"strings"

	"besedka/core/campaign/rules"
	"besedka/core/expr"
	"besedka/core/source"
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
	terms.Blind = blind(l.readSegmentPrograms(), terms.Scope)
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

// readSegmentPrograms compiles segments for what they read; their mistakes are told
// where they are compiled for good.
func (l *loader) readSegmentPrograms() map[string]*expr.Program {
	programs, scope := map[string]*expr.Program{}, expr.Scope{Names: l.p.Facts(l.vocabulary), Funcs: functions}
	for _, e := range l.segments {
		if e.Value.Kind == source.Scalar {
			programs[e.Key.Text], _ = expr.Condition(e.Value.Text, e.Value.At, scope)
		}
	}
	return programs
}

// blind are the segments that read a fact which campaigns do not know, and which.
func blind(segments map[string]*expr.Program, known expr.Scope) map[string]string {
	found := map[string]string{}
	for segment, program := range segments {
		if program == nil {
			continue
		}
		for _, name := range program.Names() {
			if _, ok := known.Names[name]; !ok {
				found[segment] = name
				break
			}
		}
	}
	return found
}

// CheckedTerms are the terms that one more file of a campaign is held to: every name that
// the programme does not have is told.
func (p *Programme) CheckedTerms(v Vocabulary) rules.Terms {
	t := p.Terms(v)
	t.Checking, t.Segments, t.Blind = true, slices.Sorted(maps.Keys(p.Segments)), blind(p.Segments, t.Scope)
	for _, list := range []*[]string{&t.Segments, &t.Categories, &t.Partners, &t.Prizes} {
		if *list == nil {
			*list = []string{}
		}
	}
	return t
}

// Terms are what of the programme a campaign may speak of: what is known of
// members, but no direct identifiers, its currencies, the
// categories of the catalogue, partners, prizes and tiers.
func (p *Programme) Terms(v Vocabulary) rules.Terms {
	t := rules.Terms{Zone: p.Location, Scope: expr.Scope{Names: p.Facts(v), Funcs: functions, Choices: map[string][]string{}}, Currencies: map[string]int{}, Languages: p.Languages}
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
