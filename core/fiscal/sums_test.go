package fiscal_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"besedka/core/fiscal"
)

// document finds the fiscal document in the JSON of whoever delivered it, without
// the reader that is under test.
func document(value any) map[string]any {
	switch v := value.(type) {
	case []any:
		return document(v[0])
	case map[string]any:
		if _, ok := v["fiscalDriveNumber"]; ok {
			return v
		}
		for _, inner := range v {
			if found := document(inner); found != nil {
				return found
			}
		}
	}
	return nil
}

func kopecks(t *testing.T, v any) int64 {
	t.Helper()
	n, ok := v.(json.Number)
	if !ok {
		return 0
	}
	i, err := n.Int64()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// TestSumsOfRealReceipts: total, payments and lines of every real receipt are those
// of its file to the kopeck, and what was paid is the total.
func TestSumsOfRealReceipts(t *testing.T) {
	t.Parallel()
	corpusFile(t, "manifest.json")
	files, _ := filepath.Glob(filepath.Join(corpus, "receipts", "*.json"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := fiscal.ParseReceipt(text)
		if err != nil {
			t.Fatal(err)
		}
		var raw any
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&raw); err != nil {
			t.Fatal(err)
		}
		doc := document(raw)
		items, _ := doc["items"].([]any)
		if len(items) != len(r.Lines) || kopecks(t, doc["totalSum"]) != r.Total {
			t.Errorf("%s: %d lines and a total of %d, read %d and %d", filepath.Base(file), len(items), kopecks(t, doc["totalSum"]), len(r.Lines), r.Total)
			continue
		}
		var lines int64
		for i, l := range r.Lines {
			lines += l.Sum
			if want := kopecks(t, items[i].(map[string]any)["sum"]); l.Sum != want {
				t.Errorf("%s: line %d is %d, read %d", filepath.Base(file), i, want, l.Sum)
			}
		}
		if paid := r.Cash + r.Cashless + r.Prepaid + r.Credit + r.Provision; r.Format >= 2 && paid != r.Total {
			t.Errorf("%s: %d was paid of %d", filepath.Base(file), paid, r.Total)
		}
		if rounded := lines - r.Total; rounded < 0 || rounded >= 100 { // a till may waive up to a ruble
			t.Errorf("%s: lines of %d and a total of %d", filepath.Base(file), lines, r.Total)
		}
	}
}

// TestBuys is the table of what counts as goods that were bought.
func TestBuys(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		payment, product, sum int64
		shop, online          bool
	}{
		{0, 0, 1, true, true},   // format 1.0 tells nothing
		{4, 1, 1, true, true},   // goods, paid
		{4, 33, 1, true, true},  // marked goods
		{4, 32, 1, true, true},  // marked goods without their code
		{1, 1, 1, false, true},  // paid before the delivery
		{2, 1, 1, false, false}, // paid in part
		{3, 10, 1, false, false},
		{7, 1, 1, false, false}, // a credit is paid back
		{4, 2, 1, false, false}, // excisable
		{4, 31, 1, false, false},
		{4, 4, 1, false, false}, // a service
		{4, 1, 0, false, false}, // a gift
	} {
		l := fiscal.Line{Payment: tt.payment, Product: tt.product, Sum: tt.sum}
		if got := (fiscal.Receipt{}).Buys(l); got != tt.shop {
			t.Errorf("%+v in a shop: %v", tt, got)
		}
		if got := (fiscal.Receipt{Internet: true}).Buys(l); got != tt.online {
			t.Errorf("%+v online: %v", tt, got)
		}
	}
}

func TestPieces(t *testing.T) {
	t.Parallel()
	kilograms, pieces := int64(11), int64(0)
	for _, tt := range []struct {
		line fiscal.Line
		want int64
	}{
		{fiscal.Line{Quantity: 12_000_000}, 12},
		{fiscal.Line{Quantity: 12_000_000, Measure: &pieces}, 12},
		{fiscal.Line{Quantity: 308_000}, 1},
		{fiscal.Line{Quantity: 2_000_000, Measure: &kilograms}, 1},
	} {
		if got := tt.line.Pieces(); got != tt.want {
			t.Errorf("%v is %d pieces, want %d", tt.line.Quantity, got, tt.want)
		}
	}
}
