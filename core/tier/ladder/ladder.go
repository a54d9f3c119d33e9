package ladder

import (
	"slices"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/source"
)

// Limits of a ladder.
const (
	MaxTiers = 20
	MaxTitle = 40  // characters
	MaxText  = 600 // characters
)

// A Ladder is what tiers.yaml says. It is never changed, so anybody may read it at
// once; nil is a programme without tiers.
type Ladder struct {
	By       Measure
	Currency string // that is measured, given and taken
	Scale    int    // digits of its minor unit
	Period   string // of Earned and Turnover: P12M
	Term     string // how long a tier lasts; "" for ever
	OneDown  bool   // at the end of a term a member falls by one tier at most
	Tiers    []*Tier
	Hash     [32]byte // of the file

	grace int // days
}

// A Tier is one entry of the ladder.
type Tier struct {
	source.Pos
	ID          string
	Title, Text Words // whoever reads the translations fills them in
	TitleNode   *source.Node
	TextNode    *source.Node
	From        int64 // least measure: minor units of the currency, of Turnover kopecks
	Delta       int64 // minor units given (above zero) or taken for reaching it

	deltaAt source.Pos
}

// DeltaAt is where the file tells what the tier gives or takes.
func (t *Tier) DeltaAt() source.Pos { return t.deltaAt }

// Words is one text by language.
type Words map[string]string

// Measure is what the tiers go by.
type Measure string

// The measures.
const (
	Balance  Measure = "balance"  // points that can be spent now
	Earned   Measure = "earned"   // points that the receipts of the period have brought
	Turnover Measure = "turnover" // sum of the credited receipts of the period
)

var measures = []string{string(Balance), string(Earned), string(Turnover)}

// Rank is the place of a tier in the ladder, from 0; -1 when there is none of that id.
func (l *Ladder) Rank(id string) int {
	return slices.IndexFunc(l.Tiers, func(t *Tier) bool { return t.ID == id })
}

// Tier returns the tier of an id, nil when there is none.
func (l *Ladder) Tier(id string) *Tier {
	if i := l.Rank(id); i >= 0 {
		return l.Tiers[i]
	}
	return nil
}

// Base is the id of the lowest tier, which everybody has; "" of a nil ladder.
func (l *Ladder) Base() string {
	if l == nil {
		return ""
	}
	return l.Tiers[0].ID
}

// Names are the ids of the tiers, from low to high; none of a nil ladder.
func (l *Ladder) Names() []string {
	names := []string{}
	if l != nil {
		for _, t := range l.Tiers {
			names = append(names, t.ID)
		}
	}
	return names
}

// Next is the tier above, nil above the highest.
func (l *Ladder) Next(id string) *Tier {
	if i := max(l.Rank(id), 0) + 1; i < len(l.Tiers) {
		return l.Tiers[i]
	}
	return nil
}

// Pays says whether reaching some tier gives or takes points.
func (l *Ladder) Pays() bool {
	return slices.ContainsFunc(l.Tiers, func(t *Tier) bool { return t.Delta != 0 })
}

// Since is where the measured period begins; zero when there is none.
func (l *Ladder) Since(now time.Time, zone *time.Location) time.Time {
	since, _ := rules.PeriodStart(l.Period, now, zone)
	return since
}

// In returns the text in a language, else in any that there is.
func (w Words) In(lang string) string {
	if text := w[lang]; text != "" {
		return text
	}
	return w[""]
}
