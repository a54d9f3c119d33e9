package flows

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"

	"besedka/core/source"
)

// readExpect reads what the question of the step named by key takes.
func (l *loader) readExpect(n, key *source.Node) *Expect {
	if n == nil {
		return nil
	}
	if n.Kind != source.Map {
		x := &Expect{Pos: n.Pos, Type: l.readType(n)}
		l.defaults(x, n)
		return x
	}
	o := source.Fields(n, &l.problems)
	o.Require("type")
	x := &Expect{Pos: n.Pos, Type: l.readType(o.Node("type"))}
	switch x.Type { // a key of another type stays unasked, so Done reports it
	case TextType, NameType:
		x.Max = int(o.Int("max"))
	case IntType, YearType, ScaleType:
		x.Range = l.readRange(o.Node("range"))
	case DateType:
		x.Past, x.Future, x.Age = o.Bool("past"), o.Bool("future"), l.readRange(o.Node("age"))
	case RegexType:
		x.Max, x.Pattern = int(o.Int("max")), l.readPattern(o.Node("pattern"))
	case DictionaryType:
		x.From = l.readFrom(o)
	case MultiType:
		x.Min, x.Max = int(o.Int("min")), int(o.Int("max"))
		x.Done = l.words(o.Node("done"), key.File, key.Text+".done")
	}
	l.defaults(x, n)
	if x.Type != "" {
		o.Done()
	}
	return x
}

// readFrom finds the list that a dictionary is answered from.
func (l *loader) readFrom(o *source.Object) *List {
	name := o.Text("from")
	list := l.p.Lists[name]
	if list == nil && name != "" {
		l.unknown(o.At("from"), "списка", "list", name, sorted(l.p.Lists))
	}
	return list
}

// Marks of a scale: a keyboard of more is no scale any more.
const (
	lowestMark  = 0
	highestMark = 10
)

// defaults completes what a type cannot be without.
func (l *loader) defaults(x *Expect, n *source.Node) {
	switch {
	case x.Type == RegexType && x.Pattern == nil:
		l.report(n.Pos, "L124", source.Sentence("не сказано, какому образцу отвечать", "no pattern to match"), source.Sentence("добавьте pattern: '\\d{4}'", "add pattern: '\\d{4}'"))
	case x.Type == ScaleType && (x.Range == nil || x.Range.From < lowestMark || x.Range.To > highestMark):
		l.report(n.Pos, "L124", source.Sentence("у шкалы нужен range от %d до %d", "a scale needs a range between %d and %d", lowestMark, highestMark), source.Sentence("пишите range: 1..5", "write range: 1..5"))
		x.Range = &Range{1, 5}
	case x.Type == DictionaryType && x.From == nil:
		x.From = &List{}
		if n.Get("from") == nil {
			l.report(n.Pos, "L107", source.Sentence("не сказано, из какого списка ответ", "it does not say from which list the answer is"), source.Sentence("добавьте from: имя файла из lists", "add from: the name of a file in lists"))
		}
	case x.Type == MultiType:
		l.multiDefaults(x, n)
	}
}

func (l *loader) multiDefaults(x *Expect, n *source.Node) {
	x.Min = max(1, x.Min)
	if x.Max > 0 && x.Max < x.Min {
		l.report(n.Pos, "L124", source.Sentence("выбрать можно меньше, чем нужно: min %d, max %d", "fewer may be chosen than must: min %d, max %d", x.Min, x.Max),
			source.Sentence("увеличьте max или уменьшите min", "raise max or lower min"))
	}
	if x.Done == nil {
		x.Done = l.everyLanguage("Done")
		x.Done["ru"] = "Готово"
	}
}

func (l *loader) everyLanguage(text string) Words {
	w := Words{}
	for _, lang := range l.p.Languages {
		w[lang] = text
	}
	return w
}

var rangeText = regexp.MustCompile(`^(-?\d{1,9})\.\.(-?\d{1,9})$`)

func (l *loader) readRange(n *source.Node) *Range {
	if n == nil {
		return nil
	}
	m := rangeText.FindStringSubmatch(n.AsText(&l.problems))
	if m == nil {
		l.report(n.Pos, "L124", source.Sentence("это не промежуток", "this is not a range"), source.Sentence("пишите 18..100", "write 18..100"))
		return nil
	}
	from, _ := strconv.ParseInt(m[1], 10, 64)
	to, _ := strconv.ParseInt(m[2], 10, 64)
	if from > to {
		l.report(n.Pos, "L124", source.Sentence("промежуток %d..%d пуст", "the range %d..%d is empty", from, to),
			source.Sentence("меньшее число пишут первым: %d..%d", "the smaller number goes first: %d..%d", to, from))
	}
	return &Range{from, to}
}

// nothing stands for a pattern that cannot be had.
var nothing = regexp.MustCompile(`[^\s\S]`)

// readPattern reads a regular expression of RE2, whose time grows with the text
// and with nothing else (swtch.com/~rsc/regexp).
func (l *loader) readPattern(n *source.Node) *regexp.Regexp {
	if n == nil {
		return nil
	}
	text := n.AsText(&l.problems)
	if len(text) > MaxPattern {
		l.limit(n.Pos, source.Sentence("байтов в образце", "bytes in a pattern"), MaxPattern)
		return nothing
	}
	_, err := syntax.Parse(text, syntax.Perl) // by itself: «a)(b» must not pair with our brackets
	re := nothing
	if err == nil {
		re, err = regexp.Compile("^(?:" + text + ")$")
	}
	if err != nil {
		l.report(n.Pos, "L127", patternMistake(err), source.Sentence("проверьте скобки и знаки; сам знак пишут с \\ впереди: \\.", "check brackets and signs; a sign that is meant goes after a \\: \\."))
		return nothing
	}
	return re
}

// readSplit reads ways with how many members of a hundred take each.
func (l *loader) readSplit(o *source.Object) []Share {
	var shares []Share
	sum := int64(0)
	for _, e := range atMost(l, 100, o.Map("split"), o.At("split"), source.Sentence("долей", "shares")) {
		if l.named(e.Key) {
			share := Share{Pos: e.Key.Pos, Name: e.Key.Text, Percent: e.Value.AsInt(&l.problems)}
			shares, sum = append(shares, share), sum+share.Percent
		}
	}
	if len(shares) > 0 && (sum != 100 || slices.ContainsFunc(shares, func(s Share) bool { return s.Percent <= 0 })) {
		l.report(o.At("split"), "L124", source.Sentence("доли делят сто, а вместе их %d", "shares divide a hundred, and make %d", sum), source.Sentence("пишите, например, { a: 50, b: 50 }", "write for example { a: 50, b: 50 }"))
	}
	return shares
}

// addOurs adds the buttons that the type of the question brings.
func (l *loader) addOurs(s *Step) {
	switch {
	case s.Expect == nil:
	case s.Expect.Type == ScaleType:
		marks := make([]*Button, 0, highestMark+len(s.Buttons))
		for mark := s.Expect.Range.From; mark <= s.Expect.Range.To; mark++ {
			id := strconv.FormatInt(mark, 10)
			marks = append(marks, &Button{Pos: s.Expect.Pos, ID: id, Title: l.everyLanguage(id), Ours: true})
		}
		s.Buttons = append(marks, s.Buttons...)
	case s.Expect.Type == MultiType:
		s.Buttons = append(s.Buttons, &Button{Pos: s.Expect.Pos, ID: DoneOption, Title: s.Expect.Done, Ours: true})
	}
}

// DoneOption ends the choice of several.
const DoneOption = "_done"
