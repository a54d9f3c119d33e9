package dialogs

import (
	"time"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/flows"
)

// Input is what wakes a session; exactly one field is set.
type Input struct {
	Chat  *chat.Inbound `json:"chat,omitempty"`
	Event *Event        `json:"event,omitempty"`
	Timer bool          `json:"timer,omitempty"` // it is time to look at the clock
}

// Event is something that happened elsewhere and concerns this conversation:
// receipt.credited, receipt.rejected, link.asked; or what a service answered.
type Event struct {
	Name    string                `json:"name"`
	Args    map[string]expr.Value `json:"args,omitempty"`
	Outcome string                `json:"outcome,omitempty"` // of a service
	Visit   int64                 `json:"visit,omitempty"`   // number of the turn that asked it
}

// Env is what a turn may know besides its session. The same Env and the same
// session give the same turn.
type Env struct {
	Now     time.Time
	Turn    int64 // number of this turn in its conversation, from 1
	Seed    int64
	Who     int64 // the member, for what stays the same for them: the ways of a split
	Lang    string
	Channel chat.Channel
	Refused bool        `json:",omitempty"` // they want to be written nothing unasked: no reminders
	Explain bool        `json:"-"`          // whether Outcome.Notes is wanted
	Facts   expr.Lookup `json:"-"`          // of the member, by their name in scripts: profile.name, balance; nil knows none
}

// Facts are values about the member by their name. A name that is missing is a
// fact not known yet.
type Facts map[string]expr.Value

// Look finds a fact.
func (f Facts) Look(name string) (expr.Value, bool) {
	v, ok := f[name]
	return v, ok
}

// Session is where one conversation stands. It lives sealed in the database
// and carries no history. Its zero value is a conversation that has not begun.
type Session struct {
	Flow     string                `json:"f,omitempty"`
	Step     string                `json:"s,omitempty"` // the step that waits; empty when nothing is asked
	Stack    []Frame               `json:"k,omitempty"` // where to return, at most MaxStack
	Vars     map[string]expr.Value `json:"v,omitempty"` // set by the running flow, at most MaxVarBytes
	Tries    int                   `json:"t,omitempty"` // misunderstood answers to the pending question
	Asked    int64                 `json:"a,omitempty"` // turn that asked the pending question; buttons name it
	Due      int64                 `json:"d,omitempty"` // unix time until which the step waits
	Picked   uint32                `json:"p,omitempty"` // buttons of the pending question picked so far, a bit each by its place
	Since    int64                 `json:"w,omitempty"` // unix time since which the pending question waits, when anything comes of it
	Reminded int                   `json:"r,omitempty"` // reminders of it so far
	Held     int64                 `json:"h,omitempty"` // unix time since which people have the conversation
	Once     []uint64              `json:"o,omitempty"` // what is said once and has been, at most flows.MaxOnce
	Misses   int                   `json:"m,omitempty"` // messages in a row that nobody understood, see flows.MissesName
	Unread   int                   `json:"u,omitempty"` // photos in a row without a code, see flows.UnreadName
	Armed    int64                 `json:"x,omitempty"` // unix time of the next look at the clock that was asked for
	Loop     Loop                  `json:"l,omitzero"`  // what was last said to somebody who was not understood
	Trail    []Visit               `json:"b,omitempty"` // questions of the running flow, the pending one at the end, at most MaxTrail
	Last     string                `json:"e,omitempty"` // thread of the message at the end of the chat, when it has one
	LastAt   int64                 `json:"z,omitempty"` // unix time when it came there
	Album    uint32                `json:"g,omitempty"` // hash of the album that has answered last, 0 for none
	Edited   uint32                `json:"i,omitempty"` // hash of the message whose edit was told to be late last, 0 for none
	Said     []uint64              `json:"n,omitempty"` // which variant was said last, the newest at the end, at most MaxSaid
	Stages   []uint32              `json:"c,omitempty"` // hashes of the stages it came to last, at most MaxStages
	Vouched  string                `json:"y,omitempty"` // the number that the messenger vouched for in the last message; the runner's
	Numbered []string              `json:"j,omitempty"` // tokens of the keys that were last listed by number, see turn.listed
}

// Frame is an interrupted flow and where to go on in it: at a question to ask
// again when Asked is set, else at a step to begin.
type Frame struct {
	Flow     string                `json:"f"`
	Step     string                `json:"s"`
	Vars     map[string]expr.Value `json:"v,omitempty"`
	Tries    int                   `json:"t,omitempty"`
	Asked    int64                 `json:"a,omitempty"`
	Due      int64                 `json:"d,omitempty"`
	Picked   uint32                `json:"p,omitempty"`
	Since    int64                 `json:"w,omitempty"`
	Reminded int                   `json:"r,omitempty"`
	Came     *Event                `json:"e,omitempty"` // what it waits for has come
	Quiet    bool                  `json:"q,omitempty"` // its question waits on, and is not asked again
	Trail    []Visit               `json:"b,omitempty"`
}

// Outcome is what a turn decided so far. While Call is set the turn is not
// over: carry the call out and hand its result to Resume.
type Outcome struct {
	Session Session
	Effects []Effect
	Call    *Call
	Notes   []Note // what was decided and why, when Env.Explain asks

	steps, calls int      // made so far
	kept         *Session // where the conversation stands aside from the turn, see turn.held
	puzzled      bool     // what came was not understood
}

// Call asks the core for something. Key makes a repeated call harmless: it names
// the visit of the step that calls, within the conversation, by the turn and the
// number of the call in it. A turn decided again calls under the same keys.
type Call struct {
	Name string
	Args map[string]expr.Value
	Key  string

	Survey   *flows.Survey // that the running flow is, of a survey's calls
	Segments []string      // that hold then, of calls of surveys and prizes
	Behalf   int64         // the member whose link was opened, of a survey's calls; else 0
}

// CallResult answers a Call: one of the outcomes its action declares, and the
// values that go with it (they become session variables of the running flow).
type CallResult struct {
	Outcome string                `json:"o"`
	Values  map[string]expr.Value `json:"v,omitempty"`
}

// Effect is something to apply in the turn's transaction: Say, Save, Respond,
// Reach, Agree, Request, Remind, HandOff or TakeUp.
type Effect interface{ effect() }

// Say is one message to the shopper, in words, not yet fitted to the channel.
// Texts of one turn travel as one message until buttons end it.
type Say struct {
	Slot    string // flow/step.slot, the stable names of its texts, separated by spaces
	Message chat.Message
}

// Save keeps an answer under its profile field; one that is not known is an answer
// taken back, and then the field is not known either. Whether it is sealed is the
// field's business, see flows.Profile.
type Save struct {
	Field string
	Value expr.Value
}

// Respond keeps what was answered to a question of a survey.
type Respond struct {
	Survey   string
	Question string
	Value    expr.Value // unknown when the question was passed over
	Undone   bool       // gone back to: neither answered nor passed over any more
	Written  bool       // in words: it may hold anything, and is sealed
	Figure   bool       // a number or a day: it may be of somebody, and goes when they are erased
	Behalf   int64      // the member whom the survey was meant for, when it is not who answers; else 0
}

// Reach notes that the member has come to a stage of a flow's funnel.
type Reach struct {
	Flow, Stage string
	Segments    []string // that hold now
}

// Agree records a consent given or refused.
type Agree struct {
	Kind    string // personal_data, rules, advertising
	Granted bool
	Version string // hash of the document's text
}

// Remind wakes this session at At, with Input.Timer, to look at the clock.
type Remind struct{ At time.Time }

// Request asks a service of the programme. Its answer wakes this session as an
// Event of that name, with the number of this turn as Visit.
type Request struct {
	Call string // service.loyalty
	Args map[string]expr.Value
}

// HandOff leaves the conversation to the people of a queue; Loop says that the bot
// went in circles.
type HandOff struct {
	Queue string
	Loop  bool
}

// TakeUp takes the conversation back from them.
type TakeUp struct{}

func (Say) effect()     {}
func (Save) effect()    {}
func (Respond) effect() {}
func (Reach) effect()   {}
func (Agree) effect()   {}
func (Remind) effect()  {}
func (Request) effect() {}
func (HandOff) effect() {}
func (TakeUp) effect()  {}

// Limits of a turn and of a session; past them the turn fails politely.
const (
	MaxSteps    = 40  // steps a turn
	MaxMessages = 8   // messages a turn
	MaxStack    = 3   // interrupted flows
	MaxVarBytes = 512 // JSON of all variables together
	MaxSaid     = 12  // remembered variants; the oldest is forgotten
	MaxStages   = 16  // remembered stages; to come to a forgotten one again is told again, which changes nothing
)
