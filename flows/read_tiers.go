package flows

import (
	"math/big"
	"slices"
	"strings"
	"unicode"

	"besedka/core/source"
	"besedka/core/tier/ladder"
)

const tiersFile = "tiers.yaml"

// readTiers reads tiers.yaml by its own reader, and its words in every language; a
// programme may do without.
func (l *loader) readTiers(names []string) {
	if !slices.Contains(names, tiersFile) {
		return
	}
	text := l.readFile(tiersFile)
	if text == nil {
		return
	}
	currencies := map[string]int{}
	for _, c := range l.p.Money {
		currencies[c.ID] = c.Scale
	}
	read, problems := ladder.Parse(tiersFile, text, currencies)
	l.problems = append(l.problems, problems...)
	if read == nil {
		return
	}
	for _, t := range read.Tiers {
		t.Title, t.Text = l.tierWords(t.TitleNode, t.ID+".title"), l.tierWords(t.TextNode, t.ID+".text")
		l.checkTaking(read, t)
	}
	l.p.Ladder = read
}

func (l *loader) tierWords(n *source.Node, key string) ladder.Words {
	w := ladder.Words(l.words(n, tiersFile, key))
	if w != nil {
		w[""] = w[l.base()]
	}
	return w
}

// checkTaking wants the words about a tier that takes points to say how many, in every
// language: nobody is to learn of it from their balance.
func (l *loader) checkTaking(read *ladder.Ladder, t *ladder.Tier) {
	if t.Delta >= 0 {
		return
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(read.Scale)), nil)
	points := strings.TrimRight(strings.TrimRight(new(big.Rat).SetFrac(big.NewInt(-t.Delta), unit).FloatString(read.Scale), "0"), ".")
	if read.Scale == 0 {
		points = big.NewInt(-t.Delta).String()
	}
	for _, lang := range l.p.Languages {
		if !tells(t.Text.In(lang), points) {
			l.report(t.DeltaAt(), "L668", source.Sentence("уровень забирает баллы, а его text на языке «%s» об этом молчит", "the tier takes points, and its text in %q does not say so", lang),
				source.Sentence("скажите в text, сколько баллов спишется: %s", "say in text how many points are taken: %s", points))
			return
		}
	}
}

// tells finds a number in a text as people write it: 1000, 1 000, 1,000 or 10,5.
func tells(text, number string) bool {
	joined := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	return strings.Contains(strings.ReplaceAll(joined, ",", ""), number) || strings.Contains(strings.ReplaceAll(joined, ",", "."), number)
}
