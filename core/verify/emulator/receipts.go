package emulator

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"besedka/core/fiscal"
)

// Verdict is what the service thinks of a receipt in its store.
type Verdict string

// The verdicts.
const (
	OK       Verdict = "ok"
	Forged   Verdict = "forged"   // its fiscal sign is wrong: 406
	Annulled Verdict = "annulled" // withdrawn after it was made: not found any more
)

// record is one receipt in the store.
type record struct {
	QR       string          `json:"qr"`
	Contents json.RawMessage `json:"contents,omitempty"` // absent: invented from the QR
	Arrives  time.Time       `json:"arrives"`            // zero: has always been there
	Verdict  Verdict         `json:"verdict"`
}

// AddReceipt puts a receipt into the store, replacing one of the same fiscal key,
// and returns its QR text. The contents are FNS JSON in any known wrapping; what a
// bare receipt lacks of its fiscal requisites is made up. It is found from arrives
// after its own time on, or at once when arrives is 0.
func (e *Emulator) AddReceipt(contents []byte, arrives time.Duration, v Verdict) (string, error) {
	if v == "" {
		v = OK
	}
	if !slices.Contains([]Verdict{OK, Forged, Annulled}, v) {
		return "", fmt.Errorf("verdict %q is not ok, forged or annulled", v)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	contents, err := e.complete(contents)
	if err != nil {
		return "", err
	}
	receipt, err := fiscal.ParseReceipt(contents)
	if err != nil {
		return "", err
	}
	q := receipt.QR()
	r := &record{QR: q.String(), Contents: contents, Verdict: v}
	if arrives > 0 {
		r.Arrives = q.Time.In(e.cfg.Zone).Add(arrives)
	}
	e.state.Receipts[key(q)] = r
	return r.QR, e.save()
}

// key names a receipt in the store: a drive numbers its documents, so a claim
// with another sign or sum is about the same one.
func key(q fiscal.QR) string { return q.FN + "/" + strconv.FormatInt(q.FD, 10) }

// complete fills in what a bare receipt lacks of its requisites.
func (e *Emulator) complete(contents []byte) ([]byte, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(contents, &object); err != nil {
		return contents, nil //nolint:nilerr // a list: ParseReceipt says what is wrong
	}
	if _, bare := object["items"]; !bare {
		return contents, nil
	}
	number := len(e.state.Receipts) + 1
	for field, value := range map[string]any{
		"code": 3, "operationType": 1, "fiscalDriveNumber": "7284440700000001",
		"fiscalDocumentNumber": number, "fiscalSign": sign(contents),
		"dateTime": fiscal.CivilAt(e.cfg.Now().In(e.cfg.Zone).Truncate(time.Minute)),
		"totalSum": total(object["items"]),
	} {
		if _, given := object[field]; given {
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		object[field] = text
	}
	return json.Marshal(object)
}

// sign makes up a fiscal sign from the contents.
func sign(contents []byte) uint32 {
	h := fnv.New32a()
	h.Write(contents)
	return max(h.Sum32(), 1)
}

// total adds up the lines' sums; broken ones are left for ParseReceipt to refuse.
func total(items json.RawMessage) (sum int64) {
	var lines []struct {
		Sum int64 `json:"sum"`
	}
	_ = json.Unmarshal(items, &lines)
	for _, line := range lines {
		sum += line.Sum
	}
	return sum
}

// judge answers a query at now: a result code, and the contents with 200. Like
// the real service it checks the fiscal sign before it looks for the document, so
// a receipt on its way is 404 and a forged one 406 whether it exists or not.
func (e *Emulator) judge(q query, now time.Time) (code, ticket string) {
	at, err := fiscal.ParseCivil(q.date)
	if err != nil || at.Seconds() != q.date {
		return "503", "" // what the real service says to a wrong date
	}
	asked, _ := fiscal.Parse(q.text()) // this service answers for returns too
	if asked.FN == "" {
		return "400", ""
	}
	code, contents := e.find(asked, now)
	switch {
	case code != "200":
		return code, ""
	case e.active(FNS, NotFound):
		return "404", ""
	}
	return "200", wrap(contents)
}

// find looks a receipt up for either provider.
func (e *Emulator) find(asked fiscal.QR, now time.Time) (code string, contents []byte) {
	r, known := e.state.Receipts[key(asked)]
	if !known {
		if e.cfg.Strict {
			return "406", nil
		}
		r = e.meet(asked)
	}
	return e.answer(r, asked, now)
}

// meet remembers the first requisites claimed for a receipt never heard of.
func (e *Emulator) meet(q fiscal.QR) *record {
	r := &record{QR: q.String(), Verdict: OK}
	e.state.Receipts[key(q)] = r
	_ = e.save() // the demonstration goes on when its disk is full
	return r
}

// answer compares the requisites and finds the contents.
func (e *Emulator) answer(r *record, asked fiscal.QR, now time.Time) (code string, contents []byte) {
	own, _ := fiscal.Parse(r.QR) // stored by String: at most refused for a return
	own.Time, asked.Time = own.Time.Minute(), asked.Time.Minute()
	switch {
	case r.Verdict == Forged || own != asked:
		return "406", nil
	case r.Verdict == Annulled || now.Before(r.Arrives):
		return "404", nil
	case r.Contents == nil:
		return "200", Invent(asked)
	case now.Sub(own.Time.In(e.cfg.Zone)) > purgedAfter:
		return "404", nil
	}
	return "200", r.Contents
}

// wrap puts a bare receipt into the object in which the newer service sends it.
func wrap(contents []byte) string {
	var object map[string]json.RawMessage
	if json.Unmarshal(contents, &object) != nil || object["fiscalDriveNumber"] == nil {
		return string(contents)
	}
	return fmt.Sprintf(`{"id":%d,"ofdId":"ofd9","subtype":"receipt","address":"","content":%s}`,
		3474433100000000000+int64(sign(contents)), contents)
}
