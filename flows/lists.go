package flows

import (
	"path"
	"strings"
	"unicode/utf8"

	"besedka/core/source"
)

// List is what a question may be answered with, from lists/<name>.txt: a value a
// line, and behind = other words for it.
type List struct {
	Name  string
	Words map[string]string // values by what means them, compared as words are
}

// readLists reads lists/*.txt.
func (l *loader) readLists(names []string) {
	l.p.Lists = map[string]*List{}
	for _, file := range names {
		name, ok := strings.CutSuffix(path.Base(file), ".txt")
		if !ok || path.Dir(file) != "lists" {
			continue
		}
		text := l.readFile(file)
		if text == nil {
			continue
		}
		list := &List{Name: name, Words: map[string]string{}}
		l.p.Lists[name] = list
		l.readValues(list, file, string(text))
	}
}

func (l *loader) readValues(list *List, file, text string) {
	line, values := 0, 0
	for row := range strings.Lines(text) {
		line++
		at := source.Pos{File: file, Line: line, Col: 1}
		if row = strings.TrimSpace(row); row == "" || strings.HasPrefix(row, "#") {
			continue
		}
		if values++; values > MaxValues {
			l.limit(at, source.Sentence("значений в списке", "values in a list"), MaxValues)
			return
		}
		value, others, _ := strings.Cut(row, "=")
		value = strings.TrimSpace(value)
		for _, word := range append([]string{value}, strings.Split(others, ",")...) {
			l.addWord(list, at, value, strings.TrimSpace(word))
		}
	}
	if values == 0 {
		l.empty(start(file))
	}
}

func (l *loader) addWord(list *List, at source.Pos, value, word string) {
	key := Normal(word)
	switch other, taken := list.Words[key]; {
	case word == "" && word != value:
	case key == "" || !utf8.ValidString(word):
		l.unheard(at, word)
	case utf8.RuneCountInString(word) > MaxTitle:
		l.limit(at, source.Sentence("знаков в слове списка", "characters in a word of a list"), MaxTitle)
	case taken && other != value:
		l.report(at, "L208", source.Sentence("«%s» уже значит «%s»", "%q already means %q", shorten(word), other), source.Sentence("оставьте его у одного из значений", "leave it to one of the values"))
	default:
		list.Words[key] = value
	}
}
