package fiscal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
)

// wireReceipt is a receipt as sources write it. Fields that are not here, all the
// personal ones among them, are never read.
type wireReceipt struct {
	Code        whole      `json:"code"`
	ReceiptCode whole      `json:"receiptCode"`
	Format      whole      `json:"fiscalDocumentFormatVer"`
	FN          label      `json:"fiscalDriveNumber"`
	FD          whole      `json:"fiscalDocumentNumber"`
	FP          whole      `json:"fiscalSign"`
	Operation   whole      `json:"operationType"`
	Time        Stamp      `json:"dateTime"`
	LocalTime   Stamp      `json:"localDateTime"`
	Total       whole      `json:"totalSum"`
	Cash        whole      `json:"cashTotalSum"`
	Cashless    whole      `json:"ecashTotalSum"`
	Prepaid     whole      `json:"prepaidSum"`
	Credit      whole      `json:"creditSum"`
	Provision   whole      `json:"provisionSum"`
	Internet    whole      `json:"internetSign"`
	Seller      label      `json:"user"`
	INN         label      `json:"userInn"`
	Place       label      `json:"retailPlace"`
	Address     label      `json:"retailPlaceAddress"`
	AddressOld  label      `json:"retailAddress"`
	Till        label      `json:"kktRegId"`
	Lines       []wireLine `json:"items"`
}

type wireLine struct {
	Name     label           `json:"name"`
	Price    whole           `json:"price"`
	Quantity Quantity        `json:"quantity"`
	Sum      whole           `json:"sum"`
	VAT      whole           `json:"nds"`
	Payment  whole           `json:"paymentType"`
	Product  whole           `json:"productType"`
	Measure  *whole          `json:"itemsQuantityMeasure"`
	GTIN     label           `json:"gtin"`
	Code     json.RawMessage `json:"productCode"`
	CodeData json.RawMessage `json:"productCodeData"`
	Codes    json.RawMessage `json:"productCodeNew"`
}

func (w wireReceipt) receipt() Receipt {
	r := Receipt{
		Code: int64(cmp.Or(w.Code, w.ReceiptCode)), Format: int64(w.Format),
		FN: string(w.FN), FD: int64(w.FD), FP: int64(w.FP),
		Operation: Operation(w.Operation), Time: w.Time,
		Total: int64(w.Total), Cash: int64(w.Cash), Cashless: int64(w.Cashless),
		Prepaid: int64(w.Prepaid), Credit: int64(w.Credit), Provision: int64(w.Provision),
		Internet: w.Internet == 1, Seller: string(w.Seller), INN: string(w.INN),
		Place: string(w.Place), Address: string(cmp.Or(w.Address, w.AddressOld)), Till: string(w.Till),
	}
	if !w.LocalTime.Local.IsZero() { // says what the number leaves open
		r.Time = w.LocalTime
	}
	for _, line := range w.Lines {
		r.Lines = append(r.Lines, line.line())
	}
	return r
}

func (w wireLine) line() Line {
	return Line{
		Name: string(w.Name), Price: int64(w.Price), Quantity: w.Quantity, Sum: int64(w.Sum),
		VAT: int64(w.VAT), Payment: int64(w.Payment), Product: int64(w.Product),
		Measure: (*int64)(w.Measure), GTIN: w.gtin(),
	}
}

// wrappings are the keys under which a receipt is found, in the order in which
// they are tried: the open API has content, the app and its export have
// [ticket.]document.receipt (or one of the other forms), proverkacheka data.json.
var wrappings = []string{
	"content", "document", "receipt", "bso", "receiptCorrection", "bsoCorrection", "ticket", "data", "json",
}

// unwrap finds the object that has a fiscal drive's number.
func unwrap(text []byte, depth int) ([]byte, error) {
	text = bytes.TrimSpace(text)
	if depth == 0 {
		return nil, errors.New("wrapped too deep")
	}
	if len(text) > 0 && text[0] == '[' {
		return unwrapOnly(text, depth)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, err
	}
	if _, found := object["fiscalDriveNumber"]; found {
		return text, nil
	}
	for _, key := range wrappings {
		if inner, found := object[key]; found && string(inner) != "null" {
			return unwrap(inner, depth-1)
		}
	}
	return nil, errors.New("no fiscal document inside")
}

// unwrapOnly takes the one receipt of an exported list.
func unwrapOnly(text []byte, depth int) ([]byte, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, err
	}
	if len(list) != 1 {
		return nil, fmt.Errorf("a list of %d receipts, want one", len(list))
	}
	return unwrap(list[0], depth-1)
}
