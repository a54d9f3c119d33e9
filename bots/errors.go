package bots

import (
	"errors"
	"fmt"
	"time"
)

// How sending or fetching fails. An adapter classifies, package gateway alone
// decides what follows. The messenger's own words are wrapped for the log; no
// token and no message text is ever among them.
var (
	ErrBlocked        = errors.New("the person blocked the bot")         // nothing will reach this chat
	ErrWindowClosed   = errors.New("outside the messenger's window")     // the person has to write first
	ErrTemplate       = errors.New("the messenger refused the template") // the same template will not pass until somebody mends it
	ErrRejected       = errors.New("the messenger rejected the message") // the same message will never pass
	ErrUnavailable    = errors.New("the messenger is unavailable")       // surely not delivered; try later
	ErrUnauthorized   = errors.New("the messenger refused the account")  // the token is wrong or revoked
	ErrUnknownOutcome = errors.New("the outcome is unknown")             // may have been delivered

	ErrTooBig = errors.New("the file is too big")
	ErrGone   = errors.New("the messenger no longer has the file")
)

// ThrottledError says that the messenger wants to be left in peace for a
// while. Nothing was delivered.
type ThrottledError struct{ After time.Duration }

func (e *ThrottledError) Error() string {
	return fmt.Sprintf("the messenger asks to wait %s", e.After)
}
