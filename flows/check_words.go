package flows

import (
	"slices"

	"besedka/core/source"
)

// checkWords reports words that begin a flow and are answers of a talk in which
// any words are an answer too. Whoever gives such an answer once more, to the
// free question, would begin that flow and lose the talk.
func (l *loader) checkWords() {
	b := beginnings{map[string]*Flow{}, map[*List][]string{}}
	ids := sorted(l.p.Flows)
	for _, id := range ids {
		for _, w := range l.p.Flows[id].Start.Words {
			b.flows[Normal(w)] = l.p.Flows[id]
		}
	}
	for _, name := range sorted(l.p.Lists) {
		list := l.p.Lists[name]
		for _, w := range sorted(list.Words) {
			if b.flows[w] != nil {
				b.lists[list] = append(b.lists[list], w)
			}
		}
	}
	for _, id := range ids {
		if free := l.p.Flows[id].freeQuestion(); free != nil {
			l.checkAnswers(l.p.Flows[id], free, b)
		}
	}
}

// beginnings are the words that begin flows, and those of them in each list.
type beginnings struct {
	flows map[string]*Flow
	lists map[*List][]string
}

// freeQuestion is the first one of the flow that any words answer.
func (f *Flow) freeQuestion() *Step {
	i := slices.IndexFunc(f.Steps, func(s *Step) bool { return s.Expect != nil && s.Expect.Type == TextType })
	if i < 0 {
		return nil
	}
	return f.Steps[i]
}

// checkAnswers tells each word once, at the first question that it answers.
func (l *loader) checkAnswers(f *Flow, free *Step, b beginnings) {
	told := map[string]bool{}
	for _, s := range f.Steps {
		for _, word := range s.answers(b) {
			key := Normal(word)
			begun := b.flows[key]
			if begun == nil || told[key] || l.full() {
				continue
			}
			told[key] = true
			l.report(begun.Start.where["words"], "L215",
				source.Sentence("слово «%s» и начинает сценарий %s, и отвечает на вопрос «%s», а рядом свободный вопрос «%s»", "the word %q begins flow %s and answers question %q, beside the free question %q",
					shorten(word), begun.ID, s.ID, free.ID),
				source.Sentence("возьмите для начала слово, которым не отвечают, или команду: /%s", "take a word that is no answer, or a command: /%s", begun.ID))
		}
	}
}

// answers are the words that the question names as answers, of a list those
// that begin a flow.
func (s *Step) answers(b beginnings) (words []string) {
	for _, button := range s.Buttons {
		if !button.Option() || button.Ours {
			continue
		}
		for _, lang := range sorted(button.Title) {
			words = append(words, button.Title[lang])
		}
		words = append(words, button.Words...)
	}
	if s.Expect != nil && s.Expect.From != nil {
		words = append(words, b.lists[s.Expect.From]...)
	}
	return words
}
