package flows

import (
	"regexp"
	"slices"
	"strings"

	"besedka/core/campaign/rules"
	"besedka/core/source"
	"besedka/locales"
)

// Currency is what members collect. Fractions below its smallest unit are never
// given: sums are rounded down.
type Currency struct {
	ID       string
	Scale    int                 // digits after the point: a minor unit is 10^-Scale
	Title    map[string][]string // its word by language, in the forms it has beside a number
	Lifetime string              // of what is given without a term of its own: P6M; "" = for ever
	Debt     string              // when more is taken back than there is: a ledger.Debt
}

const (
	bonus      = "bonus" // what expressions and chats count in
	bonusScale = 2
	maxScale   = 2
)

var currencyName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

// debtPolicies are the policies of a reversal, the default first.
var debtPolicies = []string{"within_balance", "only_pending", "allow_negative"}

func (l *loader) defaultCurrency() Currency {
	return Currency{ID: bonus, Scale: bonusScale, Debt: debtPolicies[0], Title: map[string][]string{
		"ru": {"бонус", "бонуса", "бонусов"}, "en": {"bonus", "bonuses"},
	}}
}

// currencies reads the list of names, of which only that of bonuses is known, or
// what each currency is. Bonuses are among them: whatever names none means them.
func (l *loader) currencies(o *source.Object) []Currency {
	n := o.Node("currencies")
	if n == nil || n.Kind != source.Map {
		if n != nil && !slices.Equal(o.Texts("currencies"), []string{bonus}) {
			l.report(n.Pos, "L124", source.Sentence("списком называют одни бонусы", "a list names bonuses alone"),
				source.Sentence("пишите currencies: [bonus] или скажите о каждой: star: { scale: 0, title: … }", "write currencies: [bonus], or say what each is: star: { scale: 0, title: … }"))
		}
		return []Currency{l.defaultCurrency()}
	}
	var all []Currency
	for _, e := range o.Map("currencies") {
		all = append(all, l.currency(e))
	}
	if !slices.ContainsFunc(all, func(c Currency) bool { return c.ID == bonus }) {
		l.report(n.Pos, "L124", source.Sentence("нет бонусов: в них считают сценарии и акции, где валюта не названа", "bonuses are missing: scripts count in them, and campaigns that name no currency"),
			source.Sentence("добавьте bonus: {}", "add bonus: {}"))
	}
	return all
}

func (l *loader) currency(e source.Entry) Currency {
	o := source.Fields(e.Value, &l.problems)
	c := l.defaultCurrency()
	c.ID = e.Key.Text
	if !currencyName.MatchString(c.ID) {
		l.report(e.Key.Pos, "L123", source.Sentence("имя «%s» не годится", "the name %q does not do", shorten(c.ID)), source.Sentence("пишите строчными латинскими: star, mall_point", "write small Latin letters: star, mall_point"))
	}
	if o.Has("scale") {
		c.Scale = int(o.Int("scale"))
		l.checkScale(c, o)
	}
	if o.Has("title") || c.ID != bonus {
		c.Title = l.currencyTitle(o)
	}
	if c.Lifetime = o.Text("lifetime"); o.Has("lifetime") && !rules.IsLifetime(c.Lifetime) {
		l.report(o.At("lifetime"), "L124", source.Sentence("«%s» - не срок", "%q is not a term", shorten(c.Lifetime)), source.Sentence("пишите P90D, P6M или P1Y", "write P90D, P6M or P1Y"))
	}
	if o.Has("debt") {
		if c.Debt = o.Text("debt"); !slices.Contains(debtPolicies, c.Debt) {
			l.report(o.At("debt"), "L121", source.Sentence("нет правила «%s»", "there is no policy %q", shorten(c.Debt)), source.Meant(c.Debt, debtPolicies))
		}
	}
	o.Done()
	return c
}

func (l *loader) checkScale(c Currency, o *source.Object) {
	switch {
	case c.Scale < 0 || c.Scale > maxScale:
		l.report(o.At("scale"), "L124", source.Sentence("знаков после запятой %d", "%d digits after the point", c.Scale), source.Sentence("пишите 0, 1 или 2", "write 0, 1 or 2"))
	case c.ID == bonus && c.Scale != bonusScale:
		l.report(o.At("scale"), "L124", source.Sentence("у бонусов всегда 2 знака после запятой", "bonuses always have 2 digits after the point"), source.Sentence("сотрите scale или заведите свою валюту", "delete the scale, or make a currency of your own"))
	}
}

// currencyTitle reads the forms of the word in every language of the programme.
func (l *loader) currencyTitle(o *source.Object) map[string][]string {
	title := map[string][]string{}
	o.Require("title")
	words := o.Object("title")
	if !o.Has("title") {
		return title
	}
	words.Require(l.p.Languages...)
	for _, lang := range l.p.Languages {
		title[lang] = strings.Split(words.Text(lang), "|")
		if want := locales.PluralForms(lang); words.Has(lang) && !locales.FormsFit(lang, len(title[lang])) {
			l.report(words.At(lang), "L305", source.Sentence("форм слова %d, а нужно %d", "%d forms of the word, %d are needed", len(title[lang]), want),
				source.Sentence("пишите, например, звезда|звезды|звёзд", "write for example star|stars"))
		}
	}
	words.Done()
	return title
}
