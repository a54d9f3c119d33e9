package rules

import (
	"time"

	"besedka/core/expr"
	"besedka/core/fiscal"
)

// Facts are all that campaigns may know when they decide on a receipt. They are
// plain data: whoever gathers them has locked what Used and Pools tell.
type Facts struct {
	Receipt Receipt
	Store   Store
	Partner Partner
	Member  Member
	Used    map[Counter]int64  // what was used up so far, by those of Set.Counters; 0 when it is not there
	Pools   map[PoolKey]Pooled // likewise by those of Set.Pools
}

// Receipt is what a campaign may know of a verified receipt.
type Receipt struct {
	Purchased time.Time
	Uploaded  time.Time        // when it reached us; zero as Purchased
	Total     int64            // kopecks, before what is paid by bonuses and after discounts of the till; of a redemption before Discount
	Discount  int64            // kopecks, the partner's own; what is left of Total is payable
	Tenders   map[string]int64 // kopecks paid by each currency of the programme
	INN       string           // of the seller; "" when nobody told
	Lines     []Line           // of goods; none when a person approved the receipt without contents
}

// seen says whether anybody knows what is in the receipt. All of its goods may have
// come back, but who sold them is still known.
func (r *Receipt) seen() bool { return r.INN != "" || len(r.Lines) > 0 }

// Line is one line of goods. What stands for it in the catalogue is known when
// it was recognised for certain.
type Line struct {
	Number   int             // as Share names it
	Product  string          // "" when it is none of the catalogue
	Category string          // молочное.йогурты; "" for none
	Title    string          `json:",omitempty"` // of the category, for people
	GTIN     string          // 14 digits; "" for none
	Quantity fiscal.Quantity // millionths
	Price    int64           // kopecks for one unit
	Sum      int64           // kopecks, after the line's discount
}

// Store is where the receipt comes from, Partner whose store that is. Empty
// fields are not known.
type Store struct{ ID, Format, Category string }

// Partner is who sells.
type Partner struct{ ID string }

// Member is whose receipt it is.
type Member struct {
	ID         int64 // experiments are drawn by it
	Registered time.Time
	Tier       string
	Card       bool                  // there is one
	Segments   []string              // those of the campaigns' audiences the member is in
	Facts      map[string]expr.Value // by the names of Terms.Scope: profile.city, points
}

// A Counter is how much of a limit, or how many purchases for a frequency, one
// subject has used up in one window of time.
type Counter struct {
	Campaign string
	Limit    string  // its id in the campaign
	Of       Subject // whose it is: the member, the store or the campaign as a whole
	Window   string  // 2026-05-03, 2026-W18, 2026-05; "" for the whole campaign
}

// A Subject is whose a counter is.
type Subject string

// The subjects. A counter of the store is of the store of the receipt.
const (
	OfMember   Subject = "member"
	OfStore    Subject = "store"
	OfCampaign Subject = "campaign"
)

// A PoolKey names the receipts of the member whose sums are added up for
// coupons.
type PoolKey struct {
	Campaign string
	Pool     string
	Window   string // as of a Counter
}

// Pooled is what a pool has so far.
type Pooled struct {
	Sum       int64 // kopecks
	Issued    int64 // live coupons
	Forfeited int64
}
