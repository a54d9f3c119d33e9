package rules

import (
	"errors"
	"strings"
	"unicode/utf8"

	"besedka/core/source"
	"besedka/locales"
)

// A Slot is where a campaign's own words are said.
type Slot string

// The slots: what a till prints, what it shows its cashier and its customer, and what
// the chat says.
const (
	Slip    Slot = "slip"
	Cashier Slot = "cashier"
	Display Slot = "display"
	Chat    Slot = "chat"
)

// slots are in the order of their keys, each with the characters it holds: a slip has
// six lines of forty, a customer's display two of twenty.
var slots = []struct {
	slot Slot
	most int
}{{Slip, 240}, {Cashier, 160}, {Display, 40}, {Chat, 600}}

// spoken are a campaign's words by slot and language; "" is of a text without one.
type spoken map[Slot]map[string]locales.Template

// saidOf are what words may name: the bonuses and the coupons that the campaign brought.
func saidOf(bonus, coupons int64) map[string]locales.Arg {
	return map[string]locales.Arg{"bonus": locales.Points(bonus), "coupons": locales.Count(coupons)}
}

// longestSaid is more than any receipt brings, for texts to be measured with.
var longestSaid = saidOf(1_000_000_55, 1000)

func (r *reader) readMessages(o *source.Object) {
	for _, s := range slots {
		n := o.Node(string(s.slot))
		if n == nil {
			continue
		}
		if r.c.messages == nil {
			r.c.messages = spoken{}
		}
		r.c.messages[s.slot] = r.readSlot(n, s.most)
	}
	o.Done()
}

// readSlot reads one text, or one in each language of the programme.
func (r *reader) readSlot(n *source.Node, most int) map[string]locales.Template {
	languages := r.terms.Languages
	if n.Kind == source.Scalar && len(languages) < 2 {
		return map[string]locales.Template{"": r.readWords(n, most, strings.Join(languages, ""))}
	}
	texts, o := map[string]locales.Template{}, source.Fields(n, &r.problems)
	o.Require(languages...)
	for _, lang := range locales.Languages {
		if o.Has(lang) {
			texts[lang] = r.readWords(o.Node(lang), most, lang)
		}
	}
	o.Done()
	return texts
}

// readWords reads a text, and wants it to name what there is and to fit. lang is ""
// when nobody knows it.
func (r *reader) readWords(n *source.Node, most int, lang string) locales.Template {
	t, err := locales.ParseText(n.AsText(&r.problems))
	if bad, ok := errors.AsType[*locales.SyntaxError](err); ok {
		r.report(n.At(bad.Offset), "L303", source.Text{Ru: bad.Ru, En: bad.En}, source.Sentence("пишите, например, {bonus}", "write for example {bonus}"))
	}
	if !r.terms.Checking {
		return t
	}
	for _, slot := range t.Placeholders() {
		r.checkSaid(n, slot, lang)
	}
	if size := utf8.RuneCountInString(say(t, longestSaid, lang)); size > most {
		r.report(n.Pos, "L125", source.Sentence("здесь до %d знаков, а помещается %d", "the text takes up to %d characters, and there is room for %d", size, most),
			source.Sentence("скажите короче; числа измерены с запасом", "say it shorter; numbers are measured generously"))
	}
	return t
}

func (r *reader) checkSaid(n *source.Node, slot locales.Placeholder, lang string) {
	if _, ok := longestSaid[slot.Name]; !ok {
		r.report(n.At(slot.Offset), "L112", source.Sentence("нет имени «%s»", "there is no name %q", slot.Name), source.Meant(slot.Name, []string{"bonus", "coupons"}))
	}
	if got := len(slot.Forms); got > 0 && lang != "" && !locales.FormsFit(lang, got) {
		r.report(n.At(slot.Offset), "L305", source.Sentence("у «%s» форм слова %d, а нужно %d", "%q has %d forms of the word, %d are needed", slot.Name, got, locales.PluralForms(lang)),
			source.Sentence("пишите, например, {bonus|бонус|бонуса|бонусов}", "write for example {bonus|bonus|bonuses}"))
	}
}

func say(t locales.Template, args map[string]locales.Arg, lang string) string {
	return t.Render(func(name string) (locales.Arg, bool) { a, ok := args[name]; return a, ok }, lang)
}

// Says says whether the campaign has words for a slot.
func (c *Campaign) Says(s Slot) bool { return len(c.messages[s]) > 0 }

// Say are its words for a slot, in lang when it speaks it, about so many minor units of
// bonuses and coupons that it brought; "" when it has none.
func (c *Campaign) Say(s Slot, bonus, coupons int64, lang string) string {
	texts := c.messages[s]
	for _, l := range append([]string{lang, ""}, locales.Languages...) { // a programme may have come to speak another
		if t, ok := texts[l]; ok {
			return say(t, saidOf(bonus, coupons), lang)
		}
	}
	return ""
}
