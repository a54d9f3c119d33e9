package faq

import (
	"slices"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Limits and marks of a match; scores go from 0 to 100.
const (
	Sure      = 60 // score that answers
	Exact     = 90 // score that answers words that may be an answer themselves
	Lead      = 15 // by which the best is clearly better than the next one
	maxTerms  = 30 // of a message; a longer one asks of more than one thing
	unknownBy = 2  // weight of a word that no wording has
)

// Entry is one question by its name, with the wordings it is asked in.
type Entry struct {
	Name string
	Asks []string
}

// Index is the questions ready to be searched. It is never changed.
type Index struct {
	wordings []wording
	weights  map[string]int   // by stem
	by       map[string][]int // wordings by stem
	words    map[int][]term   // all of them, by the length of the word
}

type wording struct {
	entry int
	name  string
	terms []term
}

// New prepares the entries; of equal scores the one that comes first wins.
func New(entries []Entry) *Index {
	x := &Index{weights: map[string]int{}, by: map[string][]int{}, words: map[int][]term{}}
	known := map[term]bool{}
	holders := map[string]map[int]bool{}
	for i, e := range entries {
		for _, ask := range e.Asks {
			w := wording{i, e.Name, terms(ask)}
			for _, t := range w.terms {
				x.by[t.stem] = append(x.by[t.stem], len(x.wordings))
				if holders[t.stem] == nil {
					holders[t.stem] = map[int]bool{}
				}
				holders[t.stem][i] = true
				if n := utf8.RuneCountInString(t.word); !known[t] {
					known[t] = true
					x.words[n] = append(x.words[n], t)
				}
			}
			x.wordings = append(x.wordings, w)
		}
	}
	for stem, of := range holders {
		x.weights[stem] = max(1, 4-len(of))
	}
	return x
}

// weight says how much a word tells: one that a single question has 3, one of
// two 2, one of more 1, as words that only ask do.
func (x *Index) weight(t term) int {
	if light[t.word] {
		return 1
	}
	if w, ok := x.weights[t.stem]; ok {
		return w
	}
	return unknownBy
}

// Match is how near a message comes to a question, by its best wording.
type Match struct {
	Name    string
	Score   int
	Telling bool   // a common word is not of every question
	Thin    bool   // one word is common that tells what of, and the question has more of them
	Words   []Pair // that are common
}

// Pair is a word of the message and the one it was taken for.
type Pair struct{ Said, For string }

// Found are the two nearest questions. Next has no name when there is none.
type Found struct {
	Best, Next Match
	Words      int // of the message that tell something
}

// Clear says that the best is what is asked: nothing else that is said is as near,
// and it is not near by such words alone as anything may be asked with, or by one
// word that is said of many things.
func (f Found) Clear() bool {
	near := f.Best.Score == 100 || f.Best.Score >= Sure && f.Best.Telling && f.Best.Score-f.Next.Score >= Lead
	return near && !f.Best.Thin
}

// Either says that one of both is asked, and nobody knows which.
func (f Found) Either() bool { return !f.Clear() && f.Best.Score >= Sure && f.Next.Score >= Sure/2 }

// Find compares a message with every question that shares a word with it.
func (x *Index) Find(normal string) Found {
	said := terms(normal)
	found := Found{Words: len(said)}
	if len(said) == 0 || len(said) > maxTerms {
		return found
	}
	total := 0
	heard := make([]map[string]Pair, len(said)) // by the stem of the wording
	for i, t := range said {
		total += x.weight(t)
		heard[i] = x.meant(t)
	}
	for _, i := range x.candidates(heard) {
		found.add(x.compare(said, total, heard, x.wordings[i]))
	}
	return found
}

// add keeps the best match of the two best questions.
func (f *Found) add(m Match) {
	switch {
	case m.Name == f.Best.Name:
		if m.Score > f.Best.Score {
			f.Best = m
		}
	case m.Score > f.Best.Score:
		f.Best, f.Next = m, f.Best
	case m.Score > f.Next.Score:
		f.Next = m
	}
}

// meant are the words of wordings that a word of the message may be, by stem:
// the same in another form, else those within the slips of its length.
func (x *Index) meant(t term) map[string]Pair {
	if _, ok := x.by[t.stem]; ok {
		return map[string]Pair{t.stem: {t.word, t.word}}
	}
	length := utf8.RuneCountInString(t.word)
	near := map[string]Pair{}
	for n := length - Slips(length); n <= length+Slips(length) && Slips(length) > 0; n++ {
		for _, w := range x.words[n] {
			if alike(t.word, w.word) || alike(t.stem, w.stem) {
				near[w.stem] = Pair{t.word, w.word}
			}
		}
	}
	return near
}

func alike(said, word string) bool {
	may := Slips(utf8.RuneCountInString(said))
	return may > 0 && levenshtein.ComputeDistance(said, word) <= may
}

// Slips is how many slips of the pen are forgiven in a word of so many letters, here
// and in answers from a list.
func Slips(length int) int {
	switch {
	case length >= 9:
		return 2
	case length >= 5:
		return 1
	}
	return 0
}

// candidates are the wordings that share a word with the message, in order.
func (x *Index) candidates(heard []map[string]Pair) []int {
	var list []int
	for _, means := range heard {
		for stem := range means {
			list = append(list, x.by[stem]...)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// compare scores a wording: the weight of what both have of the weight of all
// that both say. A word with a slip counts three quarters.
func (x *Index) compare(said []term, total int, heard []map[string]Pair, w wording) Match {
	const whole, slipped = 4, 3
	m, common, taken := Match{Name: w.name}, 0, uint64(0) // taken: words of the message, a bit each
	for _, t := range w.terms {
		total += x.weight(t)
		for i := range heard {
			pair, ok := heard[i][t.stem]
			if !ok || taken>>i&1 != 0 {
				continue
			}
			part := whole
			if said[i].stem != t.stem {
				part = slipped
			}
			taken |= 1 << i
			common += part * (x.weight(t) + x.weight(said[i]))
			m.Telling = m.Telling || x.weight(t) > 1
			m.Words = append(m.Words, pair)
			break
		}
	}
	m.Score = 100 * common / (whole * total)
	if denies(w.terms) && !denies(said) { // «нет чека» is not what «чек» asks
		m.Score /= 2
	}
	m.Thin = thin(m.Words, w.terms)
	return m
}

// thin says whether fewer than two common words tell what of, where the wording has
// more of them.
func thin(common []Pair, wording []term) bool {
	both, all := 0, 0
	for _, p := range common {
		if !light[p.For] {
			both++
		}
	}
	for _, t := range wording {
		if !light[t.word] {
			all++
		}
	}
	return both < min(2, all)
}

// denies says whether a word turns the others round.
func denies(said []term) bool {
	return slices.ContainsFunc(said, func(t term) bool { return denying[t.word] })
}
