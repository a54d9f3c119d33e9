package catalogue

import (
	"strconv"
	"strings"
)

// An amount is how much goods there are in a pack: thousandths of a millilitre,
// of a gram, or of a piece.
type amount struct {
	unit      rune // 'l', 'g' or 'n'
	thousands int64
}

// A measure is an amount or a percentage as it was written.
type measure struct {
	amount amount // percentages in thousandths, unit '%'
	text   string
}

// units are the words for units: their own and how many thousandths of the base
// they hold.
var units = map[string]amount{
	keyOf("мл"): {'l', 1_000}, keyOf("ml"): {'l', 1_000}, keyOf("л"): {'l', 1_000_000}, keyOf("l"): {'l', 1_000_000}, keyOf("литр"): {'l', 1_000_000},
	keyOf("г"): {'g', 1_000}, keyOf("гр"): {'g', 1_000}, keyOf("g"): {'g', 1_000}, keyOf("gr"): {'g', 1_000}, keyOf("кг"): {'g', 1_000_000}, keyOf("kg"): {'g', 1_000_000},
	keyOf("шт"): {'n', 1_000}, keyOf("пак"): {'n', 1_000}, keyOf("пакетиков"): {'n', 1_000}, keyOf("pcs"): {'n', 1_000},
	"%": {'%', 1_000},
}

// measures are all amounts and percentages of a name: 100ШТХ2Г has two.
func measures(words []word) (found []measure) {
	for i := 0; i+1 < len(words); i++ {
		unit, ok := units[words[i+1].key]
		if times, glued := strings.CutSuffix(words[i+1].key, "х"); !ok && glued { // ШТХ
			unit, ok = units[times]
		}
		n, isNumber := micros(words[i].text)
		if !ok || !isNumber {
			continue
		}
		unit.thousands = n * unit.thousands / 1_000_000
		found = append(found, measure{unit, strings.TrimSuffix(words[i].text+" "+words[i+1].text, " ")})
	}
	return found
}

// micros reads a decimal number in millionths. No pack has more than six
// digits before the point, nor decimals beyond six that matter.
func micros(text string) (int64, bool) {
	whole, part, _ := strings.Cut(text, ".")
	if !digits(whole) || part != "" && !digits(part) || len(whole) > 6 || len(part) > 6 {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+(part + "000000")[:6], 10, 64)
	return n, err == nil
}

func digits(s string) bool {
	for _, r := range s {
		if !digit(r) {
			return false
		}
	}
	return s != ""
}

// parseMeasure reads the one measure that a text of the catalogue is.
func parseMeasure(text string) (measure, bool) {
	words, _ := read(text)
	found := measures(words)
	if len(words) != 2 || len(found) != 1 || found[0].amount.thousands == 0 {
		return measure{}, false
	}
	found[0].text = text
	return found[0], true
}

// among returns the first of want that is found.
func among(want, found []measure) (measure, bool) {
	for _, f := range found {
		for _, w := range want {
			if w.amount == f.amount {
				return w, true
			}
		}
	}
	return measure{}, false
}

// texts are how measures were written, for people.
func texts(list []measure) (all string) {
	for _, m := range list {
		all = join(all, m.text)
	}
	return all
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}
