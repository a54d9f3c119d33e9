package flows

import (
	"time"

	"besedka/core/expr"
)

// Vocabulary is what scripts may speak of beside what the programme defines.
type Vocabulary struct {
	Calls  map[string]Call
	Facts  map[string]expr.Kind
	Events map[string]map[string]expr.Kind // what comes with each event
}

// Call is something the core does for a script.
type Call struct {
	Args     map[string]expr.Kind
	Outcomes []string
	Values   map[string]expr.Kind // what comes with an outcome
	Reads    bool                 // it changes nothing, and may be done again
}

// functions are what expressions of scripts and segments may call.
var functions = map[string]expr.Func{
	// whole years from a date to today
	"age": {Args: []expr.Kind{expr.Date}, Given: []string{"today"}, Result: expr.Count, Call: func(args []expr.Value) (expr.Value, error) {
		return expr.CountOf(int64(Age(args[0].Day(), args[1].Day()))), nil
	}},
	// days from a date to today
	"days_since": {Args: []expr.Kind{expr.Date}, Given: []string{"today"}, Result: expr.Count, Call: func(args []expr.Value) (expr.Value, error) {
		return expr.CountOf(int64(args[1].Day().Sub(args[0].Day()) / (24 * time.Hour))), nil
	}},
}

// Age is how many whole years lie between two days.
func Age(born, today time.Time) int {
	years := today.Year() - born.Year()
	if today.Month() < born.Month() || today.Month() == born.Month() && today.Day() < born.Day() {
		years--
	}
	return years
}
