package emulator

import (
	"encoding/base64"
	"regexp"
	"time"

	"besedka/core/fiscal"
)

// Call is one request that reached a service, for assertions and for the
// demonstration's view behind the scenes.
type Call struct {
	At        time.Time `json:"at"`
	Call      string    `json:"call"` // auth, send or poll; check is proverkacheka.com's
	QR        string    `json:"qr,omitempty"`
	MessageID string    `json:"messageId,omitempty"`
	User      string    `json:"user,omitempty"`
	Answer    string    `json:"answer"` // a result code, PROCESSING, ok, or the fault
}

// Stats are figures of all calls since the start, also of those that the log has
// let go.
type Stats struct {
	Faults        []Fault        `json:"faults"`        // of the tax service, on now
	Proverkacheka []Fault        `json:"proverkacheka"` // its faults, on now
	Now           time.Time      `json:"now"`
	Receipts      int            `json:"receipts"`
	Calls         map[string]int `json:"calls"`      // by call and answer: "send ok"
	Sends         int            `json:"sends"`      // that reached the tax service
	SendsToday    int            `json:"sendsToday"` // of the day's quota
	Repeats       int            `json:"repeats"`    // sends of requisites that had been refused: forbidden
	FastPolls     int            `json:"fastPolls"`  // polls over the limits of one message
	NamedUsers    int            `json:"namedUsers"` // calls whose user token tells who the shopper is
}

// counters are what Stats are made of.
type counters struct {
	calls      map[string]int
	sends      int
	asked      map[string]int  // sends by requisites
	refused    map[string]bool // requisites that the service has refused for ever
	repeats    int
	namedUsers int
}

// personal is what a pseudonym never looks like: a phone, an address, a name.
var personal = regexp.MustCompile(`\d{10}|@|\p{Cyrillic}`)

// count keeps the figures of one call. The caller holds the lock.
func (c *counters) count(call Call) {
	c.calls[call.Call+" "+call.Answer]++
	switch {
	case call.Call == "send":
		c.sends++
		c.asked[call.QR]++
		if c.refused[call.QR] {
			c.repeats++
		}
	case call.Call == "poll" && (call.Answer == "406" || call.Answer == "454"):
		c.refused[call.QR] = true
	}
	if user, err := base64.StdEncoding.DecodeString(call.User); err == nil && personal.Match(user) {
		c.namedUsers++
	}
}

// Stats are the figures so far.
func (e *Emulator) Stats() Stats {
	s := Stats{Faults: e.Faults(), Proverkacheka: e.FaultsOf(Proverkacheka), Calls: map[string]int{}}
	e.mu.Lock()
	defer e.mu.Unlock()
	for call, n := range e.counters.calls {
		s.Calls[call] = n
	}
	s.Now, s.Receipts, s.Sends, s.SendsToday = e.now(), len(e.state.Receipts), e.counters.sends, e.sends.spent[""]
	s.Repeats, s.FastPolls, s.NamedUsers = e.counters.repeats, e.counters.calls["poll "+faultPolls.name], e.counters.namedUsers
	return s
}

// Calls are the newest calls, oldest first.
func (e *Emulator) Calls() []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Call{}, e.calls...)
}

// log counts a call and keeps it while it is among the newest. The caller holds
// the lock.
func (e *Emulator) log(c Call) {
	c.At = e.now()
	e.counters.count(c)
	if len(e.calls) >= maxCallsKept {
		e.calls = append(e.calls[:0], e.calls[maxCallsKept/2:]...)
	}
	e.calls = append(e.calls, c)
}

// byText is the receipt of a QR text; nil when there is none.
func (e *Emulator) byText(text string) *record {
	q, _ := fiscal.Parse(text)
	return e.state.Receipts[key(q)]
}
