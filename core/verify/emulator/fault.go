package emulator

import (
	"cmp"
	"slices"
)

// Provider is one of the two services that the emulator plays.
type Provider string

// The providers. They know the same receipts and fail each on its own.
const (
	FNS           Provider = "fns"           // the tax service's open API
	Proverkacheka Provider = "proverkacheka" // proverkacheka.com
)

// calls are what a provider can be asked.
var calls = map[Provider][]string{
	FNS:           {"auth", "send", "poll"},
	Proverkacheka: {"check"},
}

// Fault is a way in which a call fails.
type Fault string

// The faults that rehearsals know.
const (
	Down     Fault = "down"      // connections are cut
	Slow     Fault = "slow"      // requests take long to process
	Hang     Fault = "hang"      // no reply, then the connection is cut
	Rate     Fault = "rate"      // too many requests just now
	Daily    Fault = "daily"     // the day's quota is spent
	Auth     Fault = "auth"      // tokens are refused
	NotFound Fault = "not_found" // no receipt is found
	Garbage  Fault = "garbage"   // replies that are not the agreed wire, each time another way
)

// The other faults of the tax service's table, each in its own words.
const (
	Timeout  Fault = "timeout"  // of the answer, somewhere behind the service
	Address  Fault = "address"  // our IP address is not on its list
	Headers  Fault = "headers"  // it does not see those it requires
	Denied   Fault = "denied"   // no right to the method
	Expired  Fault = "expired"  // the message is gone
	Polls    Fault = "polls"    // too many for one message
	Internal Fault = "internal" // an inner error with a number for the support
	Schema   Fault = "schema"   // it cannot read our XML
)

// What else goes wrong on a wire.
const (
	Reset     Fault = "reset"     // the connection is reset (TCP)
	Truncated Fault = "truncated" // half of a reply
	Huge      Fault = "huge"      // over four megabytes of it
	Unicode   Fault = "unicode"   // bytes that are no UTF-8
	Doctype   Fault = "doctype"   // a document type with an entity
	Namespace Fault = "namespace" // elements of somebody else
	Empty     Fault = "empty"     // COMPLETED, and nothing in the message
	NotJSON   Fault = "not_json"  // contents that cannot be read
	Another   Fault = "another"   // contents of another receipt
	Twice     Fault = "twice"     // one reply after the other
)

// Answers of proverkacheka.com that are failures.
const (
	Wait  Fault = "wait"  // asked for again too soon
	Other Fault = "other" // no data, for reasons untold
)

// OK in a script is a call that goes well.
const well Fault = "ok"

// resultCodes may be scripted and switched on like faults: a poll brings them,
// whatever the receipt is.
var resultCodes = []string{"400", "404", "406", "452", "453", "454", "455", "503", "528", "531"}

// strikes are the calls on which a fault can strike.
var strikes = func() map[Fault][]string {
	fns, all := calls[FNS], slices.Concat(calls[FNS], calls[Proverkacheka])
	m := map[Fault][]string{
		Down: all, Reset: all, Hang: all, Garbage: all, Truncated: all, Huge: all, Unicode: all, Twice: all,
		Timeout: fns, Address: fns, Internal: fns, Schema: fns, Doctype: fns, Namespace: fns,
		Slow: {"send"}, Denied: {"send"}, Headers: {"send", "poll"}, Auth: {"send", "poll", "check"},
		Rate: {"send", "check"}, Daily: {"send", "check"}, NotFound: {"poll", "check"}, Another: {"poll", "check"},
		Expired: {"poll"}, Polls: {"poll"}, Empty: {"poll"}, NotJSON: {"poll"}, Wait: {"check"}, Other: {"check"},
	}
	for _, code := range resultCodes {
		m[Fault(code)] = []string{"poll"}
	}
	return m
}()

// KnownFaults are those that a provider knows, those that leave least of a call
// first.
func KnownFaults(p Provider) (kinds []Fault) {
	for kind, on := range strikes {
		if slices.ContainsFunc(on, func(call string) bool { return slices.Contains(calls[p], call) }) {
			kinds = append(kinds, kind)
		}
	}
	first := []Fault{Down, Reset, Hang, Address, Auth, Daily, Rate, Slow, NotFound}
	rank := func(f Fault) int {
		if i := slices.Index(first, f); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortFunc(kinds, func(a, b Fault) int { return cmp.Or(rank(a)-rank(b), cmp.Compare(a, b)) })
	return kinds
}
