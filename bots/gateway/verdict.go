package gateway

import (
	"errors"
	"sync"
	"time"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/conversation"
)

// How long to go on trying. The last attempts are maxPause apart, so a message
// outlives an outage of a day.
const (
	firstPause   = 2 * time.Second
	maxPause     = 10 * time.Minute
	maxAttempts  = 150
	refusedPause = time.Minute      // of a whole account that is refused
	echoPause    = 30 * time.Second // for a messenger to tell what became of a message
)

// doubt is the reason of a message that may have been delivered.
const doubt = "unknown_outcome"

// verdict is what becomes of a message whose sending ended with err. An
// unknown outcome is tried once more, since a shopper would rather read an
// answer twice than never, and on a channel that tells what became of it only when
// that has not been told for a while; a channel that drops repetitions is simply
// tried again.
func verdict(now time.Time, m *conversation.Send, err error, of chat.Caps) conversation.Mark {
	throttled, isThrottled := errors.AsType[*bots.ThrottledError](err)
	switch {
	case err == nil:
		return conversation.Mark{State: conversation.Sent}
	case isThrottled:
		return retry(m, now.Add(throttled.After), "throttled")
	case errors.Is(err, bots.ErrRejected):
		return conversation.Mark{State: conversation.Failed, Reason: "rejected"}
	case errors.Is(err, bots.ErrTemplate):
		return conversation.Mark{State: conversation.Failed, Reason: refusedTemplate}
	case errors.Is(err, bots.ErrWindowClosed):
		return conversation.Mark{State: conversation.Failed, Reason: "window_closed"}
	case m.Attempts+1 >= maxAttempts:
		return conversation.Mark{State: conversation.Failed, Reason: "unavailable"}
	case errors.Is(err, errUnasked):
		return retry(m, now.Add(firstPause), m.Reason)
	case errors.Is(err, bots.ErrUnavailable), errors.Is(err, bots.ErrUnauthorized), of.Idempotent:
		return retry(m, now.Add(backoff(m.Attempts)), "unavailable")
	case m.Reason != doubt && of.Echo:
		return retry(m, now.Add(echoPause), doubt)
	case m.Reason != doubt:
		return retry(m, now.Add(firstPause), doubt)
	}
	return conversation.Mark{State: conversation.Unknown, Reason: doubt}
}

// errHeld keeps the bot silent: somebody of the staff has the conversation.
var errHeld = errors.New("people have the conversation")

// refusedTemplate is why a message was not sent whose template does not pass.
const refusedTemplate = "template_refused"

// within has what the bot says wait while people have the conversation, and a message
// whose window is closed, and whose template does not pass, wait for the person to write,
// on a channel that has windows. News does not: who is silent for a year would hear a
// year's news at once, and each is billed.
func within(l *conversation.Lane, s *conversation.Send, err error, m conversation.Mark) conversation.Mark {
	if errors.Is(err, errHeld) {
		return conversation.Mark{State: conversation.Waiting, Reason: "people"}
	}
	shut := errors.Is(err, bots.ErrWindowClosed) || errors.Is(err, bots.ErrTemplate)
	if shut && !l.Window.IsZero() && !s.Low {
		return conversation.Mark{State: conversation.Waiting, Reason: m.Reason, Window: l.Window}
	}
	return m
}

// retry tries m again. A doubt outlives what happens next, or a messenger that
// throttles every other attempt would have the message said without end.
func retry(m *conversation.Send, at time.Time, reason string) conversation.Mark {
	if m.Reason == doubt {
		reason = doubt
	}
	return conversation.Mark{State: conversation.Retry, Reason: reason, RetryAt: at}
}

// backoff is the pause after so many attempts before this one.
func backoff(before int) time.Duration {
	return min(firstPause<<min(before, 16), maxPause)
}

// throttling gathers which chats were throttled, over Steps in which nothing got
// through: one that is paced sends to fewer than manyChats.
type throttling struct {
	mu     sync.Mutex
	chats  map[int64]bool
	until  time.Time
	passed bool // a message got through
}

// manyChats throttled at once, or one after the other, mean that the whole account is.
const manyChats = 3

func (t *throttling) add(chat int64, until time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.chats == nil {
		t.chats = map[int64]bool{}
	}
	t.chats[chat] = true
	if until.After(t.until) {
		t.until = until
	}
}

func (t *throttling) pass() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.passed = true
}

// whole is until when the account is throttled, at the end of a Step; zero when only
// chats are.
func (t *throttling) whole() (until time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.chats) >= manyChats {
		until = t.until
	}
	if t.passed || !until.IsZero() {
		t.chats, t.until, t.passed = nil, time.Time{}, false
	}
	return until
}
