package fiscal

import (
	"encoding/json"
	"fmt"
)

// Receipt is the contents of a fiscal document, without the personal data that
// sources put into it. Its JSON has the tax service's names, so what is stored
// reads back through ParseReceipt like what was received.
type Receipt struct {
	Code      int64     `json:"code,omitempty"` // form of the document: 3 receipt, 4 strict form, 31 and 41 corrections
	Format    int64     `json:"fiscalDocumentFormatVer,omitempty"`
	FN        string    `json:"fiscalDriveNumber"`
	FD        int64     `json:"fiscalDocumentNumber"`
	FP        int64     `json:"fiscalSign"`
	Operation Operation `json:"operationType"`
	Time      Stamp     `json:"dateTime"`
	Total     int64     `json:"totalSum"` // kopecks, like every sum here
	Cash      int64     `json:"cashTotalSum"`
	Cashless  int64     `json:"ecashTotalSum"`
	Prepaid   int64     `json:"prepaidSum,omitempty"`
	Credit    int64     `json:"creditSum,omitempty"`
	Provision int64     `json:"provisionSum,omitempty"`
	Internet  bool      `json:"-"` // bought in an online shop; internetSign 1 in JSON
	Seller    string    `json:"user,omitempty"`
	INN       string    `json:"userInn,omitempty"`
	Place     string    `json:"retailPlace,omitempty"`
	Address   string    `json:"retailPlaceAddress,omitempty"`
	Till      string    `json:"kktRegId,omitempty"`
	Lines     []Line    `json:"items"`
}

// Line is one item of a receipt. Its Sum may differ from price times quantity by
// a kopeck, and the receipt's total from the sum of lines by a ruble: tills round.
type Line struct {
	Name     string   `json:"name"`
	Price    int64    `json:"price"` // kopecks for one unit
	Quantity Quantity `json:"quantity"`
	Sum      int64    `json:"sum"` // kopecks
	VAT      int64    `json:"nds,omitempty"`
	Payment  int64    `json:"paymentType,omitempty"` // tag 1214; 4 is full payment
	Product  int64    `json:"productType,omitempty"` // tag 1212; 1 goods, 33 marked goods
	Measure  *int64   `json:"itemsQuantityMeasure,omitempty"`
	GTIN     string   `json:"gtin,omitempty"` // 14 digits; "" when the line has none
}

// Key is the fiscal key of the document.
func (r Receipt) Key() Key { return Key{FN: r.FN, FD: r.FD, FP: r.FP} }

// MarshalJSON writes the tax service's JSON.
func (r Receipt) MarshalJSON() ([]byte, error) {
	type plain Receipt
	out := struct {
		plain
		InternetSign int `json:"internetSign,omitempty"`
	}{plain: plain(r)}
	if r.Internet {
		out.InternetSign = 1
	}
	return json.Marshal(out)
}

// UnmarshalJSON is ParseReceipt.
func (r *Receipt) UnmarshalJSON(text []byte) (err error) {
	*r, err = ParseReceipt(text)
	return err
}

// Limits of a document's contents.
const (
	maxWrapping = 8       // objects around the receipt
	maxLines    = 5000    // the longest receipts seen have some hundreds
	maxContents = 4 << 20 // bytes
)

// ParseReceipt reads the JSON of a receipt's contents, bare or in any of the
// wrappings in which the tax service, its app's export and proverkacheka.com
// deliver it. Personal data (buyer, cashier, raw document) is left behind.
func ParseReceipt(text []byte) (Receipt, error) {
	if len(text) > maxContents {
		return Receipt{}, fmt.Errorf("read receipt: %d bytes are over the limit of %d", len(text), maxContents)
	}
	bare, err := unwrap(text, maxWrapping)
	if err != nil {
		return Receipt{}, fmt.Errorf("read receipt: %w", err)
	}
	var wire wireReceipt
	if err := json.Unmarshal(bare, &wire); err != nil {
		return Receipt{}, fmt.Errorf("read receipt: %w", err)
	}
	r := wire.receipt()
	if err := r.check(); err != nil {
		return Receipt{}, fmt.Errorf("read receipt: %w", err)
	}
	return r, nil
}

// check refuses contents that cannot be a fiscal document at all; whether it is
// the expected one is Compare's question.
func (r Receipt) check() error {
	switch {
	case !digits(r.FN, 16, 16):
		return fmt.Errorf("fiscal drive %.20q is not 16 digits", r.FN)
	case r.FD < 1 || r.FD > maxNumber || r.FP < 1 || r.FP > maxNumber:
		return fmt.Errorf("document %d with sign %d is out of range", r.FD, r.FP)
	case r.Total > maxSum:
		return fmt.Errorf("total %d is out of range", r.Total)
	case len(r.Lines) > maxLines:
		return fmt.Errorf("%d lines are over the limit of %d", len(r.Lines), maxLines)
	}
	for i, line := range r.Lines {
		if line.Sum > maxSum || line.Price > maxSum {
			return fmt.Errorf("line %d: sum is out of range", i+1)
		}
	}
	return nil
}
