package gateway

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"besedka/bots"
	"besedka/core/consent"
	"besedka/core/letter"
)

// Letters sends what members are written by one medium.
type Letters struct {
	letters *letter.Service
	medium  consent.Medium
	carrier bots.Carrier
	end     func(token string) string // the address that ends such letters
	now     func() time.Time          // sends take long: pauses count from their end
	log     *slog.Logger
	hold    hold
}

// NewLetters sends through c. end makes the address that ends letters like one, from its
// token.
func NewLetters(letters *letter.Service, m consent.Medium, c bots.Carrier, end func(token string) string, now func() time.Time, log *slog.Logger) *Letters {
	return &Letters{letters: letters, medium: m, carrier: c, end: end, now: now, log: log}
}

// Step sends letters that are due, at once, and asks what became of others. next is when
// to look again.
func (p *Letters) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	if until := p.hold.until(); until.After(now) {
		return false, until, nil
	}
	claimed, next, err := p.letters.Claim(ctx, now, p.medium)
	if err != nil || len(claimed) == 0 {
		return false, next, err
	}
	var all sync.WaitGroup
	kept := make([]error, len(claimed))
	for i, l := range claimed {
		all.Go(func() { kept[i] = p.carry(ctx, l) })
	}
	all.Wait()
	return true, time.Time{}, errors.Join(kept...)
}

// carry does what is next for one letter and keeps what came of it. A call that has begun
// comes to its end when the process is told to stop: its outcome is worth knowing, and
// insisted on.
func (p *Letters) carry(ctx context.Context, l letter.Claimed) error {
	ctx = context.WithoutCancel(ctx)
	mark := p.next(ctx, l)
	mark.ID = l.ID
	for try := 1; ; try++ {
		err := p.letters.Mark(ctx, p.now(), mark)
		if err == nil || try == keepTries {
			return err
		}
		bots.Pause(ctx, keepPause)
	}
}

func (p *Letters) next(ctx context.Context, l letter.Claimed) letter.Mark {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	tracker, tracks := p.carrier.(bots.Tracker)
	out := bots.Letter{Key: l.Key, To: l.To, Title: l.Title, Text: l.Text}
	if l.Unasked {
		out.Unsubscribe = p.end(p.letters.Token(p.medium, l.Subject))
		out.Text = strings.ReplaceAll(out.Text, letter.EndMark, out.Unsubscribe)
	}
	switch {
	case l.Sent:
		return p.report(ctx, tracker, out, l)
	case l.Doubt && tracks:
		return p.clear(ctx, tracker, out, l)
	case l.Doubt && l.Secret:
		return letter.Mark{State: letter.Unknown, Reason: doubt}
	case l.Doubt: // the same letter again is known by its key
		return letter.Mark{State: letter.Pending, Due: p.now()}
	}
	external, err := p.carrier.Send(ctx, out)
	mark := judge(p.now(), l, err, tracks)
	mark.External = external
	p.tell(ctx, l, mark, err)
	return mark
}

// tell logs by ids only.
func (p *Letters) tell(ctx context.Context, l letter.Claimed, mark letter.Mark, err error) {
	if err == nil {
		p.log.InfoContext(ctx, "letter sent", "letter", l.ID, "medium", p.medium, "parts", l.Parts)
		return
	}
	p.log.WarnContext(ctx, "letter not sent", "letter", l.ID, "medium", p.medium, "state", mark.State, "attempt", l.Attempts+1, "err", err)
	if errors.Is(err, bots.ErrUnauthorized) {
		p.hold.set(p.now().Add(refusedPause))
	}
	if throttled, ok := errors.AsType[*bots.ThrottledError](err); ok {
		p.hold.set(p.now().Add(throttled.After))
	}
}

// mostDoubts is how often a letter that may have been sent is sent once more, where
// whoever gets it can tell that it is the same.
const mostDoubts = 3

// judge is what becomes of a letter whose sending ended with err.
func judge(now time.Time, l letter.Claimed, err error, tracks bool) letter.Mark {
	throttled, isThrottled := errors.AsType[*bots.ThrottledError](err)
	switch {
	case err == nil:
		return letter.Mark{State: letter.Sent, Due: firstLook(now, tracks), Tried: true}
	case isThrottled:
		return letter.Mark{State: letter.Pending, Due: now.Add(throttled.After), Reason: "throttled"}
	case errors.Is(err, bots.ErrRejected), errors.Is(err, bots.ErrBlocked):
		return letter.Mark{State: letter.Failed, Reason: "rejected", Tried: true}
	case errors.Is(err, bots.ErrUnavailable), errors.Is(err, bots.ErrUnauthorized):
		return letter.Mark{State: letter.Pending, Due: now.Add(backoff(l.Attempts)), Reason: "unavailable", Tried: true}
	case !tracks && (l.Secret || l.Attempts+1 >= mostDoubts):
		return letter.Mark{State: letter.Unknown, Reason: doubt, Tried: true}
	}
	return letter.Mark{State: letter.Pending, Due: now.Add(letter.DoubtPause), Reason: doubt, Doubt: true, Tried: true}
}

// mostAsks is how often a provider is asked about a letter in doubt: for a day and more.
const mostAsks = 150

// clear asks what became of a letter in doubt. What was never handed over begins anew.
func (p *Letters) clear(ctx context.Context, t bots.Tracker, out bots.Letter, l letter.Claimed) letter.Mark {
	fate, err := t.Track(ctx, out)
	now := p.now()
	switch {
	case err != nil && l.Attempts >= mostAsks:
		return letter.Mark{State: letter.Unknown, Reason: doubt}
	case err != nil:
		p.log.WarnContext(ctx, "a letter in doubt stays so", "letter", l.ID, "medium", p.medium, "err", err)
		return letter.Mark{State: letter.Pending, Due: now.Add(max(letter.DoubtPause, backoff(l.Attempts))), Reason: doubt, Doubt: true, Tried: true}
	case fate == bots.Unheard:
		return letter.Mark{State: letter.Pending, Due: now}
	}
	return fated(fate, firstLook(now, true))
}

// report asks what became of a letter that was sent.
func (p *Letters) report(ctx context.Context, t bots.Tracker, out bots.Letter, l letter.Claimed) letter.Mark {
	if t == nil {
		return letter.Mark{State: letter.Sent}
	}
	fate, err := t.Track(ctx, out)
	if err != nil {
		p.log.WarnContext(ctx, "what became of a letter is not known", "letter", l.ID, "medium", p.medium, "err", err)
	}
	return fated(fate, nextLook(p.now(), l.SentAt))
}

func fated(f bots.Fate, next time.Time) letter.Mark {
	switch f {
	case bots.Arrived:
		return letter.Mark{State: letter.Delivered}
	case bots.Undelivered:
		return letter.Mark{State: letter.Failed, Reason: "undelivered"}
	}
	return letter.Mark{State: letter.Sent, Due: next}
}

// looks are when after its sending a letter is asked after: most arrive within seconds,
// and operators give up after a day.
var looks = []time.Duration{time.Minute, 10 * time.Minute, 2 * time.Hour, 25 * time.Hour}

func firstLook(now time.Time, tracks bool) time.Time {
	if !tracks {
		return time.Time{}
	}
	return nextLook(now, now)
}

// nextLook is zero after the last one.
func nextLook(now, sent time.Time) time.Time {
	for _, after := range looks {
		if at := sent.Add(after); at.After(now) {
			return at
		}
	}
	return time.Time{}
}

// hold leaves a provider in peace.
type hold struct {
	mu sync.Mutex
	at time.Time
}

func (h *hold) set(until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if until.After(h.at) {
		h.at = until
	}
}

func (h *hold) until() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}
