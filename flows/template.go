package flows

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/source"
	"besedka/locales"
)

// Template is a message that Meta has approved. It stands in for some texts where
// WhatsApp's window has closed.
type Template struct {
	source.Pos
	Name      string
	Marketing bool
	Body      Words              // as at Meta, with {{1}}, {{2}} and so on
	Values    map[string][]*Line // of those, by language
	Texts     []*Text            // it stands in for

	instead []*source.Node
	bodyPos source.Pos
	flows   []*Flow // of Texts
}

// Limits of developers.facebook.com/docs/whatsapp/business-management-api/message-templates.
const (
	MaxTemplateName = 512
	MaxTemplateBody = 1024 // characters
)

var (
	templateName = regexp.MustCompile(`^[a-z0-9_]+$`)
	hole         = regexp.MustCompile(`\{\{(\d+)\}\}`)
)

// In is the template in a language, or else in the programme's own, with what its values
// are now; nil when one of them is not known, for Meta takes no empty ones, or when it is
// longer with them than Meta takes.
func (t *Template) In(p *Programme, lang string, lookup func(string) (locales.Arg, bool)) *chat.Template {
	if t.Body[lang] == "" || len(t.Values[lang]) != len(t.Values[p.Base()]) {
		lang = p.Base()
	}
	m := &chat.Template{Name: t.Name, Lang: lang, Marketing: t.Marketing}
	for _, line := range t.Values[lang] {
		value, ok := fill(line, lookup, lang)
		if !ok {
			return nil
		}
		m.Values = append(m.Values, value)
	}
	if m.Text = filled(t.Body[lang], m.Values); utf8.RuneCountInString(m.Text) > MaxTemplateBody {
		return nil
	}
	return m
}

// fill prints a value in one line, which is all that Meta takes.
func fill(line *Line, lookup func(string) (locales.Arg, bool), lang string) (value string, ok bool) {
	for _, name := range line.Needs {
		if _, ok := lookup(name); !ok {
			return "", false
		}
	}
	value = strings.Join(strings.Fields(line.Render(lookup, lang)), " ")
	return value, value != ""
}

// filled is a body with its values.
func filled(body string, values []string) string {
	return hole.ReplaceAllStringFunc(body, func(h string) string {
		if n := holeNumber(h); n >= 1 && n <= len(values) {
			return values[n-1]
		}
		return h
	})
}

func holeNumber(h string) int {
	n, err := strconv.Atoi(hole.FindStringSubmatch(h)[1])
	if err != nil {
		return 0
	}
	return n
}

// holesOf are the numbers of a body's holes, in their order.
func holesOf(body string) (numbers []int) {
	for _, h := range hole.FindAllString(body, -1) {
		numbers = append(numbers, holeNumber(h))
	}
	return numbers
}

// usual is the length of a body in characters, with values such as they are.
func (t *Template) usual(lang string, names map[string]expr.Kind) int {
	var values []string
	for _, line := range t.Values[lang] {
		values = append(values, line.Render(func(name string) (locales.Arg, bool) { return usualArg(names[name]), true }, lang))
	}
	return len([]rune(filled(t.Body[lang], values)))
}

// named calls do with every text of the programme's scripts, by its name.
func (p *Programme) named(do func(name string, f *Flow, t *Text)) {
	for _, id := range sorted(p.Flows) {
		f := p.Flows[id]
		one := func(t *Text) { do(fmt.Sprintf("%s/%s", id, t.Slot), f, t) }
		for _, t := range f.Defaults() {
			one(t)
		}
		for _, s := range f.Steps {
			s.texts(one)
		}
	}
}
