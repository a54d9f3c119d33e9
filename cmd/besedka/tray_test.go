package main

import (
	"os"
	"strings"
	"testing"

	"besedka/core/fiscal"
	"besedka/core/verify/emulator"
)

// percentOf is what «Полянка» promises for goods of this name.
func percentOf(name string) int64 {
	switch {
	case strings.Contains(name, "«Лесной луг»"):
		return 7
	case strings.HasPrefix(name, "Йогурт") && strings.Contains(name, "«Полянка»"):
		return 5
	case strings.Contains(name, "«Полянка»"):
		return 3
	}
	return 0
}

// TestTrayBrings: the receipts of the tray bring what the demonstration and the README
// say, by every percentage there is, and have other goods besides.
func TestTrayBrings(t *testing.T) {
	t.Parallel()
	for total, want := range map[int64]int64{goodTotal: 2357, anotherTotal: 1143} {
		r, err := fiscal.ParseReceipt(emulator.Invent(fiscal.QR{FN: "9961000000000001", FD: 1, FP: 1, Operation: fiscal.Sale, Sum: total}))
		if err != nil {
			t.Fatal(err)
		}
		var hundredths int64
		sums := map[int64]int64{}
		for _, l := range r.Lines {
			percent := percentOf(l.Name)
			hundredths += l.Sum * percent
			sums[percent] += l.Sum
		}
		if hundredths/100 != want || len(sums) != 4 {
			t.Errorf("a receipt for %d brings %d, want %d; its sums by percentage are %v", total, hundredths/100, want, sums)
		}
	}
	for file, said := range map[string]string{"README.md": "23,57 бонуса", "README.en.md": "23.57 bonuses"} {
		text, err := os.ReadFile("../../" + file)
		if err != nil || !strings.Contains(string(text), said) {
			t.Errorf("%s does not say %q: %v", file, said, err)
		}
	}
}
