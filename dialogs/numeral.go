package dialogs

import (
	"strconv"
	"strings"

	"besedka/flows"
)

// numerals are the words that numbers below a thousand are written in.
var numerals = map[string]int64{
	"ноль": 0, "один": 1, "одна": 1, "одну": 1, "одно": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8, "девять": 9,
	"единица": 1, "двойка": 2, "тройка": 3, "четверка": 4, "пятерка": 5, "пара": 2, "пару": 2, "десяток": 10,
	"десять": 10, "одиннадцать": 11, "двенадцать": 12, "тринадцать": 13, "четырнадцать": 14, "пятнадцать": 15, "шестнадцать": 16, "семнадцать": 17, "восемнадцать": 18, "девятнадцать": 19,
	"двадцать": 20, "тридцать": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60, "семьдесят": 70, "восемьдесят": 80, "девяносто": 90,
	"сто": 100, "двести": 200, "триста": 300, "четыреста": 400, "пятьсот": 500, "шестьсот": 600, "семьсот": 700, "восемьсот": 800, "девятьсот": 900,
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}

// larger are words that make another number of the one before them, which nobody
// here reads: a part of it must not be taken for the whole.
var larger = map[string]bool{
	"сотня": true, "сотни": true, "сотен": true, "тысяча": true, "тысячи": true, "тысяч": true, "миллион": true, "миллиона": true, "миллионов": true,
	"полтора": true, "полторы": true, "половина": true, "половиной": true, "десятка": true, "десятков": true, "hundred": true, "thousand": true, "million": true, "half": true, "dozen": true,
}

// maxAround is how many words may stand with a number that is an answer.
const maxAround = 3

// number finds the only number in a few words: «2 чашки», «двадцать пять», «9 из
// 10» of a range that ends there. Signs may mean that there is more to it: 2-3,
// 1/2, -5, 10 %.
func number(text string, r *flows.Range) (n int64, ok bool) {
	words := strings.Fields(flows.Normal(text))
	if strings.ContainsAny(text, "-−–.,/%:+") {
		return 0, false
	}
	if len(words) == 3 && (words[1] == "из" || words[1] == "of") && r != nil && words[2] == strconv.FormatInt(r.To, 10) {
		words = words[:1]
	}
	found, around := 0, 0
	for len(words) > 0 {
		value, read := numeral(words)
		if read == 0 {
			if around++; larger[words[0]] {
				return 0, false
			}
			words = words[1:]
			continue
		}
		n, found, words = value, found+1, words[read:]
	}
	return n, found == 1 && around <= maxAround
}

// numeral reads the number that words begin with, in digits, or in words from
// hundreds to units, and returns how many words it takes; 0 for none.
func numeral(words []string) (n int64, read int) {
	if n, err := strconv.ParseInt(words[0], 10, 64); err == nil {
		return n, 1
	}
	for room := int64(1000); read < len(words); read++ {
		value, ok := numerals[words[read]]
		if !ok || value >= room || value == 0 && read > 0 {
			break
		}
		n += value
		room = below(value)
	}
	return n, read
}

// below is what a numeral behind this one must be less than: behind «двадцать» only
// units stand, and behind units nothing does.
func below(value int64) int64 {
	switch {
	case value >= 100:
		return 100
	case value >= 20:
		return 10
	}
	return 0
}
