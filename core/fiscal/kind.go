package fiscal

import "strings"

// Kind is what a code is that has nothing to do with receipts. Kinds choose the
// words that a shopper gets: do not rename them.
type Kind string

// The kinds of codes that shoppers send beside receipts.
const (
	Payment Kind = "payment" // the faster payments system, or a bank's payment order
	WiFi    Kind = "wifi"
	Contact Kind = "contact" // a visiting card
	Link    Kind = "link"
	Marking Kind = "marking" // the mark of one item of goods
	Other   Kind = "other"
)

// beginnings tell kinds apart by how their texts begin, in capitals. ST0001 is
// GOST R 56042-2014; the identification of marked goods begins with GS1 01 and 14
// digits.
var beginnings = []struct {
	begins string
	kind   Kind
}{
	{"ST0001", Payment},
	{"SPD*", Payment},
	{"WIFI:", WiFi},
	{"BEGIN:VCARD", Contact},
	{"MECARD:", Contact},
	{"BIZCARD:", Contact},
	{"TEL:", Contact},
	{"MAILTO:", Contact},
	{"SMSTO:", Contact},
}

// payees are hosts of payment pages. The first two are of the faster payments
// system.
var payees = []string{"qr.nspk.ru", "sub.nspk.ru", "sbp.nspk.ru", "pay.mironline.ru", "yoomoney.ru", "tips.tips"}

// kindOf tells what a text is that is no receipt.
func kindOf(text string) Kind {
	capitals := strings.ToUpper(text)
	for _, b := range beginnings {
		if strings.HasPrefix(capitals, b.begins) {
			return b.kind
		}
	}
	for _, u := range addresses(text) {
		for _, host := range payees {
			if within(u, host) {
				return Payment
			}
		}
		if !strings.ContainsAny(text, " \n") {
			return Link
		}
	}
	if len(text) >= 18 && strings.HasPrefix(text, "01") && digits(text[:16], 16, 16) && text[16:18] == "21" {
		return Marking
	}
	return Other
}
