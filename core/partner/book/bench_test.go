package book_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"besedka/core/fiscal"
)

// BenchmarkMatch10000 places a receipt of 30 lines in a book of 10,000 stores, beside
// a JSON round trip of the same receipt.
func BenchmarkMatch10000(b *testing.B) {
	chain := parsed(b, town10000())
	r := receipt(b, `"userInn":"3310000006","retailPlaceAddress":"601293, Россия, Город42 г, Улица17 ул, дом 3"`)
	for i := range 30 {
		r.Lines = append(r.Lines, fiscal.Line{Name: fmt.Sprintf("Молоко «Полянка» %d", i), Price: 9490, Quantity: 1_000_000, Sum: 9490})
	}
	for name, change := range map[string]func(r *fiscal.Receipt){
		"address": func(*fiscal.Receipt) {}, "till": func(r *fiscal.Receipt) { r.Till = "0000000000000777" },
		"unknown": func(r *fiscal.Receipt) { r.Address = "Город42 г, Улица99 ул, дом 99" },
	} {
		r := r
		change(&r)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				chain.Match(r, nil)
			}
		})
	}
	b.Run("json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			text, err := json.Marshal(r)
			if err != nil {
				b.Fatal(err)
			}
			var back fiscal.Receipt
			if err := json.Unmarshal(text, &back); err != nil {
				b.Fatal(err)
			}
		}
	})
}
