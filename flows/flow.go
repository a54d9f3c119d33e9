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
	Retry  []*Text    // default ladder of its questions
	Then   string     // default step after the ladder
	Remind []Reminder // of its questions, unless they say otherwise
	Expire *Expire
	Back   *Listen // words that lead back from its questions; nil leaves it to the programme
	Steps  []*Step // in the order of the file: a step falls through to the next
	Moved  Moved   // steps of earlier releases
	Survey *Survey // of a survey

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

// Listen interrupts a question. With Run a flow runs, and then Then says what
// becomes of the question; with Go or Step the question is abandoned.
type Listen struct {
	source.Pos
	Words []string
	Event string
	Tap   string
	Photo bool
	Stop  bool       // the words by which people refuse to be written to, see StopWords, and Words, in any state
	Run   string     // flow
	Then  Afterwards // with Run
	Go    string     // flow, in the programme's list
	Step  string     // step, in a flow's own list
	Back  bool       // the question before the pending one
}

// Step is one named place of a flow. Its parts happen in the order of the
// fields, whatever the order in the file.
type Step struct {
	source.Pos
	ID      string
	Skip    *Expr
	When    *Expr // of a survey's question: who is asked
	Say     *Text
	Edit    string   // variable whose news change one message, which Say is
	Media   *Picture // goes with the first words that are said
	Ask     *Text
	Buttons []*Button
	Consent string // the kind that the answer agrees to or refuses
	Expect  *Expect
	Retry   []*Text            // said to misunderstood answers, in turn; the last one stays
	Then    string             // step to go to when the ladder ends
	Else    map[string]*Branch // by reason of refusal
	Remind  []Reminder         // while nobody answers, in turn; nil leaves it to the flow
	Expire  *Expire            // when nobody has answered
	Back    *Listen            // words that lead back from here; nil leaves it to the flow
	Listen  []*Listen          // heard while the step waits, before the flow's
	Save    string             // profile field
	Set     []Assign           // variables
	Split   []Share            // ways that members are spread over
	Call    string
	Writes  bool     // the call changes something that cannot be taken back
	With    []Assign // arguments of the call
	Wait    *Wait
	Handoff string             // queue of people who take the conversation; Go is where it goes on afterwards
	Go      *Branch            // whatever happened
	Cases   map[string]*Branch // by option, outcome of the call, or of the wait
	Routes  []Route            // by condition: the first that holds; the next step when none does

	Question *Question // of a survey
	Funnel   string    // stage that whoever comes here has come to

	where map[string]source.Pos // of its keys
	gives []string              // variables that come with its call or event
}

// Asks says whether the step waits for an answer.
func (s *Step) Asks() bool { return s.Ask != nil }

// Waits says whether the step stops the turn.
func (s *Step) Waits() bool { return s.Ask != nil || s.Wait != nil || s.Served() }

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
	Expired  = "expire" // nobody answered
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
	Tap     string   // standing tap, matched by a listen entry whenever it comes
	Arg     string   // variable that travels with the tap
	Words   []string // what else means the option when it is written
	Skip    bool     // leads round the question
	Ours    bool     // made by the type of the question: a number of a scale, the end of a choice of several
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

// Share is how many members of a hundred take a way.
type Share struct {
	source.Pos
	Name    string
	Percent int64
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
