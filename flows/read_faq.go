package flows

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/source"
	"besedka/flows/faq"
)

const faqFile = "faq.yaml"

// Names of the flow that faq.yaml makes: its answers are steps named as the
// questions are, and one more step asks which of two was meant.
const (
	FAQName    = "faq"
	UnsureStep = "unsure"
)

// FAQ is what people ask of their own accord, from faq.yaml. Its answers are the
// flow FAQName of the programme.
type FAQ struct {
	*faq.Index
	Buttons map[string]*Button // that ask a question, by its name
}

// FAQTap begins the standing tap of a question's button: no tap of a script is
// named so.
const FAQTap = "faq:"

// wording is one way to ask a question, in its place.
type wording struct {
	source.Pos
	of, text string
}

// readFAQ reads faq.yaml, which a programme may do without.
func (l *loader) readFAQ(names []string) {
	if !slices.Contains(names, faqFile) {
		return
	}
	n := l.parse(faqFile)
	if n == nil {
		l.broken[faqFile] = true
		return
	}
	if other := l.p.Flows[FAQName]; other != nil {
		l.report(other.Pos, "L123", source.Sentence("имя faq - у частых вопросов из %s", "the name faq is taken by the questions of %s", faqFile), source.Sentence("назовите сценарий иначе", "call the flow something else"))
		return
	}
	o := source.Fields(n, &l.problems)
	o.Require("faq", UnsureStep)
	f := &Flow{Pos: n.Pos, ID: FAQName, index: map[string]int{}, vars: map[string]expr.Kind{}}
	l.p.FAQ = &FAQ{Buttons: map[string]*Button{}}
	l.readQuestions(f, o)
	if say := l.readText(o.Node(UnsureStep), UnsureStep+".say"); say != nil {
		f.add(&Step{Pos: say.Pos, ID: UnsureStep, Say: say, Go: &Branch{Pos: say.Pos, End: true}})
	}
	o.Done()
	l.translateFlow(f)
	l.p.Flows[FAQName] = f
}

func (l *loader) readQuestions(f *Flow, o *source.Object) {
	entries := o.Map("faq")
	if len(entries) > MaxQuestions {
		l.limit(o.At("faq"), source.Sentence("частых вопросов", "questions"), MaxQuestions)
		entries = entries[:MaxQuestions]
	}
	if o.Has("faq") && len(entries) == 0 {
		l.empty(o.At("faq"))
	}
	var index []faq.Entry
	for _, e := range entries {
		if l.questionNamed(e.Key) {
			asked := l.readQuestion(f, e)
			index = append(index, faq.Entry{Name: e.Key.Text, Asks: normals(asked)})
			l.asks = append(l.asks, asked...)
		}
	}
	l.p.FAQ.Index = faq.New(index)
}

// questionNamed wants a name that a button can carry.
func (l *loader) questionNamed(key *source.Node) bool {
	const most = chat.TokenBytes - len(TapPrefix) - len(FAQTap)
	switch {
	case !l.named(key):
		return false
	case key.Text == UnsureStep:
		l.report(key.Pos, "L123", source.Sentence("имя %s занято", "the name %s is taken", UnsureStep), source.Sentence("назовите вопрос иначе", "call the question something else"))
		return false
	case len(key.Text) > most:
		l.limit(key.Pos, source.Sentence("байтов в имени вопроса", "bytes in a question's name"), most)
	}
	return true
}

// readQuestion makes a step of the answer and returns how it is asked for, in
// every language.
func (l *loader) readQuestion(f *Flow, e source.Entry) []wording {
	o := source.Fields(e.Value, &l.problems)
	o.Require("ask", "say")
	id := e.Key.Text
	button := &Button{Pos: e.Key.Pos, ID: id, Title: Words{}, Tap: FAQTap + id}
	l.p.FAQ.Buttons[id] = button
	asked := l.readWordings(o.Node("ask"), id)
	if len(asked) > 0 {
		button.Title[l.base()] = asQuestion(asked[0].text)
		for _, lang := range l.p.Languages[1:] {
			other := l.readWordings(l.translated(lang, faqFile, id+".ask", asked[0].Pos), id)
			if len(other) > 0 {
				button.Title[lang] = asQuestion(other[0].text)
			}
			asked = append(asked, other...)
		}
	}
	if say := l.readText(o.Node("say"), id+".say"); say != nil {
		f.add(&Step{Pos: e.Key.Pos, ID: id, Say: say, Go: &Branch{Pos: e.Key.Pos, End: true}})
	}
	o.Done()
	return asked
}

func (l *loader) readWordings(n *source.Node, of string) []wording {
	if n == nil {
		return nil
	}
	places := []*source.Node{n}
	if n.Kind == source.List {
		places = n.Items
	}
	var list []wording
	for i, text := range l.readWords(n) {
		if utf8.RuneCountInString(text) > MaxTitle {
			l.limit(places[i].Pos, source.Sentence("знаков в вопросе", "characters in a question"), MaxTitle)
		}
		list = append(list, wording{places[i].Pos, of, text})
	}
	if n.Kind == source.List && len(n.Items) == 0 {
		l.empty(n.Pos)
	}
	return list
}

// asQuestion writes a wording as it stands on a button.
func asQuestion(text string) string {
	r := []rune(strings.TrimSpace(text))
	if len(r) == 0 {
		return ""
	}
	r[0] = unicode.ToUpper(r[0])
	if last := r[len(r)-1]; unicode.IsLetter(last) || unicode.IsDigit(last) {
		r = append(r, '?')
	}
	return string(r)
}

func normals(asked []wording) []string {
	list := make([]string, len(asked))
	for i, w := range asked {
		list[i] = Normal(w.text)
	}
	return list
}
