package book

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxPrinted is how much of an address is read, in bytes. Tag 1009 holds 256
// characters; more would not fit an index of the database.
const maxPrinted = 600

// maxFolded is how much is left of it in one alphabet, whose letters are two bytes.
const maxFolded = 800

// alike turns the Latin letters that tills mix into Cyrillic words into what they
// look like; it is done on both sides.
var alike = strings.NewReplacer(
	"a", "а", "c", "с", "e", "е", "o", "о", "p", "р", "x", "х", "y", "у", "k", "к", "m", "м", "t", "т", "b", "в", "h", "н", "ё", "е",
)

// silent are the words that say what kind of thing another word names: a receipt has
// them in full, shortened or not at all.
var silent = setOf(`г гор город обл область р-н район край респ республика п пос поселок пгт село дер деревня ст станица х хутор
	мкр мкрн мкр-н микрорайон тер территория ул улица д дом вл влад владение зд здание уч участок рф россия
	тц трц трк тк тд магазин маг м-н им имени`)

// streets are the kinds of streets that tell one from another of the same name.
var streets = map[string]string{
	"пр": "проспект", "пр-т": "проспект", "пр-кт": "проспект", "просп": "проспект", "проспект": "проспект",
	"пер": "переулок", "переулок": "переулок", "пл": "площадь", "площадь": "площадь",
	"наб": "набережная", "набережная": "набережная", "ш": "шоссе", "шоссе": "шоссе",
	"б-р": "бульвар", "бул": "бульвар", "бульв": "бульвар", "бульвар": "бульвар", "пр-д": "проезд", "проезд": "проезд",
	"туп": "тупик", "тупик": "тупик", "ал": "аллея", "аллея": "аллея",
}

// parts are what a number may be of, beside the house.
var parts = map[string]string{
	"к": "корпус", "кор": "корпус", "корп": "корпус", "корпус": "корпус", "с": "строение", "стр": "строение", "строение": "строение",
	"кв": "помещение", "оф": "помещение", "офис": "помещение", "пом": "помещение", "помещ": "помещение", "помещение": "помещение",
	"ком": "комната", "комн": "комната", "комната": "комната", "эт": "этаж", "этаж": "этаж",
	"пав": "павильон", "павильон": "павильон", "секция": "секция", "место": "место", "лит": "литера", "литера": "литера",
}

// towns are written in letters of their own.
var towns = map[string][]string{"спб": {"санкт", "петербург"}, "с-пб": {"санкт", "петербург"}, "мск": {"москва"}}

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[alike.Replace(word)] = true
	}
	return set
}

// normal is how an address is remembered: its marks, so that one address is one
// however it is shortened and in whatever order; its words when it has no marks.
func normal(address string) string {
	if all := marks(address); len(all) > 0 {
		return strings.Join(all, ", ")
	}
	return strings.Join(words(address), " ")
}

// words are the runs of letters and digits; a hyphen or a slash inside stays.
func words(printed string) []string {
	printed = strings.ToValidUTF8(printed[:min(len(printed), maxPrinted)], "")
	printed = norm.NFKC.String(strings.ReplaceAll(printed, "№", " "))
	printed = alike.Replace(strings.ToLower(printed[:min(len(printed), maxPrinted)]))
	printed = strings.ToValidUTF8(printed[:min(len(printed), maxFolded)], "")
	all := strings.FieldsFunc(printed, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '/'
	})
	for i, word := range all {
		all[i] = strings.Trim(word, "-/")
	}
	return slices.DeleteFunc(all, func(word string) bool { return word == "" })
}

// atoms cuts words further, to what has a meaning of its own: д5 is a house and its
// number, 5к2 a house and its block, 2-я is second, Санкт-Петербург two words.
func atoms(printed string) (all []string) {
	for _, word := range words(printed) {
		switch {
		case towns[word] != nil:
			all = append(all, towns[word]...)
		case silent[word] || streets[word] != "":
			all = append(all, word)
		default:
			all = append(all, cut(word)...)
		}
	}
	return joined(all)
}

// cut separates letters from digits, except for what is one number: 5а, 5/2, 2я.
func cut(word string) (all []string) {
	if ordinal(word) {
		return []string{strings.TrimRight(word, "-абвгдежзийклмнопрстуфхцчшщъыьэюя") + "я"}
	}
	runes, begin := []rune(word), 0
	flush := func(end int) {
		if piece := strings.Trim(string(runes[begin:end]), "-/"); piece != "" {
			all = append(all, piece)
		}
		begin = end
	}
	for i := 1; i < len(runes); i++ {
		numbers := unicode.IsDigit(runes[i-1]) || runes[i-1] == '/'
		switch {
		case runes[i] == '-':
			flush(i)
		case unicode.IsDigit(runes[i]) && unicode.IsLetter(runes[i-1]), unicode.IsLetter(runes[i]) && numbers:
			flush(i)
		}
	}
	flush(len(runes))
	return all
}

// ordinal says whether a word is 2-я, 3-й, 2-ая: a number of a street.
func ordinal(word string) bool {
	number := strings.TrimLeft(word, "0123456789")
	switch number {
	case "-я", "-й", "-е", "-ая", "-ой", "-ый", "-ий", "я", "й", "ая", "ой", "ый", "ий":
		return number != word
	}
	return false
}

// joined gives a house its letter back: 5 а and 5а are one number, and 5 к 2 is not
// begun with one.
func joined(all []string) (out []string) {
	for i, atom := range all {
		last := len(out) - 1
		letter := len([]rune(atom)) == 1 && unicode.IsLetter([]rune(atom)[0])
		free := letter && (parts[atom] == "" || i+1 == len(all) || !numeral(all[i+1])) && !silent[atom] && streets[atom] == ""
		if free && last >= 0 && numeral(out[last]) && out[last][len(out[last])-1] <= '9' {
			out[last] += atom
			continue
		}
		out = append(out, atom)
	}
	return out
}

// numeral says whether an atom begins with a digit and is no number of a street.
func numeral(atom string) bool {
	return atom != "" && atom[0] >= '0' && atom[0] <= '9' && !strings.HasSuffix(atom, "я")
}

// marks are what an address is compared by: its words, and its numbers each with the
// word before it, so that a house is of its street. An index of the post and words
// that only name kinds are left out.
func marks(printed string) []string { return addressReader{}.read(printed) }

// seen are the marks of an address in a receipt: those, and its numbers alone, for
// who wrote no more than 8 Марта, 5.
func seen(printed string) []string { return addressReader{alone: true}.read(printed) }

type addressReader struct {
	set    map[string]bool
	alone  bool
	before string // the last word or number of the street
	part   string // a kind of part whose number comes next
}

func (r addressReader) read(printed string) []string {
	r.set = map[string]bool{}
	for _, atom := range atoms(printed) {
		r.take(atom)
	}
	return slices.Sorted(maps.Keys(r.set))
}

func (r *addressReader) put(mark string) { r.set[mark] = true }

func (r *addressReader) take(atom string) {
	switch part := r.part; {
	case part != "" && (numeral(atom) || part == "литера"):
		r.part = ""
		r.put(part + " " + atom)
		return
	case part != "":
		r.part = ""
	}
	switch {
	case parts[atom] != "":
		r.part = parts[atom]
	case silent[atom] || len(atom) == 6 && digits(atom):
	case streets[atom] != "":
		r.put(streets[atom])
	case numeral(atom):
		r.put(strings.TrimSpace(r.before + " " + atom))
		if r.before = atom; r.alone {
			r.put(atom)
		}
	default:
		r.put(atom)
		r.before = atom
	}
}
