package forecast

import (
	"errors"
	"time"

	"besedka/core/campaign/rules"
)

// Input is what a forecast is made of, beside receipts.
type Input struct {
	Draft  *rules.Campaign
	Active *rules.Campaign   // the version in force; nil for none
	Others []*rules.Campaign // that decide beside either
	Stock  map[string]int64  // of gifts, by pool; nil: they never run out
	Zone   *time.Location    // whose days are told
}

// A Forecast is one in the making.
type Forecast struct {
	in            Input
	draft, active *side
	days          []Day
	today         map[int64]bool // members of the last day
	gotToday      [2]map[int64]bool
	last          time.Time
	receipts      int64
	people        *people
}

// New begins a forecast. The draft and the version in force are taken without their
// periods: the question is what they would have done on those days.
func New(in Input) *Forecast {
	id := in.Draft.ID
	f := &Forecast{in: in, people: newPeople(), draft: newSide(id, append([]*rules.Campaign{in.Draft.WithoutPeriod()}, in.Others...), in.Stock)}
	before := in.Others
	if in.Active != nil {
		before = append([]*rules.Campaign{in.Active.WithoutPeriod()}, before...)
	}
	f.active = newSide(id, before, in.Stock)
	return f
}

// ErrOrder refuses a receipt that was bought before the one before it.
var ErrOrder = errors.New("receipts are not in the order of purchase")

// Add credits a receipt by both. Facts are all that was known of it, but for what is
// used up: that is the forecast's own.
func (f *Forecast) Add(facts rules.Facts) error {
	if facts.Receipt.Purchased.Before(f.last) {
		return ErrOrder
	}
	f.last = facts.Receipt.Purchased
	ownDraft, allDraft, err := f.draft.credit(facts)
	if err != nil {
		return err
	}
	ownActive, allActive, err := f.active.credit(facts)
	if err != nil {
		return err
	}
	f.receipts++
	f.people.add(facts.Member.ID, allDraft, allActive)
	f.note(facts, ownDraft, ownActive)
	return nil
}

// note puts a receipt into its day.
func (f *Forecast) note(facts rules.Facts, draft, active Cost) {
	name, member := facts.Receipt.Purchased.In(f.in.Zone).Format(time.DateOnly), facts.Member.ID
	if len(f.days) == 0 || f.days[len(f.days)-1].Day < name {
		f.days = append(f.days, Day{Day: name})
		f.today, f.gotToday = map[int64]bool{}, [2]map[int64]bool{{}, {}}
	}
	d := &f.days[len(f.days)-1]
	f.today[member] = true
	d.Receipts, d.Members = d.Receipts+1, int64(len(f.today))
	for i, c := range []Cost{draft, active} {
		if !c.nothing() {
			f.gotToday[i][member] = true
		}
	}
	d.draft, d.active = int64(len(f.gotToday[0])), int64(len(f.gotToday[1]))
	d.Draft.add(draft)
	d.Active.add(active)
	for _, l := range f.draft.limits {
		if l.Of == rules.OfCampaign {
			if d.Budgets == nil {
				d.Budgets = map[string]int64{}
			}
			d.Budgets[l.ID] = l.Used
		}
	}
}

// Result is the forecast so far.
func (f *Forecast) Result() Result {
	r := Result{
		Campaign: f.in.Draft.ID, Receipts: f.receipts, Members: int64(len(f.people.got)),
		Draft: f.draft.result(), Days: append([]Day{}, f.days...), Changes: f.people.changes(),
	}
	if f.in.Active != nil {
		active := f.active.result()
		r.Active = &active
	}
	if n := len(f.days); n > 0 {
		r.From, r.To = f.days[0].Day, f.days[n-1].Day
	}
	return r
}
