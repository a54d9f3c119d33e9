package fiscal

import (
	"encoding/json"
	"strconv"
	"time"
)

// Stamp is when a document was made: what the till's clock showed or, from
// sources that give a number, seconds since 1970 whose zone is anybody's guess.
type Stamp struct {
	Local Civil
	Unix  int64 // used when Local is zero
}

// MarshalJSON writes the clock reading as text, or the number.
func (s Stamp) MarshalJSON() ([]byte, error) {
	if s.Local.IsZero() {
		return strconv.AppendInt(nil, s.Unix, 10), nil
	}
	return json.Marshal(s.Local)
}

// UnmarshalJSON reads what MarshalJSON and the tax service write.
func (s *Stamp) UnmarshalJSON(text []byte) error {
	plain := unquote(text)
	if plain == "null" || plain == "" {
		return nil
	}
	if unix, err := strconv.ParseInt(plain, 10, 64); err == nil {
		*s = Stamp{Unix: unix}
		return nil
	}
	local, err := ParseCivil(plain)
	*s = Stamp{Local: local}
	return err
}

// The zones of Russian tills, in whole hours east of Greenwich.
const (
	westmost = 2
	eastmost = 12
)

// Shows reports whether the document can have been made when a till's clock
// showed c, to the minute. Numbers are met in two meanings: the local clock
// written as if it were UTC, and true UTC, so every Russian zone is tried.
func (s Stamp) Shows(c Civil) bool {
	if !s.Local.IsZero() {
		return s.Local.Minute() == c.Minute()
	}
	clock := time.Unix(s.Unix, 0).UTC()
	if CivilAt(clock).Minute() == c.Minute() {
		return true
	}
	for hours := westmost; hours <= eastmost; hours++ {
		if CivilAt(clock.Add(time.Duration(hours)*time.Hour)).Minute() == c.Minute() {
			return true
		}
	}
	return false
}

// A Mismatch names a field in which a document differs from its QR code.
type Mismatch string

// The fields that Compare looks at.
const (
	OtherFN        Mismatch = "fn"
	OtherFD        Mismatch = "fd"
	OtherFP        Mismatch = "fp"
	OtherOperation Mismatch = "operation"
	OtherSum       Mismatch = "sum"
	OtherTime      Mismatch = "time"
	OtherForm      Mismatch = "form" // a correction, not a receipt
)

// The forms of documents that mend an earlier one: they buy nothing.
const (
	receiptCorrection = 31
	formCorrection    = 41
)

// Compare tells in which fields r is not the document that q names; none when
// the provider delivered what was asked for.
func (r Receipt) Compare(q QR) []Mismatch {
	var found []Mismatch
	differ := func(differs bool, m Mismatch) {
		if differs {
			found = append(found, m)
		}
	}
	differ(r.FN != q.FN, OtherFN)
	differ(r.FD != q.FD, OtherFD)
	differ(r.FP != q.FP, OtherFP)
	differ(r.Operation != q.Operation, OtherOperation)
	differ(r.Total != q.Sum, OtherSum)
	differ(!r.Time.Shows(q.Time), OtherTime)
	differ(r.Code == receiptCorrection || r.Code == formCorrection, OtherForm)
	return found
}

// QR is the code that a till prints under r. When r knows only a number for its
// time, it is taken for the local clock written as if it were UTC.
func (r Receipt) QR() QR {
	at := r.Time.Local
	if at.IsZero() {
		at = CivilAt(time.Unix(r.Time.Unix, 0).UTC())
	}
	return QR{Time: at.Minute(), Sum: r.Total, FN: r.FN, FD: r.FD, FP: r.FP, Operation: r.Operation}
}
