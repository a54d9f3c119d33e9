package bots

// Status is what a messenger tells of a message after it has taken it. Statuses
// come late, repeated and in no order.
type Status struct {
	ID       string // given to Send
	External string // returned by Send
	State    State
	Err      error // of Failed: one of this package's
}

// State is how far a message got. Of Taken, Delivered and Seen the furthest
// counts; nothing comes after Failed.
type State string

// The states a messenger tells of.
const (
	Taken     State = "taken"
	Delivered State = "delivered"
	Seen      State = "seen"
	Failed    State = "failed"
)

// Rename says that a person has a new id: what came under Old will come under
// New.
type Rename struct{ Old, New string }
