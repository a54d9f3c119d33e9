package conversation

import (
	"log/slog"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
)

// Service is the door and the way out. Its zero value is not usable.
type Service struct {
	db      *storage.DB
	keys    *seal.Keyring
	members *member.Service
	wake    Waker
	log     *slog.Logger
}

// Waker tells the loops of this process that there is work. Loops of other
// processes find it by looking.
type Waker struct {
	Turns func()                   // an inbox row became ready
	Sends func(of chat.Channel)    // an outbox row was written
	Heard func(conversation int64) // its person wrote; nil: nobody looks at it
}

// New wires a Service.
func New(db *storage.DB, keys *seal.Keyring, members *member.Service, wake Waker, log *slog.Logger) *Service {
	return &Service{db: db, keys: keys, members: members, wake: wake, log: log}
}

// heard tells that people wrote.
func (w Waker) heard(people []member.Subject) {
	if w.Heard == nil {
		return
	}
	for _, p := range people {
		w.Heard(p.Conversation)
	}
}

// Wake is what an inbox row carries, sealed. Exactly one of Chat, Event and
// Timer is set.
type Wake struct {
	Key   string        `json:"-"` // dedupe key, unique over all channels and kinds
	Chat  *chat.Inbound `json:"chat,omitempty"`
	Event *Event        `json:"event,omitempty"`
	Timer *Timer        `json:"timer,omitempty"`
	More  []Piece       `json:"more,omitempty"`  // of what Chat.Text begins
	Until int64         `json:"until,omitempty"` // unix milliseconds: when nothing more belongs to it, whatever comes
}

// Event is something that happened elsewhere and concerns this conversation, or
// what a service answered to the turn Visit.
type Event struct {
	Name    string                `json:"name"`
	Args    map[string]expr.Value `json:"args,omitempty"`
	Outcome string                `json:"outcome,omitempty"`
	Visit   int64                 `json:"visit,omitempty"`
	Fence   int64                 `json:"fence,omitempty"` // of a handoff's end: the taking that it ends
	Seen    *int64                `json:"seen,omitempty"`  // number of the person's last message before it, of which it takes account: one that came later makes it nothing; nil: none does
	Low     bool                  `json:"low,omitempty"`   // nobody waits for what is said to it: everything else is sent first
}

// Timer is a promise that fell due: the conversation looks at the clock. It tells
// the turn that made it, and for when.
type Timer struct {
	Turn int64 `json:"turn"`
	Due  int64 `json:"due,omitempty"` // unix time
}

func (w Wake) kind() string {
	switch {
	case w.Chat != nil:
		return "message"
	case w.Event != nil:
		return "event"
	}
	return "timer"
}
