package flows

// Limits of a programme; the check names the one that is passed. One file may
// have source.MaxBytes.
const (
	MaxFiles     = 500
	MaxBytes     = 8 << 20 // of all files
	MaxSteps     = 500     // a flow
	MaxListen    = 100     // entries in one list
	MaxWords     = 50      // in one list
	MaxVariants  = 30      // of one text
	MaxButtons   = 10      // under one message
	MaxReminders = 5       // of one question
	MaxRetries   = 10      // texts of one ladder
	MaxValues    = 5000    // of one list
	MaxOnce      = 16      // texts of a programme that are said once
	MaxPattern   = 200     // bytes of a regular expression
	MaxText      = 4000    // characters of one text
	MaxTitle     = 60      // characters of a button's title
	MaxName      = 40      // characters of a name: flow, step, option, field
	MaxOption    = 48      // bytes of an option's name, which travels in its button
)
