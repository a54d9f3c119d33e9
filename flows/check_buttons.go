package flows

import (
	"unicode/utf8"

	"besedka/core/chat"
	"besedka/core/source"
)

// checkButtons reports titles that a messenger cannot show, and two answers
// that a person cannot tell apart by typing them.
func (l *loader) checkButtons(s *Step) {
	typed, told := map[string]*Button{}, map[*Button]bool{}
	for _, lang := range l.p.Languages {
		for _, b := range s.Buttons {
			title := b.Title[lang]
			l.checkTitle(b, title)
			key := Normal(title)
			if first := typed[key]; b.Option() && first != nil && first != b && key != "" && !told[b] {
				told[b] = true
				l.report(b.Pos, "L208", source.Sentence("кнопки «%s» и «%s» отвечают на одно слово: %s", "buttons %q and %q answer to one word: %s", first.ID, b.ID, shorten(key)),
					source.Sentence("регистр, ё и знаки не отличают ответы: назовите одну иначе", "case, ё and signs do not tell answers apart: give one another title"))
			}
			if b.Option() {
				typed[key] = b
			}
		}
	}
}

// checkTitle wants a title that every messenger of the programme can show.
func (l *loader) checkTitle(b *Button, title string) {
	longest := MaxTitle
	for _, c := range l.p.Channels {
		if of := chat.CapsOf(c).Inline.Title.Max; of > 0 && of < longest {
			longest = of
		}
	}
	if n := utf8.RuneCountInString(title); n > longest {
		l.report(b.Pos, "L401", source.Sentence("в кнопке «%s» %d знаков, а мессенджеры покажут %d", "button %q has %d characters, messengers show %d", b.ID, n, longest),
			source.Sentence("сократите её или перенесите слова в вопрос", "shorten it, or move words into the question"))
	}
}
