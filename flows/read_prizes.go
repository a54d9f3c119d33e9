package flows

import (
	"maps"
	"slices"

	"besedka/core/prize/showcase"
	"besedka/core/source"
)

const prizesFile = "prizes.yaml"

// PrizesPrefix begins the calls of the showcase, which may differ by segment.
const PrizesPrefix = "prizes."

// readPrizes reads prizes.yaml by its own reader, and holds it against the rest of
// the programme; a programme may do without.
func (l *loader) readPrizes(names []string) {
	if !slices.Contains(names, prizesFile) {
		return
	}
	text := l.readFile(prizesFile)
	if text == nil {
		return
	}
	s, problems := showcase.Parse(prizesFile, text, l.p.Location)
	l.problems = append(l.problems, problems...)
	if s == nil {
		return
	}
	l.p.Showcase, l.p.Images = s, map[string]*Picture{}
	for _, prize := range s.Prizes {
		l.checkPrize(prize)
	}
}

func (l *loader) checkPrize(p *showcase.Prize) {
	if c := p.Price; c != nil && c.Currency != "" && !slices.Contains(l.p.Currencies, c.Currency) {
		l.report(p.At("currency"), "L121", source.Sentence("нет валюты «%s»", "there is no currency %q", shorten(c.Currency)), source.Meant(c.Currency, l.p.Currencies))
	}
	if p.Price != nil {
		l.checkPrizePrice(p)
	}
	if p.Segment != "" && !slices.ContainsFunc(l.segments, func(e source.Entry) bool { return e.Key.Text == p.Segment }) {
		l.unknown(p.At("segment"), "сегмента", "segment", p.Segment, l.segmentNames())
	}
	if p.Image != "" {
		picture := &Picture{Pos: p.At("image"), Path: p.Image, Alt: Words(p.Name)}
		l.openPicture(picture, picture.Pos)
		l.p.Images[p.ID] = picture
	}
	l.checkPrizeWords(p.Name, p.At("name"))
	l.checkPrizeWords(p.Text, p.At("text"))
}

// checkPrizePrice wants no fraction of what a currency counts in.
func (l *loader) checkPrizePrice(p *showcase.Prize) {
	c, ok := l.p.Currency(p.Price.Currency)
	if !ok && len(l.p.Money) > 0 {
		c = l.p.Money[0]
	}
	if _, whole := p.Price.Minor(c.Scale); !whole {
		l.report(p.At("price"), "L650", source.Sentence("в цене больше знаков, чем в валюте", "the price has more decimals than its currency"),
			source.Sentence("пишите не больше знаков после точки: %d", "write at most this many decimals: %d", c.Scale))
	}
}

// checkPrizeWords wants every language of the programme, and no other.
func (l *loader) checkPrizeWords(w showcase.Words, at source.Pos) {
	if w == nil {
		return
	}
	given := slices.DeleteFunc(slices.Sorted(maps.Keys(w)), func(lang string) bool { return lang == "" })
	if len(given) == 0 {
		given = []string{l.base()}
	}
	for _, lang := range given {
		if !slices.Contains(l.p.Languages, lang) {
			l.report(at, "L121", source.Sentence("у программы нет языка «%s»", "the programme has no language %q", shorten(lang)), source.Meant(lang, l.p.Languages))
		}
	}
	for _, lang := range l.p.Languages {
		if !slices.Contains(given, lang) {
			l.report(at, "L655", source.Sentence("нет слов на языке «%s»", "there are no words in %q", lang), source.Sentence("пишите на всех языках: { ru: \"…\", en: \"…\" }", "write all languages: { ru: \"…\", en: \"…\" }"))
		}
	}
}
