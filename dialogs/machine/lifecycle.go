package machine

import "github.com/looplab/fsm"

// States of the Lifecycle, as a conversation's row has them.
const (
	Bot      = "bot"      // the bot speaks
	Queued   = "queued"   // people are waited for
	Operator = "operator" // one of them has it
)

// Moves of the Lifecycle.
const (
	Call     = "call"      // the script hands the conversation off
	Take     = "take"      // one of the staff takes it: uncalled, from the queue, or from a colleague
	Release  = "release"   // its holder, or their silence, puts it back into the queue
	GiveBack = "give back" // who has it, or the shopper, lets the bot speak again
)

// Lifecycle is whose a conversation is. The engine calls people and takes back only by
// its moves; who of the staff wins a conversation is decided by compare-and-set in the
// database, which is held to the same moves.
func Lifecycle() *Pool {
	return pool(fsm.Events{
		{Name: Call, Src: []string{Bot}, Dst: Queued},
		{Name: Take, Src: []string{Bot, Queued, Operator}, Dst: Operator},
		{Name: Release, Src: []string{Operator}, Dst: Queued},
		{Name: GiveBack, Src: []string{Queued, Operator}, Dst: Bot},
	})
}
