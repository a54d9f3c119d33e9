package rules

import (
	"time"

	"besedka/core/expr"
)

// Terms are what of the programme a campaign's file may name. Lists that are
// nil are not known, and names of theirs are taken as they are: a version that
// was checked when it was published is read so.
type Terms struct {
	Zone       *time.Location // whose days and hours the file speaks of, unless it names its own
	Scope      expr.Scope     // facts about members and functions; "today" is the day of the purchase
	Currencies map[string]int // digits after the point, by name; bonus has 2
	Categories []string
	Segments   []string
	Blind      map[string]string // of Segments those that read a fact which is not known here, and which fact
	Partners   []string
	Prizes     []string // pools of gifts
	Languages  []string // that messages must be in
	Tiers      []string // of members
	Checking   bool     // report what can be computed and makes no sense, too: a stored version is read without
}

// MemberFacts are what of the programme's facts about members, beside answers and
// consents, is known when a receipt is decided on. Balances and messengers are not: a
// condition on them would never hold.
var MemberFacts = []string{"checking", "last_receipt", "receipts", "registered", "tier", "today"}
