package flows

import "besedka/core/source"

// Limits of a programme; the check names the one that is passed. One file may
// have source.MaxBytes.
const (
	MaxFiles     = 500
	MaxBytes     = 8 << 20 // of all files
	MaxSteps     = 500     // a flow
	MaxQuestions = 300     // in faq.yaml
	MaxServices  = 50      // in services.yaml
	MaxTaken     = 10      // values of one answer of a service
	MaxListen    = 100     // entries in one list
	MaxRoutes    = 20      // cases of one go
	MaxVars      = 64      // that one flow sets: they share 512 bytes
	MaxFields    = 200     // of the profile
	MaxOptions   = 100     // of one field
	MaxSegments  = 200
	MaxWords     = 50   // in one list
	MaxVariants  = 30   // of one text
	MaxButtons   = 10   // under one message
	MaxReminders = 5    // of one question
	MaxRetries   = 10   // texts of one ladder
	MaxValues    = 5000 // of one list
	MaxOnce      = 16   // texts of a programme that are said once
	MaxPattern   = 200  // bytes of a regular expression
	MaxText      = 4000 // characters of one text
	MaxTitle     = 60   // characters of a button's title
	MaxName      = 40   // characters of a name: flow, step, option, field
	MaxOption    = 48   // bytes of an option's name, which travels in its button
)

// atMost cuts a list that is longer than it may be, and tells so.
func atMost[T any](l *loader, most int, list []T, at source.Pos, of source.Text) []T {
	if len(list) <= most {
		return list
	}
	l.limit(at, of, most)
	return list[:most]
}
