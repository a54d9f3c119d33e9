package fiscal

import "fmt"

// Operation is the kind of settlement, tag 1054 of the fiscal document format.
type Operation int

// The four operations, numbered as the tax service numbers them. Some libraries
// swap 2 and 3; this is the official order.
const (
	Sale          Operation = 1 // приход
	SaleReturn    Operation = 2 // возврат прихода
	Expense       Operation = 3 // расход
	ExpenseReturn Operation = 4 // возврат расхода
)

// QR is what the QR code of a Russian receipt says.
type QR struct {
	Time Civil
	Sum  int64 // kopecks
	// SumAmbiguous: the sum was printed without a point. The standard says
	// rubles, which Sum holds; some tills mean kopecks (see Alternative).
	SumAmbiguous bool
	FN           string // fiscal drive, 16 digits
	FD           int64  // number of the fiscal document, 1..4294967295
	FP           int64  // fiscal sign, 1..4294967295
	Operation    Operation
}

// Key names one fiscal document, whoever brings it and however its time and sum
// are spelt.
type Key struct {
	FN     string
	FD, FP int64
}

// String is fn/fd/fp, for logs and keys.
func (k Key) String() string { return fmt.Sprintf("%s/%d/%d", k.FN, k.FD, k.FP) }

// Key is the fiscal key of the receipt.
func (q QR) Key() Key { return Key{FN: q.FN, FD: q.FD, FP: q.FP} }

// String is the canonical text: Parse reads it back to the same QR.
func (q QR) String() string {
	return fmt.Sprintf("t=%s&s=%s&fn=%s&i=%d&fp=%d&n=%d", q.Time.compact(), q.sum(), q.FN, q.FD, q.FP, q.Operation)
}

// Alternative is the same receipt with its sum read as kopecks, to be tried once
// when the first reading did not match. It is false when the sum was clear.
func (q QR) Alternative() (QR, bool) {
	if !q.SumAmbiguous {
		return QR{}, false
	}
	q.Sum /= 100
	q.SumAmbiguous = false
	return q, true
}
