package fiscal

import "strings"

// Reason says why a text is not a receipt that can be registered. Reasons are
// shown to shoppers through the locale files and are part of the JSON of
// `besedka receipts parse`: do not rename them.
type Reason string

// The reasons that the text alone can give.
const (
	NotFiscal        Reason = "not_fiscal"
	ForeignReceipt   Reason = "foreign_receipt"
	EGAIS            Reason = "egais_not_fiscal" // the second QR of an alcohol receipt
	MissingTime      Reason = "missing_time"
	MissingSum       Reason = "missing_sum"
	MissingFN        Reason = "missing_fn"
	MissingFD        Reason = "missing_fd"
	MissingFP        Reason = "missing_fp"
	MissingOperation Reason = "missing_operation"
	BadTime          Reason = "bad_time"
	BadSum           Reason = "bad_sum"
	BadFN            Reason = "bad_fn"
	BadFD            Reason = "bad_fd"
	BadFP            Reason = "bad_fp"
	BadOperation     Reason = "bad_operation"
	DebugFN          Reason = "debug_fn"        // a drive for tests of tills
	WrongOperation   Reason = "wrong_operation" // a return or a purchase from the public
)

// A Refusal is the error of Parse.
type Refusal struct {
	Reason  Reason
	Country string  // ISO 3166 alpha-2; "" when the text does not tell
	Kind    Kind    // of NotFiscal
	Foreign Foreign // of ForeignReceipt
}

// Incomplete says whether nothing is wrong but that something is missing: who sent
// it may still tell.
func (r *Refusal) Incomplete() bool { return strings.HasPrefix(string(r.Reason), "missing_") }

func (r *Refusal) Error() string { return "not a receipt to register: " + string(r.Reason) }
