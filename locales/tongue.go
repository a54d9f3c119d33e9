package locales

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// A tongue is how one language prints numbers, dates and plurals.
type tongue struct {
	tag     language.Tag
	forms   []plural.Form // those of whole numbers, in the order authors write them
	point   string        // before decimals
	group   string        // between thousands
	months  []string
	numeric string // a date in digits
}

const (
	narrow = "\u202f" // a narrow space that does not break a line
	minus  = "\u2212"
)

var (
	russian = tongue{
		tag: language.Russian, forms: wholeForms(language.Russian), point: ",", group: narrow, numeric: "02.01.2006",
		months: strings.Fields("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
	}
	english = tongue{
		tag: language.English, forms: wholeForms(language.English), point: ".", group: ",", numeric: time.DateOnly,
		months: strings.Fields("January February March April May June July August September October November December"),
	}
)

// tongueOf returns English for en and Russian for the rest: these two are
// shipped.
func tongueOf(lang string) *tongue {
	if lang == "en" {
		return &english
	}
	return &russian
}

// PluralForms returns how many forms of a word lang needs after whole
// numbers: three in Russian (балл, балла, баллов), two in English.
func PluralForms(lang string) int { return len(tongueOf(lang).forms) }

// FormsFit says whether a word has as many forms as lang needs. Where fractions have a
// form that no whole number has, one more may say it: не хватает 2 баллов, but 1,5 балла.
func FormsFit(lang string, n int) bool {
	t := tongueOf(lang)
	return n == len(t.forms) || n == len(t.forms)+1 && !slices.Contains(t.forms, plural.Other)
}

// wholeForms finds the CLDR categories that whole numbers use; every language
// shows them all below a few hundred, but for forms of millions.
func wholeForms(tag language.Tag) []plural.Form {
	var forms []plural.Form
	for n := range 200 {
		form := plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)
		if !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	slices.SortFunc(forms, func(a, b plural.Form) int { return rank(a) - rank(b) })
	return forms
}

// rank is CLDR's order: zero, one, two, few, many, other.
func rank(f plural.Form) int {
	return slices.Index([]plural.Form{plural.Zero, plural.One, plural.Two, plural.Few, plural.Many, plural.Other}, f)
}

// choose picks the form of a word for a number. A fraction takes the form CLDR calls
// other; where whole numbers have none, the one written after theirs, or else few,
// which is the same in the nominative (2 балла, 64,22 балла) and not in other cases
// (2 баллов, 64,22 балла).
func (t *tongue) choose(forms []string, a Arg) string {
	_, whole, fraction := a.decimal()
	trimmed := strings.TrimRight(fraction, "0")
	form := plural.Cardinal.MatchPlural(t.tag, tail(whole), len(fraction), len(trimmed), tail(fraction), tail(trimmed))
	i := slices.Index(t.forms, form)
	if i < 0 {
		i = max(slices.Index(t.forms, plural.Few), 0)
		if len(forms) > len(t.forms) {
			i = len(t.forms)
		}
	}
	return forms[min(i, len(forms)-1)]
}

// Form picks the form of a word beside a number; "" of a word without forms.
func Form(lang string, forms []string, n Arg) string {
	if len(forms) == 0 {
		return ""
	}
	return tongueOf(lang).choose(forms, n)
}

// Number prints a number.
func Number(lang string, n Arg) string {
	return string(tongueOf(lang).print(nil, Placeholder{Format: AsNumber}, n))
}

// tail is a number modulo 10,000,000, which is all that plurals look at.
func tail(digits string) int {
	n, _ := strconv.Atoi(digits[max(0, len(digits)-7):])
	return n
}

func (t *tongue) print(out []byte, slot Placeholder, a Arg) []byte {
	switch {
	case len(slot.Forms) > 0 && a.numeric():
		return append(out, t.choose(slot.Forms, a)...)
	case len(slot.Forms) > 0:
		return append(out, gender(slot.Forms, a.text)...)
	case a.kind == textArg:
		return append(out, a.text...)
	case a.kind == dateArg:
		return t.date(out, a.at, slot.Format)
	}
	group := t.group
	if slot.Format == AsYear {
		group = ""
	}
	out = t.number(out, a, group)
	if slot.Format == AsMoney || slot.Format == AsIs && a.kind == moneyArg {
		out = append(out, narrow+"₽"...)
	}
	return out
}

// gender picks his form unless the text says female.
func gender(forms []string, text string) string {
	switch strings.ToLower(text) {
	case "f", "female", "ж", "жен", "женский", "женщина":
		return forms[1]
	}
	return forms[0]
}

func (t *tongue) number(out []byte, a Arg, group string) []byte {
	sign, whole, fraction := a.decimal()
	if sign {
		out = append(out, minus...)
	}
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out = append(out, group...)
		}
		out = append(out, whole[i])
	}
	if fraction == "" {
		return out
	}
	return append(append(out, t.point...), fraction...)
}

func (t *tongue) date(out []byte, at time.Time, format Format) []byte {
	if format == AsDateShort {
		return at.AppendFormat(out, t.numeric)
	}
	out = strconv.AppendInt(out, int64(at.Day()), 10)
	out = append(append(append(out, ' '), t.months[at.Month()-1]...), ' ')
	return strconv.AppendInt(out, int64(at.Year()), 10)
}
