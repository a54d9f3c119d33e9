package cloudapi

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"besedka/bots"
)

// classify says in the words of package bots how a call failed.
func classify(err error) error {
	if e, ok := errors.AsType[*refusalError](err); ok {
		return refusal(e.code)
	}
	if e, ok := errors.AsType[*strangeError](err); ok {
		return fmt.Errorf("%w: %w", kindOfStatus(e.status), err)
	}
	if _, ok := errors.AsType[*unsentError](err); ok {
		return fmt.Errorf("%w: %w", bots.ErrUnavailable, err)
	}
	return fmt.Errorf("%w: %w", bots.ErrUnknownOutcome, err)
}

// kindOfStatus judges a page that is not the Graph API's. A proxy that had no
// answer in time may have sent the message first; one that says it is out of
// service has not looked at it.
func kindOfStatus(status int) error {
	switch {
	case status == http.StatusRequestEntityTooLarge:
		return bots.ErrRejected
	case status == http.StatusServiceUnavailable:
		return bots.ErrUnavailable
	case status < http.StatusMultipleChoices, status >= http.StatusInternalServerError:
		return bots.ErrUnknownOutcome
	}
	return bots.ErrUnavailable
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
	return fmt.Errorf("%w: code %d", kind, code)
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
