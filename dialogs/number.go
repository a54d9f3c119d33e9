package dialogs

import (
	"strconv"
	"strings"

	"besedka/core/expr"
	"besedka/flows"
)

func (t *turn) int(text string, r *flows.Range) (reason string) {
	n, err := strconv.ParseInt(strings.ReplaceAll(text, " ", ""), 10, 64)
	if err != nil && t.loose {
		if spoken, ok := number(text); ok {
			n, err = spoken, nil
		}
	}
	switch {
	case err != nil:
		return "not_a_number"
	case r != nil && n < r.From:
		return "too_small"
	case r != nil && n > r.To:
		return "too_big"
	}
	t.answer = expr.CountOf(n)
	return ""
}

// numbers are those that people write in words.
var numbers = map[string]int64{
	"ноль": 0, "один": 1, "одна": 1, "одну": 1, "одно": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8, "девять": 9, "десять": 10,
	"единица": 1, "двойка": 2, "тройка": 3, "четверка": 4, "пятерка": 5,
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}

// maxAround is how many words may stand with a number that is an answer.
const maxAround = 3

// number finds the only number in a few words: «2 чашки», «пять». Signs may mean
// that there is more to it: 2-3, 1/2, -5, 10 %.
func number(text string) (n int64, ok bool) {
	fields := strings.Fields(flows.Normal(text))
	if len(fields) > 1+maxAround || strings.ContainsAny(text, "-−–.,/%:+") {
		return 0, false
	}
	found := 0
	for _, word := range fields {
		value, known := numbers[word]
		if read, err := strconv.ParseInt(word, 10, 64); err == nil {
			value, known = read, true
		}
		if known {
			n, found = value, found+1
		}
	}
	return n, found == 1
}

// year takes four digits, with or without the word: 1990, 1990 г., в 1990 году.
func (t *turn) year(text string, r *flows.Range) (reason string) {
	digits := strings.TrimSpace(strings.TrimFunc(text, func(c rune) bool { return c < '0' || c > '9' }))
	n, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case err != nil || len(digits) != 4:
		return "not_a_year"
	case r != nil && n < r.From:
		return "too_early"
	case r != nil && n > r.To:
		return "too_late"
	}
	t.answer = expr.CountOf(n)
	return ""
}

// inn takes a taxpayer's number, of 10 digits for an organisation and 12 for a
// person, whose last digits check the others (order of the Federal Tax Service
// of 29.06.2012 ММВ-7-6/435@, and the algorithm published with it).
func (t *turn) inn(text string) (reason string) {
	text = strings.ReplaceAll(text, " ", "")
	if strings.ContainsFunc(text, func(c rune) bool { return c < '0' || c > '9' }) || len(text) != 10 && len(text) != 12 {
		return "not_an_inn"
	}
	for checked := 9; checked < len(text); checked++ {
		if (len(text) == 10 || checked > 9) && innCheck(text[:checked]) != text[checked] {
			return "no_such_inn"
		}
	}
	t.answer = expr.TextOf(text)
	return ""
}

// innWeights are those of the last digits; a shorter number takes the end.
var innWeights = [...]int{3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}

func innCheck(digits string) byte {
	weights := innWeights[len(innWeights)-len(digits):]
	sum := 0
	for i := range digits {
		sum += weights[i] * int(digits[i]-'0')
	}
	return byte(sum%11%10) + '0'
}
