package sms

import (
	"fmt"
	"time"

	"besedka/bots"
)

// notFound is the error of status.php for a message that the provider does not have.
const notFound = 3

// What the provider refuses for, smsc.ru/api/http/send/sms, error_code.
const (
	badParameters  = 1
	badLogin       = 2 // or a network address that the account does not allow
	noMoney        = 3
	addressBlocked = 4 // ours, for too many mistakes
	badTime        = 5
	forbidden      = 6 // by its words or its sender
	badPhone       = 7
	undeliverable  = 8
	repeated       = 9 // the same message twice in a minute, or more than 15 calls at once
)

// blockedFor is how long to leave a provider in peace that has blocked us.
const blockedFor = 5 * time.Minute

func refusal(code int) error {
	switch code {
	case badLogin:
		return fmt.Errorf("%w: the provider's error 2", bots.ErrUnauthorized)
	case noMoney:
		return fmt.Errorf("%w: the account at the provider is empty (error 3)", bots.ErrUnavailable)
	case addressBlocked:
		return &bots.ThrottledError{After: blockedFor}
	case repeated: // the first of the two may be ours
		return fmt.Errorf("%w: the provider's error 9", bots.ErrUnknownOutcome)
	case badParameters, badTime, forbidden, badPhone, undeliverable:
		return fmt.Errorf("%w: the provider's error %d", bots.ErrRejected, code)
	}
	return fmt.Errorf("%w: the provider's error %d, which we do not know", bots.ErrUnknownOutcome, code)
}

// fateOf reads a status, smsc.ru/api/http/status_messages.
func fateOf(status int) bots.Fate {
	switch status {
	case -3: // not found
		return bots.Unheard
	case -1, 0: // it waits, or is the operator's
		return bots.OnTheWay
	case 1, 2, 4: // delivered, read, its link opened
		return bots.Arrived
	}
	return bots.Undelivered // -2 stopped, 3 too late, 20 and above: why not
}
