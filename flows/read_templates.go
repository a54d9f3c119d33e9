package flows

import (
	"slices"

	"besedka/core/source"
)

const templatesFile = "templates.yaml"

// MaxTemplates is how many of them a WhatsApp account may have whose business Meta has
// not verified.
const MaxTemplates = 250

const (
	utility   = "utility"
	marketing = "marketing"
)

// readTemplates reads templates.yaml; a programme may do without.
func (l *loader) readTemplates(names []string) {
	if !slices.Contains(names, templatesFile) {
		return
	}
	n := l.parse(templatesFile)
	if n == nil {
		return
	}
	o := source.Fields(n, &l.problems)
	for i, e := range o.Map("templates") {
		if i == MaxTemplates {
			l.limit(e.Key.Pos, source.Sentence("шаблонов", "templates"), MaxTemplates)
			break
		}
		l.p.Templates = append(l.p.Templates, l.readTemplate(e))
	}
	o.Done()
}

func (l *loader) readTemplate(e source.Entry) *Template {
	t := &Template{Pos: e.Key.Pos, Name: e.Key.Text}
	if !templateName.MatchString(t.Name) || len(t.Name) > MaxTemplateName {
		l.report(e.Key.Pos, "L123", source.Sentence("имя «%s» не годится", "the name %q does not do", shorten(t.Name)),
			source.Sentence("пишите как у Meta: строчные латинские буквы, цифры и _", "write it as at Meta: small latin letters, digits and _"))
	}
	o := source.Fields(e.Value, &l.problems)
	o.Require("instead", "category", "body")
	t.instead = itemsOf(o.Node("instead"))
	t.Marketing = l.readCategory(o.Node("category"))
	t.bodyPos = o.At("body")
	t.Body = l.words(o.Node("body"), templatesFile, t.Name+".body")
	t.Values = l.templateValues(o.Node("values"), t.Name+".values")
	o.Done()
	return t
}

// itemsOf are the values of a list; a single value is a list of one.
func itemsOf(n *source.Node) []*source.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == source.List:
		return n.Items
	}
	return []*source.Node{n}
}

// readCategory says whether a template is advertising. A code for signing in has words
// of Meta's own, and no chat says it.
func (l *loader) readCategory(n *source.Node) bool {
	word := n.AsText(&l.problems)
	if n != nil && n.Kind == source.Scalar && word != utility && word != marketing {
		l.report(n.Pos, "L124", source.Sentence("незнакомый вид «%s»", "unknown category %q", shorten(word)), source.Meant(word, []string{utility, marketing}))
	}
	return word == marketing
}

func (l *loader) templateValues(n *source.Node, key string) map[string][]*Line {
	values := map[string][]*Line{}
	if n == nil {
		return values
	}
	values[l.base()] = l.readLines(n, l.base())
	for _, lang := range l.p.Languages[1:] {
		values[lang] = l.readLines(l.translated(lang, templatesFile, key, n.Pos), lang)
	}
	return values
}
