package flows

import (
	"path"
	"slices"
	"strings"

	"besedka/core/source"
)

// translation is one file of locales/<lang>/, as named as the file it
// translates: key, text in the other language.
type translation struct {
	node *source.Node
	used map[string]bool
}

func (l *loader) readTranslations(names []string) {
	l.texts = map[string]*translation{}
	for _, name := range names {
		rest, ok := strings.CutPrefix(name, "locales/")
		if !ok || !strings.HasSuffix(name, ".yaml") {
			continue
		}
		lang := path.Dir(rest)
		if !slices.Contains(l.p.Languages[1:], lang) {
			l.report(start(name), "L302", source.Sentence("перевод на «%s», которого нет в languages", "a translation to %q, which languages does not name", lang),
				source.Sentence("добавьте язык в programme.yaml или уберите файл", "add the language to programme.yaml or remove the file"))
			continue
		}
		if n := l.parse(name); n != nil {
			n.AsMap(&l.problems)
			l.texts[rest] = &translation{n, map[string]bool{}}
		}
	}
}

// translated finds the translation of key, or reports that it is missing.
func (l *loader) translated(lang, file, key string, at source.Pos) *source.Node {
	if t := l.texts[lang+"/"+textsOf(file)]; t != nil {
		t.used[key] = true
		if n := t.node.Get(key); n != nil && n.Kind != source.Empty {
			return n
		}
	}
	l.report(at, "L301", source.Sentence("нет перевода на %s", "there is no translation to %s", lang),
		source.Sentence("добавьте «%s» в locales/%s/%s", "add %q to locales/%s/%s", key, lang, textsOf(file)))
	return nil
}

// words reads a text that has no placeholders and no variants.
func (l *loader) words(n *source.Node, file, key string) Words {
	if n == nil {
		return nil
	}
	w := Words{l.base(): n.AsText(&l.problems)}
	for _, lang := range l.p.Languages[1:] {
		w[lang] = l.translated(lang, file, key, n.Pos).AsText(&l.problems)
	}
	return w
}

// translateFlow finds the other languages of every text of a flow.
func (l *loader) translateFlow(f *Flow) {
	file := f.File
	l.translateLadder(f.Retry, file)
	for _, t := range f.Defaults()[len(f.Retry):] {
		l.translate(t, file)
	}
	for _, s := range f.Steps {
		if s.repeats() {
			continue
		}
		l.translateLadder(s.Retry, file)
		s.texts(func(t *Text) {
			if !slices.Contains(s.Retry, t) && !s.isURL(t) && !t.ours {
				l.translate(t, file)
			}
		})
		l.translateTitles(s, file)
		l.translateAlt(s, file)
	}
}

func (s *Step) isURL(t *Text) bool {
	return slices.ContainsFunc(s.Buttons, func(b *Button) bool { return b.URL == t })
}

func (l *loader) translateTitles(s *Step, file string) {
	own := s.ownButtons()
	for _, lang := range l.p.Languages[1:] {
		if len(own) == 0 {
			return
		}
		titles := l.translated(lang, file, s.ID+s.titles(), own[0].Pos)
		for _, b := range own {
			if titles == nil {
				break
			}
			n := titles.Get(b.ID)
			if n == nil {
				l.report(titles.Pos, "L301", source.Sentence("нет перевода кнопки «%s»", "there is no translation of button %q", b.ID), source.Sentence("добавьте её сюда", "add it here"))
			}
			b.Title[lang] = n.AsText(&l.problems)
		}
		l.strayTitles(s, titles)
	}
}

// ownButtons are those that stand under `buttons`.
func (s *Step) ownButtons() []*Button {
	return slices.DeleteFunc(slices.Clone(s.Buttons), func(b *Button) bool { return b.Ours || b.Skip })
}

func (l *loader) strayTitles(s *Step, titles *source.Node) {
	for _, e := range titles.AsMap(&l.problems) {
		if !slices.ContainsFunc(s.ownButtons(), func(b *Button) bool { return b.ID == e.Key.Text }) {
			l.stray(e.Key)
		}
	}
}

func (l *loader) stray(key *source.Node) {
	l.report(key.Pos, "L302", source.Sentence("переводить «%s» нечего", "there is nothing to translate at %q", key.Text),
		source.Sentence("проверьте имя шага и текста или сотрите", "check the names of step and text, or delete it"))
}

// translateLadder finds the other languages of a ladder, a list under one key.
func (l *loader) translateLadder(ladder []*Text, file string) {
	if len(ladder) == 0 {
		return
	}
	if !strings.HasSuffix(ladder[0].Slot, ".1") {
		l.translate(ladder[0], file)
		return
	}
	key := strings.TrimSuffix(ladder[0].Slot, ".1")
	for _, lang := range l.p.Languages[1:] {
		n := l.translated(lang, file, key, ladder[0].Pos)
		if n == nil {
			continue
		}
		items := n.AsList(&l.problems)
		if len(items) != len(ladder) {
			l.report(n.Pos, "L301", source.Sentence("текстов %d, а нужно %d", "%d texts where %d are needed", len(items), len(ladder)),
				source.Sentence("переведите каждый", "translate each"))
			continue
		}
		for i, t := range ladder {
			l.translateCases(t, items[i], lang)
		}
	}
}

func (l *loader) translate(t *Text, file string) {
	for _, lang := range l.p.Languages[1:] {
		if n := l.translated(lang, file, t.Slot, t.Pos); n != nil {
			l.translateCases(t, n, lang)
		}
	}
}

// translateCases reads n, which has the form of the text it translates: its
// cases are found by their conditions, not by their order.
func (l *loader) translateCases(t *Text, n *source.Node, lang string) {
	if n.Kind == source.Map && len(t.Cases) == 1 {
		l.translateCase(t, n, lang)
		return
	}
	if n.Kind != source.List || !hasMap(n) {
		t.Cases[0].Lines[lang] = l.readLines(n, lang)
		l.translateFor(t.Cases[0], &Case{Pos: n.Pos}, lang)
		if len(t.Cases) > 1 {
			l.report(n.Pos, "L301", source.Sentence("случаев в тексте %d, а в переводе один", "the text has %d cases, its translation one", len(t.Cases)), source.Sentence("повторите when каждого", "repeat the when of each"))
		}
		return
	}
	for _, item := range n.Items {
		l.translateCase(t, item, lang)
	}
	for _, c := range t.Cases {
		if c.Lines[lang] == nil {
			l.report(n.Pos, "L301", source.Sentence("нет перевода случая из строки %d", "there is no translation of the case on line %d", c.Line),
				source.Sentence("добавьте случай с тем же when", "add a case with the same when"))
		}
	}
}

func (l *loader) translateCase(t *Text, item *source.Node, lang string) {
	read := l.readCase(item, lang)
	for _, c := range t.Cases {
		if c.When.source() == read.When.source() && c.Lines[lang] == nil {
			c.Lines[lang] = read.Lines[lang]
			l.translateFor(c, read, lang)
			return
		}
	}
	l.report(item.Pos, "L302", source.Sentence("случая с таким when в тексте нет", "the text has no case with this when"), source.Sentence("повторите when из текста", "repeat the when of the text"))
}

func (x *Expr) source() string {
	if x == nil {
		return ""
	}
	return x.node.Text
}

// strays reports translations of nothing. Those of a flow that cannot be read
// wait until it can.
func (l *loader) strays() {
	for _, name := range sorted(l.texts) {
		t := l.texts[name]
		if l.broken[path.Base(name)] {
			continue
		}
		for _, e := range t.node.Entries {
			if !t.used[e.Key.Text] {
				l.stray(e.Key)
			}
		}
	}
}

// lostPlaceholders reports names that a text prints in the base language in
// every line of a case, and a line of its translation does not.
func (l *loader) lostPlaceholders(t *Text) {
	for _, c := range t.Cases {
		l.lostOf(c.Lines)
		for _, of := range sorted(c.For) {
			l.lostOf(c.For[of])
		}
	}
}

func (l *loader) lostOf(lines map[string][]*Line) {
	common := commonNames(lines[l.base()])
	for _, lang := range l.p.Languages[1:] {
		for _, line := range lines[lang] {
			for _, name := range common {
				if !slices.Contains(line.Needs, name) {
					l.report(line.node.Pos, "L306", source.Sentence("в переводе потерялось {%s}", "the translation lost {%s}", name),
						source.Sentence("верните его в текст", "put it back"))
				}
			}
		}
	}
}

func commonNames(lines []*Line) []string {
	var common []string
	for i, line := range lines {
		if i == 0 {
			common = slices.Clone(line.Needs)
			continue
		}
		common = slices.DeleteFunc(common, func(name string) bool { return !slices.Contains(line.Needs, name) })
	}
	return common
}
