package rules

import "besedka/core/source"

// What one campaign may hold.
const (
	maxConditions = 30  // of one when
	maxRewards    = 30  // and limits, and rows of redeem_cap
	maxRows       = 500 // coupons, pools, categories: a formula for every partner
	maxBands      = 50
	maxFactors    = 5
	maxExclusive  = 50 // campaigns of one exclusive group: each is held against each
)

// rows are the items of a list; what is no list stands for a list of one.
func (r *reader) rows(n *source.Node, most int) []*source.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == source.List:
		return r.upTo(n.Items, most)
	}
	return []*source.Node{n}
}

// upTo cuts a list that is too long, and tells so; a version that was published before
// there was an end is read as it is.
func (r *reader) upTo(items []*source.Node, most int) []*source.Node {
	if len(items) <= most || !r.terms.Checking {
		return items
	}
	r.tooMany(items[most].Pos, most)
	return items[:most]
}

// entriesUpTo is upTo for keys that the writer chooses.
func (r *reader) entriesUpTo(entries []source.Entry, most int) []source.Entry {
	if len(entries) <= most || !r.terms.Checking {
		return entries
	}
	r.tooMany(entries[most].Key.Pos, most)
	return entries[:most]
}

func (r *reader) tooMany(at source.Pos, most int) {
	r.report(at, "L125", source.Sentence("в списке больше %d", "the list has more than %d", most), source.Sentence("сократите или разделите на несколько акций", "shorten it or make several campaigns"))
}
