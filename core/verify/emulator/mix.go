package emulator

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"
)

// Mix is a day as receipts have it: when shoppers send them, when their tills'
// reports arrive, and how the service fails meanwhile.
type Mix struct {
	Name     string
	uploads  [2]time.Duration // after printing, from and to
	spread   func(low, high, u float64) float64
	troubles []plan
}

// plan is a trouble by its place in the day.
type plan struct {
	Trouble
	after, lasts time.Duration
}

// AtTheTill is the usual day: receipts are sent while their ink dries.
var AtTheTill = Mix{Name: "at the till", uploads: [2]time.Duration{10 * time.Second, 300 * time.Second}, spread: evenly}

// OldReceipts are found in pockets, hours or days after.
var OldReceipts = Mix{Name: "old receipts", uploads: [2]time.Duration{2 * time.Hour, 14 * 24 * time.Hour}, spread: logarithmically}

// BadDay is the usual day at the till while the service falls from one trouble
// into the next: an hour's outage first, then troubles of some calls only.
var BadDay = Mix{
	Name: "bad day", uploads: AtTheTill.uploads, spread: evenly,
	troubles: []plan{
		{Trouble{Kind: Down}, 2 * time.Minute, time.Hour},
		{Trouble{Kind: Internal, Permille: 300, Status: 200}, 64 * time.Minute, 20 * time.Minute},
		{Trouble{Kind: Slow}, 70 * time.Minute, 15 * time.Minute},
		{Trouble{Kind: Rate}, 90 * time.Minute, 5 * time.Minute},
		{Trouble{Kind: Auth}, 100 * time.Minute, 5 * time.Minute},
		{Trouble{Kind: Garbage, Permille: 500}, 110 * time.Minute, 10 * time.Minute},
		{Trouble{Kind: "503"}, 125 * time.Minute, 10 * time.Minute},
		{Trouble{Kind: NotFound}, 140 * time.Minute, 20 * time.Minute},
	},
}

// MixNamed finds a mix.
func MixNamed(name string) (m Mix, found bool) {
	for _, m := range []Mix{AtTheTill, OldReceipts, BadDay} {
		if m.Name == name {
			return m, true
		}
	}
	return Mix{}, false
}

// Length is how long the mix's troubles take; 0 when it has none.
func (m Mix) Length() (d time.Duration) {
	for _, p := range m.troubles {
		d = max(d, p.after+p.lasts)
	}
	return d
}

// Upload is how long after printing a receipt is sent.
func (m Mix) Upload(dice *rand.Rand) time.Duration {
	return between(m.uploads, m.spread, dice)
}

// Never is later than anybody waits.
const Never = 100 * 365 * 24 * time.Hour

// Arrival is how long after printing the till's report has reached the service:
// soon for nearly all, hours later for shops without a network, for the rest
// after most of a day or Never.
func (m Mix) Arrival(dice *rand.Rand) time.Duration {
	switch permille := dice.IntN(1000); {
	case permille < 970:
		return soon(dice)
	case permille < 995:
		return between([2]time.Duration{30 * time.Second, 3*time.Hour + 30*time.Minute}, logarithmically, dice)
	case permille < 998:
		return between([2]time.Duration{4 * time.Hour, 24 * time.Hour}, evenly, dice)
	}
	return Never
}

// Begin plans the mix's troubles from now on.
func (e *Emulator) Begin(m Mix) error {
	now := e.now()
	for _, p := range m.troubles {
		p.Provider, p.From, p.Until = FNS, now.Add(p.after), now.Add(p.after+p.lasts)
		if err := e.Plan(p.Trouble); err != nil {
			return err
		}
	}
	return nil
}

func between(d [2]time.Duration, spread func(low, high, u float64) float64, dice *rand.Rand) time.Duration {
	return time.Duration(spread(float64(d[0]), float64(d[1]), dice.Float64()))
}

func evenly(low, high, u float64) float64 { return low + u*(high-low) }

func logarithmically(low, high, u float64) float64 { return low * math.Pow(high/low, u) }

// Quantiles of the normal distribution.
const (
	z95 = 1.6449
	z99 = 2.3263
)

// soon is log-normal, median 8 s, 95 % within 30 s.
func soon(dice *rand.Rand) time.Duration {
	return seconds(8 * math.Exp(dice.NormFloat64()*math.Log(30.0/8)/z95))
}

// latency is how long the service works on a request: log-normal with a
// median of 1.2 s and 95 % within 6 s, and a heavier tail beyond, 99 % within 20 s.
func latency(dice *rand.Rand) time.Duration {
	z := dice.NormFloat64()
	if z <= z95 {
		return seconds(1.2 * math.Exp(z*math.Log(6/1.2)/z95))
	}
	return seconds(6 * math.Exp((z-z95)*math.Log(20.0/6)/(z99-z95)))
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// diceOf are the same for the same seed and name.
func diceOf(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(h.Sum64(), seed))
}

// processing is how long a request for a receipt takes: the same for the same
// seed, receipt and number of the request, whatever else is asked. The caller
// holds the lock.
func (e *Emulator) processing(qr string) time.Duration {
	if r := e.byText(qr); r != nil && r.Takes > 0 {
		return r.Takes
	}
	if !e.cfg.Latency {
		return 0
	}
	return latency(diceOf(e.cfg.Seed, fmt.Sprint(qr, "/", e.counters.asked[qr])))
}
