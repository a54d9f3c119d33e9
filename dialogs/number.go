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
		if spoken, ok := number(text, r); ok {
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
