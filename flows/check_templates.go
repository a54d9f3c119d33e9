package flows

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"besedka/core/expr"
	"besedka/core/source"
)

// compileTemplates finds the texts that templates stand in for, and checks what they
// print against what may be known there.
func (l *loader) compileTemplates(everywhere map[string]expr.Kind) {
	taken := map[*Text]string{}
	for _, t := range l.p.Templates {
		for _, n := range t.instead {
			l.findTexts(t, n, taken)
		}
		names := maps.Clone(everywhere)
		for _, f := range t.flows {
			maps.Copy(names, f.vars)
		}
		for _, lang := range l.p.Languages {
			for _, line := range t.Values[lang] {
				l.checkValue(t, line, lang, everywhere)
			}
			l.checkBody(t, lang, names)
		}
		l.checkMarketing(t)
	}
}

// findTexts finds texts by a name such as tests have: the flow and the step, and the part
// of the step where it is not all of them.
func (l *loader) findTexts(t *Template, n *source.Node, taken map[*Text]string) {
	name := n.AsText(&l.problems)
	if n.Kind != source.Scalar {
		return
	}
	var all []string
	found := false
	l.p.named(func(full string, f *Flow, x *Text) {
		all = append(all, shortest(full))
		rest, ok := strings.CutPrefix(full, name)
		if !ok || name == "" || rest != "" && rest[0] != '.' {
			return
		}
		found = true
		if other := taken[x]; other != "" && other != t.Name {
			l.report(n.Pos, "L679", source.Sentence("вместо %s уже есть шаблон %s", "%s has a template already: %s", full, other),
				source.Sentence("оставьте один", "leave one of them"))
			return
		}
		taken[x] = t.Name
		t.Texts, t.flows = append(t.Texts, x), append(t.flows, f)
	})
	if !found {
		l.report(n.Pos, "L675", source.Sentence("нет реплики «%s»", "there is no text %q", shorten(name)), source.Meant(name, all))
	}
}

// shortest is the name of a text as people write it: without the part of its step, but
// for those that no step has.
func shortest(full string) string {
	if short, part, _ := strings.Cut(full, "."); !strings.HasSuffix(short, "/defaults") || part == "" {
		return short
	}
	return full
}

// checkValue wants every name of a value to be known wherever the template may go.
func (l *loader) checkValue(t *Template, line *Line, lang string, everywhere map[string]expr.Kind) {
	seen := map[*Flow]bool{}
	for _, f := range t.flows {
		if seen[f] {
			continue
		}
		seen[f] = true
		names := maps.Clone(everywhere)
		maps.Copy(names, f.vars)
		before := len(l.problems)
		if l.checkLine(line, lang, names); len(l.problems) > before {
			return
		}
	}
}

func (l *loader) checkBody(t *Template, lang string, names map[string]expr.Kind) {
	body := strings.TrimSpace(t.Body[lang])
	if body == "" {
		return // which is told
	}
	at := l.bodyAt(t, lang)
	values := len(t.Values[lang])
	switch holes := holesOf(body); {
	case !slices.Equal(distinct(holes), upTo(values)):
		l.report(at, "L676", source.Sentence("в тексте места %s, а значений %d", "the text has places %s and there are %d values", worded(holes), values),
			source.Sentence("места нумеруют подряд с {{1}}, и у каждого есть значение в values", "number places from {{1}} on, each with its value in values"))
	case strings.ContainsAny(hole.ReplaceAllString(body, ""), "{}"):
		l.report(at, "L676", source.Sentence("скобки в тексте - не место для значения", "there are braces in the text that are no place for a value"),
			source.Sentence("пишите {{1}}, а имя - в values", "write {{1}}, and the name into values"))
	case edged(body):
		l.report(at, "L676", source.Sentence("текст начинается или кончается местом для значения, или места стоят вплотную", "the text begins or ends with a place for a value, or two places touch"),
			source.Sentence("добавьте слов: иначе Meta шаблон не примет", "add words: Meta takes no such template"))
	case t.usual(lang, names) > MaxTemplateBody:
		l.report(at, "L677", source.Sentence("текст со значениями длиннее %d знаков", "the text with its values is longer than %d characters", MaxTemplateBody),
			source.Sentence("сократите: длинное расскажете, когда человек ответит", "shorten it: the rest can be told when the person answers"))
	}
}

// bodyAt is where a body stands in its file.
func (l *loader) bodyAt(t *Template, lang string) source.Pos {
	if lang == l.base() {
		return t.bodyPos
	}
	return l.translated(lang, templatesFile, t.Name+".body", t.Pos).Pos
}

func distinct(numbers []int) []int {
	all := slices.Clone(numbers)
	slices.Sort(all)
	return slices.Compact(all)
}

// upTo are the numbers from 1 on.
func upTo(n int) []int {
	var all []int
	for i := range n {
		all = append(all, i+1)
	}
	return all
}

// worded are places as the text has them.
func worded(holes []int) string {
	if len(holes) == 0 {
		return "-"
	}
	var all []string
	for _, n := range holes {
		all = append(all, "{{"+strconv.Itoa(n)+"}}")
	}
	return strings.Join(all, " ")
}

// edged says whether a place stands where Meta allows none: at either end, or beside
// another one.
func edged(body string) bool {
	last := 0
	for _, at := range hole.FindAllStringIndex(body, -1) {
		if strings.TrimSpace(body[last:at[0]]) == "" {
			return true
		}
		last = at[1]
	}
	return last == len(body)
}

// checkMarketing wants somebody whom advertising may be sent to.
func (l *loader) checkMarketing(t *Template) {
	if t.Marketing && l.p.Consents[Advertising] == nil {
		l.report(t.Pos, "L678", source.Sentence("шаблон рекламный, а согласия на рекламу в программе нет: он не уйдёт никому", "the template is advertising and the programme asks for no consent to it: it goes to nobody"),
			source.Sentence("добавьте consents.advertising в programme.yaml и спросите о нём, или category: utility", "add consents.advertising to programme.yaml and ask for it, or write category: utility"))
	}
}
