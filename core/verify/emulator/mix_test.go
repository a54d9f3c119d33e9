package emulator

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// sample draws sorted times.
func sample(n int, draw func(*rand.Rand) time.Duration) []time.Duration {
	dice := rand.New(rand.NewPCG(4, 2))
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = draw(dice)
	}
	slices.Sort(all)
	return all
}

// TestDistributions holds the draws to the figures they are made from, within a
// tenth.
func TestDistributions(t *testing.T) {
	t.Parallel()
	const n = 100_000
	for _, tt := range []struct {
		name string
		draw func(*rand.Rand) time.Duration
		at   map[int]float64 // seconds by permille
	}{
		{"latency", latency, map[int]float64{500: 1.2, 950: 6, 990: 20}},
		{"soon", soon, map[int]float64{500: 8, 950: 30}},
		{"uploads at the till", AtTheTill.Upload, map[int]float64{1: 10.3, 500: 155, 999: 299.7}},
		{"uploads of old receipts", OldReceipts.Upload, map[int]float64{1: 7240, 500: 93_300, 999: 1_203_000}},
	} {
		all := sample(n, tt.draw)
		for permille, want := range tt.at {
			if got := all[n*permille/1000].Seconds(); got < want*0.9 || got > want*1.1 {
				t.Errorf("%s: %d in a thousand are below %.2f s, want %.2f", tt.name, permille, got, want)
			}
		}
	}
	arrivals := sample(n, AtTheTill.Arrival)
	for limit, want := range map[time.Duration]int{4 * time.Hour: 995, 24 * time.Hour: 998, Never - 1: 998} {
		late, _ := slices.BinarySearch(arrivals, limit)
		if got := late * 1000 / n; got < want-2 || got > want+2 {
			t.Errorf("%d in a thousand arrive in %v, want %d", got, limit, want)
		}
	}
}

func TestMixesByName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"at the till", "old receipts", "bad day"} {
		m, found := MixNamed(name)
		if !found {
			t.Errorf("there is no mix %q", name)
		}
		e, _ := start(t, Config{})
		if err := e.Begin(m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, found := MixNamed("good day"); found {
		t.Error("there is a good day")
	}
}

// TestStrangersArriveByTheMix: the same receipt at the same time for one seed.
func TestStrangersArriveByTheMix(t *testing.T) {
	t.Parallel()
	const qr = "t=20260301T1159&s=509.00&fn=9289000100000001&i=1&fp=77&n=1"
	arrives := func(seed uint64) time.Time {
		e, server := start(t, Config{Mix: &AtTheTill, Seed: seed})
		askCheck(t, server.URL, false, raw(qr))
		return e.byText(qr).Arrives
	}
	if a, b, c := arrives(1), arrives(1), arrives(2); !a.Equal(b) || a.Equal(c) {
		t.Errorf("arrivals %v, %v with one seed, %v with another", a, b, c)
	}
}
