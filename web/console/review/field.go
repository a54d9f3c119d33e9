package review

import (
	"strconv"
	"time"

	"besedka/core/fiscal"
	"besedka/core/receipt"
)

// sure is how far a recognised field can be trusted.
type sure string

// The confidences; texts under review.sure.
const (
	agreed    sure = "agreed"    // the tax service says the same
	differs   sure = "differs"   // it says something else
	readTwice sure = "twice"     // another sending of the document says the same
	scanned   sure = "scanned"   // read from a code, which has a check of its own
	typedIn   sure = "typed"     // by hand: a digit may be wrong
	ambiguous sure = "ambiguous" // it can be read in two ways
)

// field is one of the requisites, as it was read and as the tax service has it.
type field struct {
	Name string // text under review.fields
	Read string
	Tax  string // "" when nobody has the contents
	Sure sure
}

// requisites are those of a printed receipt, in its order.
func requisites(q fiscal.QR) []field {
	return []field{
		{Name: "time", Read: clock(q.Time)},
		{Name: "fn", Read: q.FN},
		{Name: "fd", Read: strconv.FormatInt(q.FD, 10)},
		{Name: "fp", Read: strconv.FormatInt(q.FP, 10)},
	}
}

// clock is a reading of a till's clock.
func clock(c fiscal.Civil) string {
	if c.IsZero() {
		return ""
	}
	return c.In(time.UTC).Format("02.01.2006 15:04")
}

// compare says of every requisite how sure it is. The sum is the page's to print.
func compare(d receipt.Dossier, contents *fiscal.Receipt) []field {
	claim, by, again := claimOf(d)
	fields := append(requisites(claim), field{Name: "sum", Sure: by})
	if again {
		by = readTwice
	}
	for i := range fields {
		fields[i].Sure = by
	}
	if last := len(fields) - 1; d.SumAmbiguous {
		fields[last].Sure = ambiguous
	}
	if contents == nil {
		return fields
	}
	tax := []string{clock(contents.Time.Local), contents.FN, strconv.FormatInt(contents.FD, 10), strconv.FormatInt(contents.FP, 10), ""}
	same := []bool{contents.Time.Shows(claim.Time), contents.FN == claim.FN, contents.FD == claim.FD, contents.FP == claim.FP, contents.Total == d.Sum}
	for i := range fields {
		fields[i].Tax, fields[i].Sure = tax[i], differs
		if same[i] {
			fields[i].Sure = agreed
		}
	}
	return fields
}

// claimOf is what was sent first of those that became the receipt, how it was read, and
// whether another sending of a photo says the same.
func claimOf(d receipt.Dossier) (claim fiscal.QR, by sure, again bool) {
	var text string
	for _, c := range d.Claims {
		switch {
		case c.QR == "":
		case text == "" && c.State != "waiting":
			text, by = c.QR, typedIn
			if c.Photo != "" {
				by = scanned
			}
		case text == c.QR && c.Photo != "":
			again = true
		}
	}
	claim, _ = fiscal.Parse(text) // stored canonical
	return claim, by, again
}
