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

// Document is a receipt for the store. Zero instants are long past, but for
// Annulled: never.
type Document struct {
	Contents []byte        // FNS JSON in any known wrapping; a bare receipt may lack its requisites
	Arrives  time.Time     // when the till's report is there; before, 404
	Signed   time.Time     // when the drive's key is known; before, 528
	Annulled time.Time     // when it is withdrawn; from then on, 404
	Takes    time.Duration // to process a request for it; 0: as long as any other
	Verdict  Verdict       // "": OK
}

// record is one receipt in the store.
type record struct {
	QR       string          `json:"qr"`
	Contents json.RawMessage `json:"contents,omitempty"` // absent: invented from the QR
	Arrives  time.Time       `json:"arrives"`            // zero: has always been there
	Signed   time.Time       `json:"signed,omitzero"`
	Annulled time.Time       `json:"annulled,omitzero"`
	Takes    time.Duration   `json:"takes,omitempty"`
	Verdict  Verdict         `json:"verdict"`
}

// AddReceipt puts a receipt into the store that is found from arrives after its
// own time on, or at once when arrives is 0. It returns its QR text.
func (e *Emulator) AddReceipt(contents []byte, arrives time.Duration, v Verdict) (string, error) {
	return e.put(contents, func(printed time.Time) Document {
		d := Document{Verdict: v}
		if arrives > 0 {
			d.Arrives = printed.Add(arrives)
		}
		return d
	})
}

// Add puts a receipt into the store, replacing one of the same drive and number,
// and returns its QR text. What a bare receipt lacks of its requisites is made up.
func (e *Emulator) Add(d Document) (string, error) {
	return e.put(d.Contents, func(time.Time) Document { return d })
}

// put stores contents as of says for the time on the receipt.
func (e *Emulator) put(contents []byte, of func(printed time.Time) Document) (string, error) {
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
	d := of(q.Time.In(e.cfg.Zone))
	if d.Verdict == "" {
		d.Verdict = OK
	}
	if !slices.Contains([]Verdict{OK, Forged, Annulled}, d.Verdict) {
		return "", fmt.Errorf("verdict %q is not ok, forged or annulled", d.Verdict)
	}
	r := &record{
		QR: q.String(), Contents: contents, Arrives: d.Arrives, Signed: d.Signed, Annulled: d.Annulled, Takes: d.Takes, Verdict: d.Verdict,
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
		"dateTime": fiscal.CivilAt(e.now().In(e.cfg.Zone).Truncate(time.Minute)),
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
func (e *Emulator) judge(q query, now time.Time, f Fault) (code, ticket string) {
	if slices.Contains(resultCodes, string(f)) {
		return string(f), ""
	}
	at, err := fiscal.ParseCivil(q.date)
	if err != nil || at.Seconds() != q.date {
		return "503", "" // what the real service says to a wrong date
	}
	asked, _ := fiscal.Parse(q.text()) // this service answers for returns too
	if asked.FN == "" {
		return "400", ""
	}
	code, contents := e.find(asked, now)
	if code == "200" && f == NotFound {
		code = "404"
	}
	switch {
	case q.check && (code == "200" || code == "404"):
		return "200", "" // of the sign alone
	case code == "404" && e.cfg.NewService:
		return "455", ""
	case code != "200":
		return code, ""
	case f == Another:
		return code, wrap(another(contents))
	}
	return code, wrap(contents)
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

// meet remembers the first requisites claimed for a receipt never heard of. With
// a mix, it arrives as receipts of that mix do.
func (e *Emulator) meet(q fiscal.QR) *record {
	r := &record{QR: q.String(), Verdict: OK}
	if e.cfg.Mix != nil {
		r.Arrives = q.Time.In(e.cfg.Zone).Add(e.cfg.Mix.Arrival(diceOf(e.cfg.Seed, q.Key().String())))
	}
	e.state.Receipts[key(q)] = r
	_ = e.save() // the demonstration goes on when its disk is full
	return r
}

// answer compares the requisites and finds the contents.
func (e *Emulator) answer(r *record, asked fiscal.QR, now time.Time) (code string, contents []byte) {
	own, _ := fiscal.Parse(r.QR) // stored by String: at most refused for a return
	own.Time, asked.Time = own.Time.Minute(), asked.Time.Minute()
	switch {
	case now.Before(r.Signed):
		return "528", nil
	case r.Verdict == Forged || own != asked:
		return "406", nil
	case r.Verdict == Annulled || now.Before(r.Arrives) || !r.Annulled.IsZero() && !now.Before(r.Annulled):
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

// bare is the receipt without any source's wrapping.
func bare(contents []byte) (object map[string]json.RawMessage) {
	if json.Unmarshal(contents, &object) == nil && object["fiscalDriveNumber"] != nil {
		return object
	}
	receipt, _ := fiscal.ParseReceipt(contents) // read before it was stored
	contents, _ = json.Marshal(receipt)         //nolint:errchkjson // whole numbers and texts
	object = nil
	json.Unmarshal(contents, &object) //nolint:errcheck // just written
	return object
}

// another is the same receipt under another document's number.
func another(contents []byte) []byte {
	object := bare(contents)
	var number int64
	json.Unmarshal(object["fiscalDocumentNumber"], &number) //nolint:errcheck // a text for a number becomes 1
	object["fiscalDocumentNumber"] = strconv.AppendInt(nil, number+1, 10)
	contents, _ = json.Marshal(object) //nolint:errchkjson // read before
	return contents
}
