package gateway

import (
	"errors"
	"strconv"
	"time"

	"besedka/bots"
	"besedka/core/conversation"
)

// statuses are those of messages of ours: their ids are rows of the outbox.
func statuses(told []bots.Status) (list []conversation.Status) {
	for _, t := range told {
		id, err := strconv.ParseInt(t.ID, 10, 64)
		if err != nil || t.External == "" {
			continue
		}
		s := conversation.Status{Outbox: id, External: t.External, Arrival: arrivals[t.State], Failed: t.State == bots.Failed}
		if s.Failed {
			s.Reason, s.After = failure(t.Err)
			s.Again = s.After > 0
		}
		list = append(list, s)
	}
	return list
}

var arrivals = map[bots.State]conversation.Arrived{bots.Delivered: conversation.Delivered, bots.Seen: conversation.Seen}

// failure is why a message that was taken did not arrive, and after what time it
// is worth another try; 0 is never.
func failure(err error) (reason string, after time.Duration) {
	if throttled, ok := errors.AsType[*bots.ThrottledError](err); ok {
		return "throttled", throttled.After
	}
	switch {
	case errors.Is(err, bots.ErrTemplate):
		return refusedTemplate, 0
	case errors.Is(err, bots.ErrWindowClosed):
		return "window_closed", 0
	case errors.Is(err, bots.ErrBlocked):
		return "blocked", 0
	case errors.Is(err, bots.ErrUnavailable), errors.Is(err, bots.ErrUnauthorized):
		return "unavailable", refusedPause
	}
	return "rejected", 0
}
