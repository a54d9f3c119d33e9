package web

import (
	"slices"
	"time"

	"besedka/core/verify"
	"besedka/locales"
)

// second prints a time of day to the second, in the programme's zone.
func (v view) second(at time.Time) string { return at.In(v.P.Location).Format("15:04:05") }

// points prints an amount of bonuses without its word.
func (v view) points(minor int64) string {
	return v.With("demo.points", locales.Args{"n": locales.Points(minor)})
}

// known words a code of the system, or shows it as it is when it has no words
// for it.
func (v view) known(prefix, code string) string {
	if text := v.T(prefix + code); text != "web."+prefix+code {
		return text
	}
	return code
}

// tone is how an answer of the tax service is shown: good, bad, or neither
// while it is still looking.
func tone(call Call) string {
	switch {
	case call.Good:
		return "ok"
	case call.Code == string(verify.Processing):
		return "faint"
	}
	return "bad"
}

// total is the sum of the postings shown: zero, as of any whole transactions.
func total(postings []Posting) int64 {
	var sum int64
	for _, posting := range postings {
		sum += posting.Amount
	}
	return sum
}

// stop is one station of a receipt's way: passed, here, or still ahead.
type stop struct{ State, Class string }

// way draws a receipt's state as stations. Waiting for the service or for a
// person is one station; a refusal ends the way where it was spoken.
func way(state string) []stop {
	names := []string{"queued", "waiting", "verified", "credited"}
	switch state {
	case "manual":
		names[1] = "manual"
	case "rejected":
		names = []string{"queued", "waiting", "rejected"}
	case "revoked", "partially_refunded", "refunded":
		names[3] = state
	}
	here := slices.Index(names, state)
	stops := make([]stop, len(names))
	for i, name := range names {
		stops[i] = stop{State: name, Class: "ahead"}
		if i < here {
			stops[i].Class = "passed"
		} else if i == here {
			stops[i].Class = "here"
		}
	}
	return stops
}

// step names a step of the script, or that none waits.
func (v view) step(name string) string {
	if name == "" || name == "-" {
		return v.T("demo.idle")
	}
	return name
}
