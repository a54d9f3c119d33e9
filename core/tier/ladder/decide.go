package ladder

import (
	"time"

	"besedka/core/campaign/rules"
)

// Held is the tier that a member has. Of who never had another than the lowest it is
// that one, without an end.
type Held struct {
	Tier  string
	Until time.Time // end of the term, exclusive; zero = none
	Due   time.Time // when the tier is asked about again: Until and the grace
}

// Reason is why a tier changed.
type Reason string

// The reasons.
const (
	Reached Reason = "reached"
	Kept    Reason = "kept"   // a new term of the same tier
	Lost    Reason = "lost"   // the term is over, and the measure is less than the tier wants
	Moved   Reason = "moved"  // the programme has the old tier no more
	Joined  Reason = "joined" // with the other tier of one who turned out to be the same person
)

// Change is what becomes of a member's tier. Delta is what it gives or takes, in minor
// units: only a tier that was Reached does.
type Change struct {
	Held
	Reason Reason
	Delta  int64
}

// Decide says whether a member's tier changes at an instant, by what was measured. A
// tier is reached at once, however many are passed on the way; once reached it stays
// until its term and the grace are over, whatever becomes of the measure. Then a new
// term begins, of the same tier or of a lower one, but none lower than deserved.
func (l *Ladder) Decide(h Held, measure int64, now time.Time, zone *time.Location) (Change, bool) {
	was, deserved := l.Rank(h.Tier), l.deserved(measure)
	switch {
	case was < 0:
		return l.to(deserved, Moved, now, zone), true
	case deserved > was:
		c := l.to(deserved, Reached, now, zone)
		c.Delta = l.Tiers[deserved].Delta
		return c, true
	case was == 0 && !(h.Due.IsZero() && h.Until.IsZero()): // it was not the lowest when it was reached
		return l.to(deserved, Kept, now, zone), true
	case was == 0 || !l.ended(h, now):
		return Change{}, false
	case deserved == was || l.Term == "" || h.Due.IsZero():
		return l.to(was, Kept, now, zone), true
	case l.OneDown:
		return l.to(max(deserved, was-1), Lost, now, zone), true
	}
	return l.to(deserved, Lost, now, zone), true
}

// ended says whether a tier's term is over, or begins just now: the tier was reached
// when the file knew no terms.
func (l *Ladder) ended(h Held, now time.Time) bool {
	if h.Due.IsZero() {
		return l.Term != ""
	}
	return !now.Before(h.Due)
}

func (l *Ladder) deserved(measure int64) (rank int) {
	for i, t := range l.Tiers {
		if measure >= t.From {
			rank = i
		}
	}
	return rank
}

// to is a change to a tier whose term begins now. The lowest one has none.
func (l *Ladder) to(rank int, why Reason, now time.Time, zone *time.Location) Change {
	c := Change{Held: Held{Tier: l.Tiers[rank].ID}, Reason: why}
	if rank > 0 && l.Term != "" {
		c.Until, _ = rules.Expiry(l.Term, now, zone)
		c.Due = c.Until.In(zone).AddDate(0, 0, l.grace)
	}
	return c
}

// Join is the tier of two members who turned out to be one: the higher of theirs, and
// of its kind the longer term. Of a tier that the ladder has not nobody knows how high
// it is: any other one is higher.
func (l *Ladder) Join(a, b Held) Held {
	if l.Rank(a.Tier) < l.Rank(b.Tier) {
		a, b = b, a
	}
	if !a.Due.IsZero() && b.Due.After(a.Due) {
		a.Until, a.Due = b.Until, b.Due
	}
	return a
}
