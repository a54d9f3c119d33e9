package flows

import (
	"besedka/core/source"
	"besedka/flows/faq"
)

// checkFAQ reports wordings that lead to two answers, to none, or that somebody
// hears before.
func (l *loader) checkFAQ() {
	asked := map[string]wording{}
	heard := l.heardWords()
	for _, w := range l.asks {
		normal := Normal(w.text)
		key := faq.Key(normal)
		other, taken := asked[key]
		switch at, hears := heard[normal]; {
		case normal == "": // which is told
		case key == "":
			l.report(w.Pos, "L151", source.Sentence("вопроса «%s» не узнать: в нём одни служебные слова", "the question %q cannot be told from others: it is made of little words", shorten(w.text)),
				source.Sentence("добавьте слово, о чём он", "add the word that it is about"))
		case taken && other.of != w.of:
			l.report(w.Pos, "L150", source.Sentence("«%s» - уже вопрос «%s», %s", "%q is already the question %q, %s", shorten(w.text), other.of, other.Pos),
				source.Sentence("оставьте у одного ответа: порядок, окончания и служебные слова их не отличают", "leave it to one answer: order, endings and little words do not tell them apart"))
		case hears:
			l.report(w.Pos, "L152", source.Sentence("«%s» раньше услышит %s", "%q is heard before by %s", shorten(w.text), at), source.Sentence("сотрите здесь или там", "delete it here or there"))
		}
		if !taken {
			asked[key] = w
		}
	}
}

// heardWords are the places of what programme and flows hear wherever the talk
// stands.
func (l *loader) heardWords() map[string]source.Pos {
	heard := map[string]source.Pos{}
	for _, e := range l.p.Listen {
		for _, w := range e.Words {
			heard[Normal(w)] = e.Pos
		}
	}
	for _, id := range sorted(l.p.Flows) {
		f := l.p.Flows[id]
		for _, w := range f.Start.Words {
			heard[Normal(w)] = f.Start.where["words"]
		}
	}
	return heard
}
