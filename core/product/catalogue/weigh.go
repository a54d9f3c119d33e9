package catalogue

import (
	"slices"
	"unicode/utf8"
)

// A finding is how a name fits a product.
type finding struct {
	product  *Product
	measured int   // of pack and fat content, those that were asked for and seen
	Score    int   `json:"-"`
	Brand    *part `json:"brand,omitempty"`
	Exclude  *part `json:"exclude,omitempty"` // because of it it is another product
	Kind     *part `json:"kind,omitempty"`
	Measure  *part `json:"measure,omitempty"`
}

// A part is one thing that a product has and what of it was seen.
type part struct {
	How   likeness `json:"how,omitempty"` // of a brand
	Saw   string   `json:"saw,omitempty"` // "" when nothing was
	Want  string   `json:"want,omitempty"`
	Worth int      `json:"worth"`
}

// weigh scores a name. Without anything of the brand there is nothing to score.
func (p *Product) weigh(n *laid, found []measure) *finding {
	f := &finding{product: p}
	brand := f.seeBrand(n)
	if f.Brand == nil || f.seeExclude(n) {
		return f
	}
	f.seeKind(n, brand)
	f.seeMeasure(found)
	f.Score = f.Brand.Worth + f.Kind.Worth + f.Measure.Worth
	return f
}

// seeBrand looks for the brand itself, then for what resembles it: the latter
// only beside a word of the product's kind, for alone it is anything.
func (f *finding) seeBrand(n *laid) span {
	for _, s := range f.product.brand {
		if at := s.find(n, span{}); !at.empty() {
			f.Brand = &part{How: exact, Saw: n.shown(at), Want: s.text, Worth: worth[exact]}
			return at
		}
	}
	kind, _ := f.product.kind(n, span{})
	if kind.empty() && len(f.product.kinds) > 0 {
		return span{}
	}
	var best span
	for _, s := range f.product.brand {
		if at, how := s.nearly(n, kind); how != "" && (f.Brand == nil || worth[how] > f.Brand.Worth) {
			best = at
			f.Brand = &part{How: how, Saw: n.shown(at), Want: s.text, Worth: worth[how]}
		}
	}
	return best
}

func (f *finding) seeExclude(n *laid) bool {
	for _, s := range f.product.excludes {
		if at := s.find(n, span{}); !at.empty() {
			f.Exclude = &part{Saw: n.shown(at), Want: s.text}
			return true
		}
	}
	return false
}

// kind is the longest spelling of the product's kind, outside of taken.
func (p *Product) kind(n *laid, taken span) (at span, s spelling) {
	for _, k := range p.kinds {
		if found := k.find(n, taken); !found.empty() && k.runes > s.runes {
			at, s = found, k
		}
	}
	return at, s
}

func (f *finding) seeKind(n *laid, brand span) {
	f.Kind = &part{}
	at, s := f.product.kind(n, brand)
	switch {
	case len(f.product.kinds) == 0:
		f.Kind.Worth = worthKind
	case at.empty():
		f.Kind.Want = f.product.kinds[0].text
	default:
		f.Kind = &part{Saw: n.shown(at), Want: s.text, Worth: worthKind}
	}
}

// seeMeasure wants the pack and the fat content that the product has; a name that
// does not tell them may still be the product.
func (f *finding) seeMeasure(found []measure) {
	f.Measure = &part{Worth: worthMeasure}
	for _, want := range [][]measure{f.product.packs, f.product.fats} {
		if len(want) == 0 {
			continue
		}
		m, ok := among(want, found)
		if !ok {
			f.Measure, f.measured = &part{Want: want[0].text, Saw: texts(found)}, 0
			return
		}
		f.Measure.Saw = join(f.Measure.Saw, m.text)
		f.Measure.Want = f.Measure.Saw
		f.measured++
	}
}

// before says whether other fits better: by the score; then by what both were
// asked for and have, so that the more special one wins.
func (f *finding) before(other *finding) bool {
	mine, others := f.rank(), other.rank()
	return slices.Compare(mine[:], others[:]) < 0
}

func (f *finding) rank() [5]int {
	kind := 0
	if f.Kind.Worth > 0 {
		kind = utf8.RuneCountInString(f.Kind.Want)
	}
	return [5]int{f.Score, f.Brand.Worth, f.measured, kind, f.product.depth()}
}
