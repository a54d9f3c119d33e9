package fraud

import "time"

// Facts are what is counted around one receipt that a shopper sent. Nothing is
// collected for it: the programme has it anyway.
type Facts struct {
	Day       int64 `db:"day"`       // receipts that the member sent in the 24 hours to this one, which is counted too
	Seller    int64 `db:"seller"`    // of those: by the seller (INN) of this one
	Night     int64 `db:"night"`     // of those: sent between midnight and five by the programme's clock
	Till      int64 `db:"till"`      // other receipts of the member, of the same till within nearBy documents
	Photo     int64 `db:"photo"`     // other members who sent the very same picture
	Claimants int64 `db:"claimants"` // other members who sent this document
	Others    int64 `db:"others"`    // documents that others had registered, and the member sent in those 24 hours
	Phone     int64 `db:"phone"`     // other members who name the member's phone
	Block     int64 `db:"block"`     // other senders of receipts whose phones are of the member's hundred, all of them proved lately
}

// nearBy is how many documents of a till a cashier prints in a quarter of an hour
// or so: who has many of them collects what others left at the till.
const nearBy = 20

// lately is how long a proved phone is a newcomer's. In a programme that a million
// join in one month, three more of one hundred numbers meet by chance once in some
// hundred receipts: one signal, which nobody is asked about.
const lately = 30 * 24 * time.Hour

// Reason names a signal. It is shown to reviewers: do not rename it.
type Reason string

// The signals.
const (
	Velocity     Reason = "velocity"      // many receipts in a day
	OneSeller    Reason = "one_seller"    // many of one seller in a day
	NightBurst   Reason = "night_burst"   // many sent in one night
	TillSequence Reason = "till_sequence" // of one till, one after the other
	SharedPhoto  Reason = "shared_photo"
	Contested    Reason = "contested"     // others claim the document
	OthersPapers Reason = "others_papers" // the member sends what others have registered
	SharedPhone  Reason = "shared_phone"
	PhoneBlock   Reason = "phone_block" // many newcomers with numbers in a row
)

// A signal speaks from a figure on, and louder from a second one on. An honest
// family with a week's receipts stays below all of them.
type signal struct {
	reason Reason
	figure func(Facts) int64
	steps  [2]step
}

type step struct {
	from   int64
	points int
}

var signals = []signal{
	{Velocity, func(f Facts) int64 { return f.Day }, [2]step{{15, 20}, {30, 40}}},
	{OneSeller, func(f Facts) int64 { return f.Seller }, [2]step{{10, 10}, {20, 20}}},
	{NightBurst, func(f Facts) int64 { return f.Night }, [2]step{{5, 20}, {10, 30}}},
	{TillSequence, func(f Facts) int64 { return f.Till }, [2]step{{4, 30}, {8, 60}}},
	{SharedPhoto, func(f Facts) int64 { return f.Photo }, [2]step{{1, 40}, {3, 80}}},
	{Contested, func(f Facts) int64 { return f.Claimants }, [2]step{{1, 10}, {3, 40}}},
	{OthersPapers, func(f Facts) int64 { return f.Others }, [2]step{{3, 30}, {6, 60}}},
	{SharedPhone, func(f Facts) int64 { return f.Phone }, [2]step{{1, 20}, {3, 50}}},
	{PhoneBlock, func(f Facts) int64 { return f.Block }, [2]step{{3, 30}, {6, 60}}},
}

// What a score comes to. Two loud signals, or three, hold a receipt; one alone never
// does.
const (
	ReviewFrom  = 50  // credited, and a person looks
	HoldFrom    = 100 // a person looks before it is credited
	SuspendFrom = 150 // and should think of suspending the member
)

// Signal is a reason with the figure that it was found in.
type Signal struct {
	Reason Reason `json:"reason"`
	Figure int64  `json:"figure"`
	Points int    `json:"points"`
}

// Assessment is what the facts come to.
type Assessment struct {
	Score   int      `json:"score"` // of its signals together
	Signals []Signal `json:"signals"`
	Suspend bool     `json:"suspend"` // the person is advised to; it is never done without one
}

// Review says whether a person should look at all.
func (a Assessment) Review() bool { return a.Score >= ReviewFrom }

// Hold says whether a person should look before anything is credited.
func (a Assessment) Hold() bool { return a.Score >= HoldFrom }

// Assess weighs the facts.
func Assess(f Facts) Assessment {
	a := Assessment{Signals: []Signal{}}
	for _, s := range signals {
		figure, points := s.figure(f), 0
		for _, step := range s.steps {
			if figure >= step.from {
				points = step.points
			}
		}
		if points > 0 {
			a.Signals = append(a.Signals, Signal{s.reason, figure, points})
			a.Score += points
		}
	}
	a.Suspend = a.Score >= SuspendFrom
	return a
}
