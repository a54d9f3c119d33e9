package fiscal

import (
	"net/url"
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
// with keys in any order and case, percent-encoded or not. Its error is always a
// *Refusal. With DebugFN and WrongOperation the QR was read and is returned too.
func Parse(text string) (QR, error) {
	text = decode(strings.Trim(text, " \t\r\n\x00\ufeff"))
	fields := split(text)
	if reason, country := classify(text, fields); reason != "" {
		return QR{}, &Refusal{Reason: reason, Country: country}
	}
	q, reason := read(fields)
	if reason != "" {
		return q, &Refusal{Reason: reason, Country: "RU"}
	}
	return q, nil
}

// decode undoes one percent-encoding of the separators, which some scanners add.
func decode(text string) string {
	if !strings.Contains(strings.ToUpper(text), "%3D") || strings.Contains(text, "=") {
		return text
	}
	plain, err := url.PathUnescape(text)
	if err != nil {
		return text
	}
	return strings.TrimSpace(plain)
}

// split cuts text into its pairs, keys in lower case. A key given twice with
// different values becomes one that no field can accept.
func split(text string) map[string]string {
	if len(text) > maxText {
		return nil
	}
	if _, query, found := strings.Cut(text, "?"); found {
		text = query
	}
	fields := map[string]string{}
	for pair := range strings.SplitSeq(text, "&") {
		key, value, _ := strings.Cut(pair, "=")
		key = strings.ToLower(strings.TrimSpace(key))
		if old, twice := fields[key]; twice && old != value {
			value = old + "&" + value
		}
		fields[key] = value
	}
	return fields
}

// read takes the six fields in the order of the standard; the first trouble wins.
func read(fields map[string]string) (QR, Reason) {
	var q QR
	for _, field := range []struct {
		key          string
		missing, bad Reason
		read         func(string) bool
	}{
		{"t", MissingTime, BadTime, func(s string) (ok bool) { q.Time, ok = parseCompact(s); return ok }},
		{"s", MissingSum, BadSum, func(s string) (ok bool) { q.Sum, q.SumAmbiguous, ok = parseSum(s); return ok }},
		{"fn", MissingFN, BadFN, func(s string) bool { q.FN = s; return digits(s, 16, 16) }},
		{"i", MissingFD, BadFD, func(s string) (ok bool) { q.FD, ok = parseNumber(s); return ok }},
		{"fp", MissingFP, BadFP, func(s string) (ok bool) { q.FP, ok = parseNumber(s); return ok }},
		{"n", MissingOperation, BadOperation, func(s string) (ok bool) { q.Operation, ok = parseOperation(s); return ok }},
	} {
		value, found := fields[field.key]
		if !found {
			return QR{}, field.missing
		}
		if !field.read(strings.TrimSpace(value)) {
			return QR{}, field.bad
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
