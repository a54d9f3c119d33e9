package fiscal

import (
	"net/url"
	"regexp"
	"strings"
)

// fields are the requisites of a receipt by their keys in the fiscal code, spelt
// as they were found.
type fields map[string]string

// add notes a value. One given twice with different values becomes one that no
// field can accept.
func (f fields) add(key, value string) {
	value = strings.TrimSpace(value)
	if old, twice := f[key]; twice && old != value {
		value = old + "&" + value
	}
	f[key] = value
}

// requisite is one field of the fiscal code.
type requisite struct {
	key          string
	missing, bad Reason
	read         func(*QR, string) bool
}

// requisites stand in the order of the standard: the first trouble wins.
var requisites = []requisite{
	{"t", MissingTime, BadTime, func(q *QR, s string) (ok bool) { q.Time, ok = parseCompact(s); return ok }},
	{"s", MissingSum, BadSum, func(q *QR, s string) (ok bool) { q.Sum, q.SumAmbiguous, ok = parseSum(s); return ok }},
	{"fn", MissingFN, BadFN, func(q *QR, s string) bool { q.FN = s; return digits(s, 16, 16) }},
	{"i", MissingFD, BadFD, func(q *QR, s string) (ok bool) { q.FD, ok = parseNumber(s); return ok }},
	{"fp", MissingFP, BadFP, func(q *QR, s string) (ok bool) { q.FP, ok = parseNumber(s); return ok }},
	{"n", MissingOperation, BadOperation, func(q *QR, s string) (ok bool) { q.Operation, ok = parseOperation(s); return ok }},
}

// present counts the requisites that were found, readable or not.
func (f fields) present() (n int) {
	for _, r := range requisites {
		if _, found := f[r.key]; found {
			n++
		}
	}
	return n
}

// readable counts those that can be read.
func (f fields) readable() (n int) {
	for _, r := range requisites {
		if value, found := f[r.key]; found && r.read(new(QR), value) {
			n++
		}
	}
	return n
}

// gather finds the requisites in what somebody sent: the text of a code, a message
// with one in it, a link to a receipt, or what is printed on one. Of several ways
// to read it, the one that gives most wins, the plainest first.
func gather(text string) fields {
	best := split(text)
	if best.readable() == len(requisites) { // what nearly every photo gives
		return best
	}
	consider := func(f fields) {
		if f.readable() > best.readable() {
			best = f
		}
	}
	consider(split(strings.NewReplacer("\r", "", "\n", "").Replace(text)))
	consider(scan(text))
	if plain, ok := decode(text); ok {
		consider(split(plain))
		consider(scan(plain))
	}
	if f, ok := shown(addresses(text)); ok {
		consider(f)
	}
	if manyDigits(text) {
		consider(printed(text))
	}
	return best
}

// decode undoes one percent-encoding of the separators, which some scanners add.
func decode(text string) (string, bool) {
	if !strings.Contains(strings.ToUpper(text), "%3D") {
		return text, false
	}
	plain, err := url.PathUnescape(text)
	return strings.TrimSpace(plain), err == nil
}

// split cuts a whole text into its pairs, keys in lower case.
func split(text string) fields {
	if _, query, found := strings.Cut(text, "?"); found {
		text = query
	}
	f := fields{}
	for pair := range strings.SplitSeq(text, "&") {
		key, value, _ := strings.Cut(pair, "=")
		f.add(strings.ToLower(strings.TrimSpace(key)), value)
	}
	return f
}

// pair is a requisite somewhere in a message.
var pair = regexp.MustCompile(`(?i)(?:^|[^\pL\pN_])(fn|fp|t|s|i|n)\s*=\s*([^\s&;]+)`)

// scan finds pairs wherever they stand: behind «QR:», between other words, each on
// a line of its own.
func scan(text string) fields {
	f := fields{}
	for _, m := range pair.FindAllStringSubmatch(text, 2*len(requisites)) {
		f.add(strings.ToLower(m[1]), strings.TrimRight(m[2], `.,!?)]}>»"'`))
	}
	return f
}
