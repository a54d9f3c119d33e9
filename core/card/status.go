package card

// Status is how a card stands.
type Status string

// The statuses.
const (
	Active    Status = "active"
	Limited   Status = "limited"   // временно ограниченная: a doubt that is being looked at
	Suspended Status = "suspended" // приостановленная
	Blocked   Status = "blocked"   // заблокированная
)

// Statuses are all, the strictest last.
var Statuses = []Status{Active, Limited, Suspended, Blocked}

// Can is what a status allows.
type Can struct {
	Earn   bool `json:"earn"`
	Frozen bool `json:"frozen"` // what is earned waits until the status is lifted
	Spend  bool `json:"spend"`
	Notify bool `json:"notify"` // whether anything is said unasked
}

// Can is the matrix of capabilities; an unknown status allows nothing.
func (s Status) Can() Can {
	switch s {
	case Active:
		return Can{Earn: true, Spend: true, Notify: true}
	case Limited:
		return Can{Earn: true}
	case Suspended:
		return Can{Earn: true, Frozen: true}
	}
	return Can{}
}
