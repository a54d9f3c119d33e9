package source

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// strange finds the first character that no programme file needs and that
// would spoil columns or lines: broken UTF-8, control characters, exotic line
// ends, tabs that indent.
func strange(file string, text []byte) *Problem {
	at := Pos{File: file, Line: 1, Col: 1}
	indent := true
	for i := 0; i < len(text); {
		if c := text[i]; c >= ' ' && c < 0x7F { // most of it
			i, at.Col, indent = i+1, at.Col+1, indent && c == ' '
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if what, cure, bad := strangeRune(r, size, indent, text[i:]); bad {
			return &Problem{Pos: at, Code: "L101", What: what, Cure: cure}
		}
		i += size
		indent = r == '\n' || indent && r == ' '
		at.Col++
		if r == '\n' {
			at.Line, at.Col = at.Line+1, 1
		}
	}
	return nil
}

func strangeRune(r rune, size int, indent bool, rest []byte) (what, cure Text, bad bool) {
	switch {
	case r == utf8.RuneError && size == 1:
		return Sentence("файл не в кодировке UTF-8", "the file is not UTF-8"), Sentence("сохраните его в UTF-8", "save it as UTF-8"), true
	case r == '\t' && indent:
		return Sentence("отступ сделан табуляцией", "a tab is used to indent"), Sentence("замените её пробелами", "replace it with spaces"), true
	case r == '\n', r == '\t', r == '\r' && bytes.HasPrefix(rest, []byte("\r\n")):
		return what, cure, false
	case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == '\uFEFF', r == '\uFFFE', r == '\uFFFF':
		return Sentence("невидимый символ %U", "an invisible character %U", r), Sentence("сотрите этот символ", "delete this character"), true
	}
	return what, cure, false
}

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntax words an error of the YAML library, which is English and knows at
// best a line, for a marketer.
func syntax(file string, text []byte, err error) *Problem {
	m := yamlError.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	if m == nil {
		m = []string{"", "", err.Error()}
	}
	line, _ := strconv.Atoi(m[1])
	lines := bytes.Split(text, []byte("\n"))
	if strings.HasPrefix(m[2], "did not find expected") { // told by the line where the surrounding block begins
		line = firstFailing(lines, m[2])
	}
	line = min(max(line, 1), len(lines))
	at := Pos{File: file, Line: line, Col: utf8.RuneCount(lines[line-1]) - utf8.RuneCount(bytes.TrimLeft(lines[line-1], " ")) + 1}
	what, cure := worded(m[2])
	code := "L101"
	switch {
	case strings.HasPrefix(m[2], "unknown anchor"):
		code = "L105"
	case strings.HasPrefix(m[2], "exceeded max depth"):
		return tooDeep(at)
	}
	return &Problem{Pos: at, Code: code, What: what, Cure: cure}
}

// firstFailing finds the first line with which the text already fails so.
func firstFailing(lines [][]byte, message string) int {
	return 1 + sort.Search(len(lines)-1, func(i int) bool {
		decoder := yaml.NewDecoder(bytes.NewReader(bytes.Join(lines[:i+1], []byte("\n"))))
		for {
			var doc yaml.Node
			if err := decoder.Decode(&doc); err != nil {
				return !errors.Is(err, io.EOF) && strings.HasSuffix(err.Error(), message)
			}
		}
	})
}

func worded(message string) (what, cure Text) {
	has := func(part string) bool { return strings.Contains(message, part) }
	switch {
	case has("mapping values are not allowed"):
		return Sentence("двоеточие с пробелом стоит не на месте", "a colon followed by a space is out of place"),
			Sentence("возьмите весь текст в кавычки или проверьте отступ строки", "put the whole text in quotes or check the indent of the line")
	case has("expected key"), has("'-' indicator"):
		return Sentence("строка не продолжает то, что выше", "the line does not continue what is above"),
			Sentence("выровняйте отступ с соседними строками, а текст после кавычек или скобок внесите внутрь", "align it with its neighbours, and move text that follows quotes or braces inside them")
	case has("',' or"):
		return Sentence("скобка [ или { не закрыта", "a [ or { is not closed"),
			Sentence("закройте её; если это текст, возьмите его в кавычки", "close it; if this is text, put it in quotes")
	case has("cannot start any token"):
		return Sentence("текст начинается со знака, который YAML понимает по-своему", "the text begins with a sign that YAML reads its own way"),
			Sentence("возьмите текст в кавычки", "put the text in quotes")
	case has("expected ':'"):
		return Sentence("здесь ждали двоеточие", "a colon is expected here"),
			Sentence("напишите «ключ: значение»", "write «key: value»")
	case has("unexpected end of stream"), has("unexpected document indicator"):
		return Sentence("кавычки не закрыты", "a quotation is not closed"),
			Sentence("закройте кавычки", "close the quotes")
	case has("escape character"):
		return Sentence("после \\ в двойных кавычках стоит незнакомый знак", "an unknown character follows \\ in double quotes"),
			Sentence("напишите \\\\ или возьмите текст в одинарные кавычки", "write \\\\ or use single quotes")
	case has("unknown anchor"):
		return Sentence("звёздочка в начале значения - это ссылка YAML, они здесь не работают", "a star at the beginning is a YAML alias, and these do not work here"),
			Sentence("если это текст, возьмите его в кавычки", "if this is text, put it in quotes")
	}
	return Sentence("это не YAML: %s", "this is not YAML: %s", message),
		Sentence("проверьте отступы, кавычки и двоеточия", "check indents, quotes and colons")
}
