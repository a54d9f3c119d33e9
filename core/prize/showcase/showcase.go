package showcase

import (
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"slices"
	"time"

	"besedka/core/source"
)

// Limits of a showcase.
const (
	MaxPrizes = 200
	MaxName   = 60  // characters
	MaxText   = 600 // characters: with its name and price it fits under a picture
)

// A Showcase is what prizes.yaml says. It is never changed, so anybody may read it
// at once; nil is one without prizes.
type Showcase struct {
	Prizes []*Prize // as written
	byID   map[string]*Prize
}

// Names are the ids of the prizes, as written.
func (s *Showcase) Names() []string {
	names := make([]string, len(s.Prizes))
	for i, p := range s.Prizes {
		names[i] = p.ID
	}
	return names
}

// Prize returns the prize of an id, nil when there is none.
func (s *Showcase) Prize(id string) *Prize {
	if s == nil {
		return nil
	}
	return s.byID[id]
}

// A Prize is one entry of the showcase.
type Prize struct {
	source.Pos
	ID         string
	Name, Text Words
	Image      string // under the folder's media/; "" for none
	Price      *Price // nil: it cannot be bought, only won
	Segment    string // whom it is shown to; "" for everybody
	Limit      Limit
	Value      int64 // kopecks; 0 when nobody told
	Tax        Tax
	Delivery   Delivery
	Pool       string // of codes; "" unless they are the delivery

	from, until time.Time // until exclusive; zero for no end
	places      map[string]source.Pos
}

// At is where a key of the prize stands, or the prize without it.
func (p *Prize) At(key string) source.Pos {
	if at, ok := p.places[key]; ok {
		return at
	}
	return p.Pos
}

// Covers says whether the prize stands in the showcase at an instant.
func (p *Prize) Covers(now time.Time) bool {
	return !now.Before(p.from) && (p.until.IsZero() || now.Before(p.until))
}

// Price is what a prize costs.
type Price struct {
	Currency string // "" for the first one of the programme
	amount   *big.Rat
}

// Minor is the price in minor units of a currency of that scale; false when it
// has more decimals than the currency.
func (p *Price) Minor(scale int) (int64, bool) {
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
	minor := new(big.Rat).Mul(p.amount, new(big.Rat).SetInt(unit))
	return minor.Num().Int64(), minor.IsInt()
}

// Delivery is how a prize reaches its owner.
type Delivery string

// The deliveries.
const (
	Code   Delivery = "code"   // a code out of a pool, shown in the chat
	Desk   Delivery = "desk"   // handed over for a one-time code
	Parcel Delivery = "parcel" // sent to an address
)

var deliveries = []string{string(Code), string(Desk), string(Parcel)}

// Tax is the rule by which the prize is taxed, of part two of the Russian Tax Code.
type Tax string

// The tax classes.
const (
	Loyalty Tax = "loyalty" // a bonus of a loyalty programme, article 217, clause 68
	Gift    Tax = "gift"    // a gift of an organisation, article 217, clause 28
	Win     Tax = "win"     // won in a promotion, article 217, clause 28 and article 224, clause 2
)

var taxes = []string{string(Loyalty), string(Gift), string(Win)}

// MaxValue is what a prize may be worth, in kopecks, without documents of who gets
// it: what is exempt in a year by article 217, clause 28 of the Tax Code.
const MaxValue = 4_000_00

// Limit is how many of a prize one member may have.
type Limit struct {
	Count int64 // 0 for any number
	Per   Per
}

// Per is the time that a limit counts in.
type Per string

// The times. Days, weeks from Monday, months and years are those of the calendar.
const (
	Ever  Per = ""
	Day   Per = "day"
	Week  Per = "week"
	Month Per = "month"
	Year  Per = "year"
)

var pers = []string{string(Day), string(Week), string(Month), string(Year)}

// Since is the beginning of the time that holds now, in zone; zero for Ever.
func (p Per) Since(now time.Time, zone *time.Location) time.Time {
	year, month, day := now.In(zone).Date()
	switch p {
	case Day:
		return time.Date(year, month, day, 0, 0, 0, 0, zone)
	case Week:
		monday := (int(now.In(zone).Weekday()) + 6) % 7
		return time.Date(year, month, day-monday, 0, 0, 0, 0, zone)
	case Month:
		return time.Date(year, month, 1, 0, 0, 0, 0, zone)
	case Year:
		return time.Date(year, 1, 1, 0, 0, 0, 0, zone)
	}
	return time.Time{}
}

// Words is one text by language; a text of one language stands under "".
type Words map[string]string

// In returns the text in a language, else in the one it is written in first.
func (w Words) In(lang string) string {
	if text, ok := w[lang]; ok {
		return text
	}
	return w[""]
}

// For says whether who is in these segments may buy the prize; nil is no prize, and
// what can only be won is bought by nobody.
func (p *Prize) For(segments []string, anybody bool) bool {
	return p != nil && p.Price != nil && (anybody || p.Segment == "" || slices.Contains(segments, p.Segment))
}

// Number stands for the prize's id where only a number can travel.
func (p *Prize) Number() int64 {
	sum := sha256.Sum256([]byte(p.ID))
	return int64(binary.BigEndian.Uint64(sum[:]) >> 8)
}

// Numbered returns the prize of a number, nil when there is none.
func (s *Showcase) Numbered(n int64) *Prize {
	if s == nil {
		return nil
	}
	i := slices.IndexFunc(s.Prizes, func(p *Prize) bool { return p.Number() == n })
	if i < 0 {
		return nil
	}
	return s.Prizes[i]
}
