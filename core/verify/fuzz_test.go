package verify

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// seeds adds what the real services were seen to answer, where it is at hand.
func seeds(f *testing.F, glob string) {
	files, _ := filepath.Glob(filepath.Join("../../../shared/data/fiscal", glob)) // a pattern that is right
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body, 200)
	}
}

// FuzzSOAP: no reply makes the client panic, whatever is read has no declarations,
// and nothing but a code makes a verdict.
func FuzzSOAP(f *testing.F) {
	seeds(f, "soap/*.xml")
	f.Add([]byte(`<!DOCTYPE x [<!ENTITY a "b">]>`+envelope(`&a;`)), 200)
	f.Add([]byte(envelope(`<Fault xmlns="`+nsSoap+`"><faultcode>soap:Client</faultcode></Fault>`)), 500)
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		r, err := read(&http.Response{StatusCode: status, Header: http.Header{}}, body, now)
		if err != nil {
			return
		}
		d := xml.NewDecoder(bytes.NewReader(body))
		for tok, err := d.RawToken(); err == nil; tok, err = d.RawToken() {
			if _, is := tok.(xml.Directive); is {
				t.Fatalf("read in spite of %q", tok)
			}
		}
		if r.Body.Message == nil || r.Body.Message.Message.Ticket == nil {
			return
		}
		ticket := r.Body.Message.Message.Ticket
		if a, err := ticket.answer(); err == nil && (a.Class == "" || a.Class != answers[ticket.Code]) {
			t.Fatalf("code %q is an answer: %+v", ticket.Code, a)
		}
	})
}

// FuzzCheck: no reply makes the client panic, and an answer has a code of its own.
func FuzzCheck(f *testing.F) {
	seeds(f, "proverkacheka/*.json")
	seeds(f, "receipts/pc-*.json")
	f.Add([]byte(`{"code":1,"data":"Чек"}`), 200)
	f.Fuzz(func(t *testing.T, body []byte, _ int) {
		a, err := readCheck(body, time.Time{})
		if err == nil && (a.Class == "" || a.Class == Verified && a.Receipt.FN == "") {
			t.Fatalf("%+v", a)
		}
	})
}
