package flows

import (
	"slices"

	"besedka/core/chat"
	"besedka/core/source"
)

// LinesIn returns the lines for a messenger, by language: its own when it has
// some.
func (c *Case) LinesIn(of chat.Channel) map[string][]*Line {
	if own := c.For[of]; own != nil {
		return own
	}
	return c.Lines
}

// Wordings returns every line of a language, whatever messenger it is for.
func (c *Case) Wordings(lang string) []*Line {
	var all []*Line
	c.every(func(of string, lines []*Line) {
		if of == lang {
			all = append(all, lines...)
		}
	})
	return all
}

// every calls do with all lines of the case.
func (c *Case) every(do func(lang string, lines []*Line)) {
	for _, lang := range sorted(c.Lines) {
		do(lang, c.Lines[lang])
	}
	for _, of := range sorted(c.For) {
		for _, lang := range sorted(c.For[of]) {
			do(lang, c.For[of][lang])
		}
	}
}

// readFor reads what a case says in one messenger and not in the others.
func (l *loader) readFor(o *source.Object, c *Case, lang string) {
	for _, name := range channelNames {
		n := o.Node(name)
		if n == nil {
			continue
		}
		if c.For == nil {
			c.For = map[chat.Channel]map[string][]*Line{}
		}
		of := chat.Channel(name)
		c.For[of] = map[string][]*Line{lang: l.readLines(n, lang)}
		if l.p.Channels != nil && !slices.Contains(l.p.Channels, of) {
			l.report(n.Pos, "L405", source.Sentence("программа не говорит в %s", "the programme does not speak in %s", name), source.Sentence("сотрите этот текст или впишите %s в channels в programme.yaml", "delete this text, or name %s in the channels of programme.yaml", name))
		}
	}
}

// translateFor finds what read, a translation of c, says in the messengers for
// which c has words of their own.
func (l *loader) translateFor(c, read *Case, lang string) {
	for _, of := range sorted(c.For) {
		if lines := read.For[of]; lines != nil {
			c.For[of][lang] = lines[lang]
			continue
		}
		l.report(read.Pos, "L301", source.Sentence("нет перевода текста для %s", "there is no translation of the text for %s", of), source.Sentence("добавьте %s рядом с text", "add %s beside text", of))
	}
	for _, of := range sorted(read.For) {
		if c.For[of] == nil {
			l.report(read.Pos, "L302", source.Sentence("у текста нет своих слов для %s", "the text has no words of its own for %s", of), source.Sentence("впишите их в сценарий или сотрите здесь", "write them into the flow, or delete them here"))
		}
	}
}

// linksConsent wants the words of a question about consent to have its link in
// every messenger.
func (l *loader) linksConsent(s *Step, t *Text, c *Case) {
	if t != s.Ask {
		return
	}
	for _, of := range sorted(c.For) {
		for _, line := range c.For[of][l.base()] {
			if link := linkOf[s.Consent]; !slices.Contains(line.Needs, link) {
				l.report(line.node.Pos, "L503", source.Sentence("вопрос о согласии без ссылки на его текст", "a question about consent without a link to its text"), source.Sentence("добавьте {%s}", "add {%s}", link))
			}
		}
	}
}
