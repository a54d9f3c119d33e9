package fiscal

import (
	"fmt"
	"strconv"
	"strings"
)

// Draft is what is known of a Russian receipt before everything is: each field is
// spelt as in the fiscal code, or "".
type Draft struct {
	Time, Sum, FN, FD, FP, Operation string
}

// maxSketch is how much text Sketch looks through: the words of a PDF of a receipt.
const maxSketch = 64 << 10

// Sketch finds what a text tells of a receipt; what cannot be read is not known.
func Sketch(text string) Draft {
	return gather(trim(text[:min(len(text), maxSketch)])).draft()
}

func (f fields) draft() Draft {
	var q QR
	known := map[string]bool{}
	for _, r := range requisites {
		value, found := f[r.key]
		known[r.key] = found && r.read(&q, strings.TrimSpace(value))
	}
	when := func(key, spelt string) string {
		if !known[key] {
			return ""
		}
		return spelt
	}
	return Draft{
		Time: when("t", q.Time.compact()), Sum: when("s", q.sum()), FN: when("fn", q.FN),
		FD: when("i", strconv.FormatInt(q.FD, 10)), FP: when("fp", strconv.FormatInt(q.FP, 10)),
		Operation: when("n", strconv.Itoa(int(q.Operation))),
	}
}

// Text is the fiscal code of what is known, for Parse to judge.
func (d Draft) Text() string {
	var parts []string
	for _, p := range []struct{ key, value string }{
		{"t", d.Time},
		{"s", d.Sum},
		{"fn", d.FN},
		{"i", d.FD},
		{"fp", d.FP},
		{"n", d.Operation},
	} {
		if p.value != "" {
			parts = append(parts, p.key+"="+p.value)
		}
	}
	return strings.Join(parts, "&")
}

// Begun says whether d names a document: enough to ask for the rest.
func (d Draft) Begun() bool { return d.FN != "" || d.FD != "" && d.FP != "" }

// sum is rubles as the code spells them: without a point when they had none.
func (q QR) sum() string {
	sum := fmt.Sprintf("%d.%02d", q.Sum/100, q.Sum%100)
	if q.SumAmbiguous {
		sum = strings.TrimSuffix(sum, ".00")
	}
	return sum
}

// IsReceipt reports whether a message is meant to be a receipt: the text of a code
// or most of it, what is printed on one, or a link to one, be it of another country.
func IsReceipt(text string) bool {
	if _, ok := bareBY(text); ok {
		return true
	}
	if len(text) > maxText || !strings.ContainsAny(text, "=%/") && !manyDigits(text) {
		return false
	}
	if split(trim(text)).readable() >= enough {
		return true
	}
	all := addresses(text)
	if _, ok := shown(all); ok {
		return true
	}
	if _, ok := abroad(all); ok || isEGAIS(all) {
		return true
	}
	f := gather(trim(text))
	_, fn := f["fn"]
	return f.present() >= enough || fn && f.present() >= 3
}

// manyDigits says whether a text may name a fiscal drive.
func manyDigits(text string) bool {
	n := 0
	for _, r := range []byte(text) {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n >= 16
}
