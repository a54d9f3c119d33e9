package flows

import (
	"time"

	"besedka/core/expr"
	"besedka/core/source"
)

// Flow is one script.
type Flow struct {
	source.Pos
	ID     string
	Start  Start
	Listen []*Listen
	Retry  []*Text // default ladder of its questions
	Then   string  // default step after the ladder
	Steps  []*Step // in the order of the file: a step falls through to the next

	thenAt source.Pos
	index  map[string]int
	vars   map[string]expr.Kind
}

// Step returns the step of that name, nil when there is none.
func (f *Flow) Step(id string) *Step {
	if i, ok := f.index[id]; ok {
		return f.Steps[i]
	}
	return nil
}

// Next returns the name of the step after s, "" after the last.
func (f *Flow) Next(s *Step) string {
	if i := f.index[s.ID] + 1; i < len(f.Steps) {
		return f.Steps[i].ID
	}
	return ""
}

// Vars returns the kinds of the variables that the flow may hold.
func (f *Flow) Vars() map[string]expr.Kind { return f.vars }

// Start is what begins a flow, leaving whatever was asked before.
type Start struct {
	Words []string
	Links []string // payloads of links that open a chat; a trailing * takes any rest
	Photo bool
	Any   bool // the first contact, whatever it is

	where map[string]source.Pos // of its keys
}

// trigger is one thing that begins a flow: its key and what is compared.
type trigger struct{ key, text string }

func (s Start) triggers() []trigger {
	var all []trigger
	for _, w := range s.Words {
		all = append(all, trigger{"words", Normal(w)})
	}
	for _, link := range s.Links {
		all = append(all, trigger{"link", link})
	}
	if s.Photo {
		all = append(all, trigger{key: "photo"})
	}
	if s.Any {
		all = append(all, trigger{key: "any"})
	}
	return all
}

// Listen interrupts a question. With Run a flow runs and the question is asked
// again; with Go or Step the question is abandoned.
type Listen struct {
	source.Pos
	Words []string
	Event string
	Tap   string
	Photo bool
	Run   string // flow
	Go    string // flow, in the programme's list
	Step  string // step, in a flow's own list
}

// Step is one named place of a flow. Its parts happen in the order of the
// fields, whatever the order in the file.
type Step struct {
	source.Pos
	ID      string
	Skip    *Expr
	Say     *Text
	Ask     *Text
	Buttons []*Button
	Consent string // the kind that the answer agrees to or refuses
	Expect  *Expect
	Retry   []*Text            // said to misunderstood answers, in turn; the last one stays
	Then    string             // step to go to when the ladder ends
	Else    map[string]*Branch // by reason of refusal
	Save    string             // profile field
	Set     []Assign           // variables
	Call    string
	With    []Assign // arguments of the call
	Wait    *Wait
	Go      *Branch            // whatever happened
	Cases   map[string]*Branch // by option, outcome of the call, or of the wait

	where map[string]source.Pos // of its keys
}

// Asks says whether the step waits for an answer.
func (s *Step) Asks() bool { return s.Ask != nil }

// Waits says whether the step stops the turn.
func (s *Step) Waits() bool { return s.Ask != nil || s.Wait != nil }

// Branch is a way on: Say, then Run, then Go or End. With neither Go nor End it
// leads to the next step.
type Branch struct {
	source.Pos
	Say *Text
	Run string // flow
	Go  string // step
	End bool
}

// Outcomes of a question or wait that Cases may name, beside options and
// outcomes of calls.
const (
	Answered = "answer" // a typed question was answered rather than an option taken
	Happened = "event"  // the event came
	Late     = "time"   // the time was up
)

// Options of a question about consent.
const (
	AgreeOption  = "agree"
	RefuseOption = "refuse"
)

// Button is one choice under a message. An option of the question has neither
// URL, Contact nor Tap.
type Button struct {
	source.Pos
	ID      string
	Title   Words
	URL     *Text // the address, may hold placeholders
	Contact bool
	Tap     string // standing tap, matched by a listen entry whenever it comes
	Arg     string // variable that travels with the tap
}

// TapPrefix begins the token of a standing tap, where options have the turn
// that asked.
const TapPrefix = "a."

// Token returns what comes back when the standing tap is pressed: its name,
// and with Arg the variable and its value.
func (b *Button) Token(arg string) string {
	if b.Arg == "" {
		return TapPrefix + b.Tap
	}
	return TapPrefix + b.Tap + "." + b.Arg + "." + arg
}

// Option says whether the button answers the question it stands under.
func (b *Button) Option() bool { return b.URL == nil && !b.Contact && b.Tap == "" }

// Assign gives a name the value of an expression.
type Assign struct {
	source.Pos
	Name  string
	Value *Expr
}

// Wait stops until an event comes, a time has passed, or whichever is first.
type Wait struct {
	source.Pos
	For   time.Duration
	Event string
}

// Expr is an expression in its place.
type Expr struct {
	*expr.Program
	node *source.Node
}

// Type is what a question expects.
type Type string

// The types and what they refuse an answer for, see Reasons.
const (
	TextType    Type = "text"
	NameType    Type = "name"
	IntType     Type = "int"
	DateType    Type = "date"
	PhoneType   Type = "phone"
	ChoiceType  Type = "choice"
	PhotoType   Type = "photo"
	ContactType Type = "contact"
)

// Reasons tells by type why an answer may be refused.
var Reasons = map[Type][]string{
	TextType:    {"not_text", "too_long"},
	NameType:    {"not_text", "not_a_name", "too_long"},
	IntType:     {"not_a_number", "too_small", "too_big"},
	DateType:    {"not_a_date", "no_such_date", "not_past", "not_future", "too_young", "too_old"},
	PhoneType:   {"not_a_phone"},
	ChoiceType:  {"no_such_option"},
	PhotoType:   {"not_a_photo"},
	ContactType: {"not_a_phone", "not_own"},
}

var kinds = map[Type]expr.Kind{
	TextType: expr.Text, NameType: expr.Text, IntType: expr.Count, DateType: expr.Date,
	PhoneType: expr.Text, ChoiceType: expr.Text, ContactType: expr.Text,
}

// Expect is what answer a question takes.
type Expect struct {
	source.Pos
	Type   Type
	Max    int    // characters of a text or name
	Range  *Range // of an int
	Age    *Range // whole years since a date, today
	Past   bool   // a date before today
	Future bool   // a date after today
}

// Range is From..To, both included.
type Range struct{ From, To int64 }
