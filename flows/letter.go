package flows

import (
	"besedka/core/expr"
	"besedka/locales"
)

// LetterTo is what is written past the chats when something happens, to who wants it; a
// medium without words is silent.
type LetterTo struct {
	SMS         Wording
	Title, Text Wording // of e-mail
}

// Wording is one text, by language; nil is none.
type Wording map[string][]*Line

// UnsubscribeName is what an e-mail prints where the address stands that ends such
// letters. Whoever sends it knows the address.
const UnsubscribeName = "unsubscribe"

// Letter events: what members may be written of past their chats.
const (
	letterGiven    = "points.given"
	letterExpiring = "points.expiring"
)

// In prints the wording in a language, or else in the programme's own.
func (w Wording) In(p *Programme, lang string, args map[string]expr.Value) string {
	if len(w[lang]) == 0 {
		lang = p.Base()
	}
	return w.print(lang, func(name string) (locales.Arg, bool) {
		if name == UnsubscribeName {
			return locales.Text("{" + UnsubscribeName + "}"), true
		}
		v, ok := args[name]
		return Arg(v), ok
	})
}

func (w Wording) print(lang string, lookup func(string) (locales.Arg, bool)) string {
	if len(w[lang]) == 0 {
		return ""
	}
	return w[lang][0].Render(lookup, lang)
}

// EmailField is the profile's field that holds an address of e-mail; "" when none does.
func (p *Programme) EmailField() string {
	for _, f := range p.Profile.Fields {
		if f.Type == EmailType {
			return f.Name
		}
	}
	return ""
}
