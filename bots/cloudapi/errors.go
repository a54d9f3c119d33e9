package cloudapi

import (
	"errors"
	"fmt"
	"time"

	"besedka/bots"
)

// refusalError is a refusal by its code. Meta's words are left out: they quote
// what was sent.
type refusalError struct{ code int }

func (e *refusalError) Error() string { return fmt.Sprintf("code %d", e.code) }

// unsaid takes the doubt from a failure of what nobody sees: to do it again does no
// harm.
func unsaid(err error) error {
	if errors.Is(err, bots.ErrUnknownOutcome) {
		return fmt.Errorf("%w: %s", bots.ErrUnavailable, err.Error())
	}
	return err
}

// Pauses that codes ask for: Meta tells none itself.
const (
	pairPause    = 6 * time.Second // about one message to a person in that time
	numberPause  = 2 * time.Second // over all people
	accountPause = time.Minute     // calls an hour
	spamPause    = time.Hour       // people complained
)

// refusal words a code of developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes.
func refusal(code int) error {
	if pause, ok := pauses[code]; ok {
		return &bots.ThrottledError{After: pause}
	}
	kind, ok := kinds[code]
	switch {
	case ok:
	case code >= 200 && code <= 299: // a permission is missing
		kind = bots.ErrUnauthorized
	default: // what was said, or to whom, is unfit
		kind = bots.ErrRejected
	}
	return fmt.Errorf("%w: %w", kind, &refusalError{code})
}

var pauses = map[int]time.Duration{
	131056: pairPause,
	130429: numberPause,
	4:      accountPause,
	80007:  accountPause,
	131048: spamPause,
}

var kinds = map[int]error{
	1:      bots.ErrUnavailable,
	2:      bots.ErrUnavailable,
	131000: bots.ErrUnavailable,
	131016: bots.ErrUnavailable,
	131057: bots.ErrUnavailable, // the number is being moved or upgraded
	133004: bots.ErrUnavailable,

	131047: bots.ErrWindowClosed,

	132000: bots.ErrTemplate, // another number of values
	132001: bots.ErrTemplate, // no such template in that language, or not approved
	132005: bots.ErrTemplate, // too long with its values
	132007: bots.ErrTemplate, // against the rules of content
	132012: bots.ErrTemplate, // values of another kind
	132015: bots.ErrTemplate, // paused: people complained
	132016: bots.ErrTemplate, // disabled: they complained three times
	132018: bots.ErrTemplate, // a value with line breaks, tabs or five spaces in a row

	131026: bots.ErrBlocked, // blocked us, has no WhatsApp, or has not agreed to its terms

	0:      bots.ErrUnauthorized,
	3:      bots.ErrUnauthorized,
	10:     bots.ErrUnauthorized,
	190:    bots.ErrUnauthorized,
	368:    bots.ErrUnauthorized,
	131005: bots.ErrUnauthorized,
	131031: bots.ErrUnauthorized,
	131042: bots.ErrUnauthorized, // nobody pays the bill
	133010: bots.ErrUnauthorized, // the number is not registered
}
