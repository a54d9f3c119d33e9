package main

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"besedka/core/fiscal"
	"besedka/core/verify/emulator"
	"besedka/storage/storagetest"
)

// TestDaysOfReceipts plays small days, each with a seed of its own. What must
// never happen does not happen in a small day either; its shares vary more than
// those of ten thousand receipts, and are held to five deviations below them.
func TestDaysOfReceipts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		mix      emulator.Mix
		receipts int
		outage   time.Duration
	}{
		{"at the till", emulator.AtTheTill, 300, 0},
		{"one hour down", emulator.AtTheTill, 100, time.Hour},
		{"bad day", emulator.BadDay, 100, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := &day{mix: tt.mix, receipts: tt.receipts, outage: tt.outage, seed: uint64(rand.Uint32())}
			t.Logf("seed %d", d.seed)
			o, err := d.run(t.Context(), storagetest.DB(t))
			if err != nil {
				t.Fatal(err)
			}
			var figures strings.Builder
			if err := o.print(&figures, ""); err != nil {
				t.Fatal(err)
			}
			t.Log("\n" + figures.String())
			if err := o.judge(false); err != nil {
				t.Error(err)
			}
			if o.receipts != tt.receipts {
				t.Errorf("%d receipts were taken of %d", o.receipts, tt.receipts)
			}
			usual := tt.name == "at the till"
			if usual && (o.within30 < 91 || o.within4h < 97.5 || o.sends > mostSends) {
				t.Errorf("%.2f %% in 30 s, %.2f %% in 4 h, %.2f sends a receipt", o.within30, o.within4h, o.sends)
			}
		})
	}
}

// TestPromisesCanBeBroken: figures that break a promise are told as an error.
func TestPromisesCanBeBroken(t *testing.T) {
	t.Parallel()
	good := outcome{within30: 96, within4h: 99, settled: 100, sends: 1.7}
	if err := good.judge(true); err != nil {
		t.Error(err)
	}
	for _, bad := range []outcome{
		{within30: 95.99, within4h: 99, sends: 1}, {within30: 96, within4h: 98.99, sends: 1}, {within30: 96, within4h: 99, sends: 1.71},
	} {
		if bad.judge(true) == nil || bad.judge(false) != nil {
			t.Errorf("%+v: %v, %v", bad, bad.judge(true), bad.judge(false))
		}
	}
	for _, bad := range []outcome{{lost: 1}, {double: 1}, {repeats: 1}, {fastPolls: 1}, {named: 1}} {
		if good.worse(bad).judge(false) == nil {
			t.Errorf("%+v passes", bad)
		}
	}
}

func sampleQR(t *testing.T) fiscal.QR {
	t.Helper()
	q, err := fiscal.Parse(fiscalText)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestBenchReceiptsPrints(t *testing.T) {
	t.Parallel()
	got := besedka(t, "bench", "receipts", "--mix", "old receipts", "--receipts", "20", "--seed", "7", "--seeds", "1")
	for _, line := range []string{"seed.1\t7.00\tseed\n", "seed.1.receipts\t20.00\treceipts\n", "worst.lost\t0.00\treceipts\n"} {
		if !strings.Contains(got, line) {
			t.Errorf("no line %q in\n%s", line, got)
		}
	}
}
