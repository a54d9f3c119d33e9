package fiscal

import (
	"strconv"
	"strings"
)

// Limits of what Parse and ParseReceipt accept, from the tax service's rules for
// its open API (2019-09-03) unless said otherwise.
const (
	maxText   = 4296            // characters in the largest QR code there is
	maxSum    = 281474976710655 // kopecks
	maxNumber = 4294967295      // fiscal document number and fiscal sign
)

// debugDrive begins the number of a drive made for testing tills.
const debugDrive = "9999"

// Parse reads the text of a fiscal QR code:
//
//	t=yyyyMMddTHHmm[ss]&s=RUB.KK&fn=<16 digits>&i=<document>&fp=<sign>&n=<1..4>
//
// with keys in any order and case, percent-encoded or not, by itself or in a longer
// message; a link to a receipt or its printed requisites do as well when they tell
// all of it. Its error is always a *Refusal. With DebugFN and WrongOperation the QR
// was read and is returned too, unless a part of it is missing.
func Parse(text string) (QR, error) {
	text = trim(text)
	if len(text) > maxText {
		return QR{}, &Refusal{Reason: NotFiscal, Kind: Other}
	}
	f := gather(text)
	if refusal := classify(text, f); refusal != nil {
		return QR{}, refusal
	}
	q, reason := f.read()
	if reason != "" {
		return q, &Refusal{Reason: reason, Country: "RU"}
	}
	return q, nil
}

func trim(text string) string { return strings.Trim(text, " \t\r\n\x00\ufeff") }

// read takes the six fields in the order of the standard; the first trouble wins.
// Of a return it does not matter what else is missing.
func (f fields) read() (QR, Reason) {
	var q QR
	for _, r := range requisites {
		value, found := f[r.key]
		if n, ok := parseOperation(f["n"]); !found && ok && n != Sale {
			return QR{}, WrongOperation
		}
		if !found {
			return QR{}, r.missing
		}
		if !r.read(&q, strings.TrimSpace(value)) {
			return QR{}, r.bad
		}
	}
	return q, q.policy()
}

// policy is why a well-formed receipt must never be registered, or "".
func (q QR) policy() Reason {
	if strings.HasPrefix(q.FN, debugDrive) {
		return DebugFN
	}
	if q.Operation != Sale {
		return WrongOperation
	}
	return ""
}

// parseSum reads rubles with one or two decimals behind a point or a comma. A
// sum without decimals is rubles too, but ambiguous.
func parseSum(s string) (kopecks int64, ambiguous, ok bool) {
	rubles, decimals, pointed := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	if !digits(rubles, 1, 15) || pointed && !digits(decimals, 1, 2) {
		return 0, false, false
	}
	kopecks, err := strconv.ParseInt(rubles+(decimals + "00")[:2], 10, 64)
	return kopecks, !pointed, err == nil && kopecks <= maxSum
}

// parseNumber reads a document number or a fiscal sign, which are printed with
// leading zeros on paper.
func parseNumber(s string) (int64, bool) {
	if !digits(s, 1, 10) {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 1 && n <= maxNumber
}

func parseOperation(s string) (Operation, bool) {
	if len(s) != 1 || s[0] < '1' || s[0] > '4' {
		return 0, false
	}
	return Operation(s[0] - '0'), true
}
