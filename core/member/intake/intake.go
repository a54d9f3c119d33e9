package intake

import (
	"errors"
	"time"

	"besedka/core/card"
	"besedka/core/consent"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
)

// Limits of a list.
const (
	MaxBytes = 64 << 20
	MaxRows  = 200_000
	Kept     = 14 * 24 * time.Hour // how long lines stay that nobody runs, and the outcome of those that ran
)

// Service keeps lists and works through them.
type Service struct {
	DB      *storage.DB
	Keys    *seal.Keyring
	Members *member.Service
	Terms   func() Terms // of the programme in force
}

// Terms are what a programme knows of people.
type Terms struct {
	Zone      *time.Location
	Fields    []Field
	Documents map[consent.Kind]string // versions in force
	Cards     []card.Type
}

// Field is one of the profile that a list may tell.
type Field struct {
	Name    string
	Titles  []string // by which its column is known, in any language
	Sealed  bool
	Telling bool // see member.Answer
	Called  bool // people are called by it
	Day     bool
	Options map[string]string // names by titles, of a choice
	Takes   func(text string, today time.Time) bool
}

// State is how far a list is.
type State string

// The states.
const (
	Uploaded State = "uploaded" // somebody has to say what its columns are
	Checking State = "checking"
	Checked  State = "checked"
	Running  State = "running"
	Stopped  State = "stopped" // amid a run, by somebody
	Done     State = "done"
	Gone     State = "gone" // nobody ran it, or somebody dropped it
)

// Class is what a line is.
type Class string

// The classes, in the order of a report.
const (
	New      Class = "new"
	Known    Class = "known" // by phone or card
	Doubtful Class = "doubtful"
	Refused  Class = "refused"
)

// Classes are all of them.
var Classes = []Class{New, Known, Doubtful, Refused}

// Ground is on what people agreed.
type Ground string

// The grounds.
const (
	Paper    Ground = "paper"
	Site     Ground = "site"
	Contract Ground = "contract"
)

// Grounds are all of them.
var Grounds = []Ground{Paper, Site, Contract}

// Basis says what the people of a list agreed to.
type Basis struct {
	Documents []consent.Kind `json:"documents"`
	Earlier   bool           `json:"earlier,omitempty"` // to texts from before those in force
	Ground    Ground         `json:"ground"`
	Kept      string         `json:"kept"` // where that can be seen
	On        string         `json:"on"`   // 2024-03-01; "" when each line says it

	Versions map[consent.Kind]string `json:"versions,omitempty"` // what was in force when the list began to run
}

// What keeps a list from being taken, or an act on it from being done.
var (
	ErrEmpty   = errors.New("the table has no line beside its first")
	ErrHead    = errors.New("the first line has to say what the columns are, and it has a telephone number in it")
	ErrTooLong = errors.New("the table has more than 200,000 lines: split it")
	ErrTooBig  = errors.New("the file is larger than 64 MB: split it")
	ErrColumns = errors.New("say what each column is, each thing once, with a phone or a card among them")
	ErrState   = errors.New("the list is in another state by now")
	ErrBasis   = errors.New("say which documents people agreed to, personal data among them, on what ground, where that is kept, and when")
)

// Intake is a list.
type Intake struct {
	ID      int64
	State   State
	Bytes   int64
	Head    []string // cells of its first line; nil once they are gone
	Columns []string // see Column
	Reached int
	Figures Figures
	Basis   *Basis // nil until it runs
	Staff   int64  // who brought it; 0: the command line
	At      time.Time
	RanAt   *time.Time
	DoneAt  *time.Time
	Expires *time.Time // when its lines go; nil: they are gone
}

// Figures count lines.
type Figures struct {
	New      int `json:"new"`
	Known    int `json:"known"`
	Doubtful int `json:"doubtful"`
	Refused  int `json:"refused"`
	Unseen   int `json:"unseen"` // not looked at yet
	Done     int `json:"done"`   // of the new and the known
}

// Rows are all lines.
func (f Figures) Rows() int { return f.New + f.Known + f.Doubtful + f.Refused + f.Unseen }

// Of are those of a class.
func (f Figures) Of(c Class) int {
	switch c {
	case New:
		return f.New
	case Known:
		return f.Known
	case Doubtful:
		return f.Doubtful
	}
	return f.Refused
}
