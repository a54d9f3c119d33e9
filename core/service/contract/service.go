package contract

import (
	"time"

	"besedka/core/expr"
)

// Prefix begins the name by which scripts call a service, and that of its answer.
const Prefix = "service."

// Failed is the outcome of a service that gave no answer of its contract in time:
// it may or may not have done what it was asked.
const Failed = "failed"

// Limits of what travels.
const (
	MaxAnswer   = 64 << 10 // bytes of an answer
	MaxVars     = 256      // bytes of the values taken from it, half of what a session may keep
	DefaultTime = time.Minute
	MaxTime     = 24 * time.Hour
)

// Service is one service that scripts may ask.
type Service struct {
	Name     string               `json:"name"`
	Method   string               `json:"method"` // GET or POST
	URL      string               `json:"url"`    // may hold {argument} in its path
	Secret   string               `json:"secret,omitempty"`
	Private  bool                 `json:"private,omitempty"` // it stands in a network of our own
	Within   time.Duration        `json:"within"`            // how long to ask, again and again
	Args     map[string]expr.Kind `json:"args,omitempty"`
	Outcomes []Outcome            `json:"outcomes"`
	Values   []Value              `json:"values,omitempty"`
}

// Outcome is how an answer is known: by its status, and with Field by what stands
// there. Of several the first one counts.
type Outcome struct {
	Name   string `json:"name"`
	Status int    `json:"status"`
	Field  string `json:"field,omitempty"` // path of keys: card.level
	Is     string `json:"is,omitempty"`
}

// Value is a field of the answer that becomes a variable.
type Value struct {
	Name  string    `json:"name"`
	Kind  expr.Kind `json:"kind"`
	Field string    `json:"field"`
}
