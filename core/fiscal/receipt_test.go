package fiscal_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/fiscal"
)

const bare = `{"code":3,"fiscalDocumentFormatVer":4,"fiscalDriveNumber":"7284440500123456","fiscalDocumentNumber":4711,
"fiscalSign":3141592653,"operationType":1,"dateTime":"2026-03-01T12:30:00","totalSum":23500,"ecashTotalSum":23500,"cashTotalSum":0,
"user":"ООО \"Полянка\"","userInn":"7825706086  ","retailAddress":"Москва","operator":"Иванова","buyerPhoneOrAddress":"+70000000000","rawData":"AwAz",
"items":[{"name":"Сыр ","price":62500,"quantity":0.376,"sum":23500,"nds":2,"itemsQuantityMeasure":11,
"productCodeNew":{"gs1m":{"gtin":"04605035006964","sernum":"5x"}}}]}`

var civil = cmp.Comparer(func(a, b fiscal.Civil) bool { return a == b })

func TestParseReceiptWrappings(t *testing.T) {
	t.Parallel()
	want, err := fiscal.ParseReceipt([]byte(bare))
	if err != nil {
		t.Fatal(err)
	}
	for _, wrapping := range []string{
		`{"id":1,"ofdId":"ofd9","content":%}`,
		`{"receipt":%}`,
		`{"document":{"receipt":%}}`,
		`{"ticket":{"document":{"receipt":%}}}`,
		`{"ticket":{"document":{"bso":%}}}`,
		`[{"_id":"0","createdAt":"","ticket":{"document":{"receipt":%}}}]`,
		`{"code":1,"first":0,"data":{"json":%,"html":"<p>"}}`,
	} {
		got, err := fiscal.ParseReceipt([]byte(strings.Replace(wrapping, "%", bare, 1)))
		if err != nil {
			t.Errorf("in %s: %v", wrapping, err)
		}
		if diff := cmp.Diff(want, got, civil); diff != "" {
			t.Errorf("in %s (-bare +wrapped):\n%s", wrapping, diff)
		}
	}
	measure := int64(11)
	line := fiscal.Line{
		Name: "Сыр", Price: 62500, Quantity: 376_000, Sum: 23500, VAT: 2, Measure: &measure, GTIN: "04605035006964",
	}
	if diff := cmp.Diff([]fiscal.Line{line}, want.Lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if want.INN != "7825706086" || want.Address != "Москва" || want.Total != 23500 {
		t.Errorf("got INN %q, address %q, total %d", want.INN, want.Address, want.Total)
	}
}

func TestParseReceiptForgetsPeople(t *testing.T) {
	t.Parallel()
	r, err := fiscal.ParseReceipt([]byte(bare))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, person := range []string{"Иванова", "+7000", "AwAz"} {
		if strings.Contains(string(kept), person) {
			t.Errorf("%q survives in %s", person, kept)
		}
	}
}

func TestParseReceiptRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a waiting answer":       `{"code":2,"first":0,"data":"Данные чека пока не получены"}`,
		"two receipts":           `[` + bare + `,` + bare + `]`,
		"nothing":                ``,
		"a fraction of a kopeck": strings.Replace(bare, `"totalSum":23500`, `"totalSum":23500.5`, 1),
		"a negative sum":         strings.Replace(bare, `"totalSum":23500`, `"totalSum":-1`, 1),
		"a number as a bomb":     strings.Replace(bare, `"quantity":0.376`, `"quantity":1e999999999`, 1),
		"a short drive number":   strings.Replace(bare, "7284440500123456", "72844405", 1),
		"a nest":                 strings.Repeat(`{"data":`, 100) + bare + strings.Repeat(`}`, 100),
	} {
		if r, err := fiscal.ParseReceipt([]byte(text)); err == nil {
			t.Errorf("%s: read %v, want an error", name, r.Key())
		}
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	base, err := fiscal.Parse("t=20260301T1230&s=235.00&fn=7284440500123456&i=4711&fp=3141592653&n=1")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, old, new string
		want           []fiscal.Mismatch
	}{
		{"the same", "", "", nil},
		{"seconds do not matter", "12:30:00", "12:30:59", nil},
		{"the next minute does", "12:30:00", "12:31:00", []fiscal.Mismatch{fiscal.OtherTime}},
		{"clock as if UTC", `"2026-03-01T12:30:00"`, "1772368200", nil},
		{"true UTC, Moscow", `"2026-03-01T12:30:00"`, "1772357400", nil},
		{"true UTC, Kamchatka", `"2026-03-01T12:30:00"`, "1772325000", nil},
		{"half an hour off", `"2026-03-01T12:30:00"`, "1772355600", []fiscal.Mismatch{fiscal.OtherTime}},
		{"local time decides", `"2026-03-01T12:30:00"`, `5,"localDateTime":"2026-03-01T12:30"`, nil},
		{"another sum", "235", "236", []fiscal.Mismatch{fiscal.OtherSum}},
		{"a return", `"operationType":1`, `"operationType":2`, []fiscal.Mismatch{fiscal.OtherOperation}},
		{"a correction", `"code":3`, `"code":31`, []fiscal.Mismatch{fiscal.OtherForm}},
		{"another document", "4711", "4712", []fiscal.Mismatch{fiscal.OtherFD}},
	} {
		r, err := fiscal.ParseReceipt([]byte(strings.Replace(bare, tt.old, tt.new, 1)))
		if tt.name == "another sum" {
			r, err = fiscal.ParseReceipt([]byte(strings.Replace(bare, `"totalSum":23500`, `"totalSum":23600`, 1)))
		}
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, r.Compare(base)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestReceiptCorpus: every real receipt is read, keeps the rules that its format
// promises, matches its own QR code and survives being stored.
func TestReceiptCorpus(t *testing.T) {
	t.Parallel()
	corpusFile(t, "manifest.json")
	files, err := filepath.Glob(filepath.Join(corpus, "receipts", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no receipts in %s: %v", corpus, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := fiscal.ParseReceipt(data)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
			continue
		}
		if r.Total == 0 || len(r.Lines) == 0 || r.INN == "" || r.Address == "" && r.Place == "" {
			t.Errorf("%s: read only %+v", filepath.Base(file), r)
		}
		for _, line := range r.Lines {
			product := line.Price * int64(line.Quantity) / 1_000_000
			if line.Name == "" || product-line.Sum > 1 || line.Sum-product > 1 {
				t.Errorf("%s: %d x %v is not %d (%q)", filepath.Base(file), line.Price, line.Quantity, line.Sum, line.Name)
			}
		}
		if m := r.Compare(r.QR()); m != nil {
			t.Errorf("%s: differs from its own QR code in %v", filepath.Base(file), m)
		}
		again, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := fiscal.ParseReceipt(again)
		if diff := cmp.Diff(r, stored, civil); err != nil || diff != "" {
			t.Errorf("%s: stored and read again: %v\n%s", filepath.Base(file), err, diff)
		}
	}
}

// FuzzParseReceipt: no bytes make it panic, and what it reads can be stored.
func FuzzParseReceipt(f *testing.F) {
	f.Add([]byte(bare))
	f.Add([]byte(`[{"ticket":{"document":{"receipt":` + bare + `}}}]`))
	f.Add([]byte(`{"content":{"fiscalDriveNumber":1,"dateTime":"1675535220","items":[{"quantity":"1e2","productCode":"RE0EMA=="}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := fiscal.ParseReceipt(data)
		if err != nil {
			return
		}
		stored, err := json.Marshal(r)
		if err != nil {
			t.Fatalf("store %q: %v", data, err)
		}
		again, err := fiscal.ParseReceipt(stored)
		if err != nil {
			t.Fatalf("read stored %s: %v", stored, err)
		}
		if diff := cmp.Diff(r, again, civil); diff != "" {
			t.Errorf("%q changed in store:\n%s", data, diff)
		}
	})
}
