package vk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"besedka/bots"
)

// Run implements bots.Listener. With a webhook there is nothing to ask.
func (a *Adapter) Run(ctx context.Context, sink bots.Sink) error {
	if a.cfg.WebhookSecret != "" {
		<-ctx.Done()
		return nil
	}
	var s session
	complain := func(err error) {
		a.cfg.Log.WarnContext(ctx, "vk events not read", "account", a.Account(), "err", err)
	}
	return bots.Retry(ctx, complain, func(ctx context.Context) error { return a.step(ctx, sink, &s) })
}

// session is an access to the Long Poll server. TS is where the next poll begins:
// VK keeps events for a while, but does not remember what we have taken.
type session struct {
	Server string `json:"server"`
	Key    string `json:"key"`
	TS     number `json:"ts"`

	used bool // the key was good once
}

// number is one that VK writes now as a number, now as a string.
type number string

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(text []byte) error {
	*n = number(strings.Trim(string(text), `"`))
	if _, err := strconv.ParseUint(string(*n), 10, 64); err != nil {
		return errors.New("not a number")
	}
	return nil
}

func (a *Adapter) step(ctx context.Context, sink bots.Sink, s *session) error {
	if s.Key == "" {
		return a.begin(ctx, sink, s)
	}
	return a.poll(ctx, sink, s)
}

// begin gets a new key, and goes on where reading stopped. Who has never read begins
// with what comes from now on.
func (a *Adapter) begin(ctx context.Context, sink bots.Sink, s *session) error {
	kept, err := a.cfg.Cursor(ctx, a.Account())
	switch {
	case err != nil:
		return err
	case kept == "":
		return a.restart(ctx, sink, s)
	}
	fresh, err := a.access(ctx)
	if err != nil {
		return err
	}
	fresh.TS = number(kept)
	*s = fresh
	return nil
}

// restart forgets where reading stopped: it begins with what comes from now on, and
// keeps that at once.
func (a *Adapter) restart(ctx context.Context, sink bots.Sink, s *session) error {
	fresh, err := a.access(ctx)
	if err != nil {
		return err
	}
	if err := sink(ctx, bots.Batch{Account: a.Account(), Cursor: string(fresh.TS)}); err != nil {
		return err
	}
	*s = fresh
	return nil
}

// access asks for a new key.
func (a *Adapter) access(ctx context.Context) (fresh session, err error) {
	err = a.call(ctx, "groups.getLongPollServer", "", url.Values{"group_id": {strconv.FormatInt(a.cfg.Group, 10)}}, &fresh)
	return fresh, err
}

// page is an answer of the Long Poll server.
type page struct {
	TS      number            `json:"ts"`
	Updates []json.RawMessage `json:"updates"`
	Failed  int               `json:"failed"`
}

// What a page that failed means, dev.vk.com/ru/api/bots-long-poll/getting-started.
const (
	historyLost = 1 // go on from the ts given
	keyExpired  = 2
	allLost     = 3 // begin anew: even the ts is of no use
)

func (a *Adapter) poll(ctx context.Context, sink bots.Sink, s *session) error {
	p, err := a.ask(ctx, *s)
	if err != nil {
		return err
	}
	switch p.Failed {
	case 0:
		return a.take(ctx, sink, s, p)
	case historyLost, allLost:
		a.cfg.Log.ErrorContext(ctx, "vk has forgotten events that were not read yet", "account", a.Account(), "failed", p.Failed)
	}
	if p.Failed == allLost {
		return a.restart(ctx, sink, s)
	}
	if p.Failed == keyExpired {
		used := s.used
		*s = session{}
		if !used { // asking for keys without a pause would never end
			return fmt.Errorf("%w: long poll refuses a new key", bots.ErrUnavailable)
		}
		return nil
	}
	return a.take(ctx, sink, s, p)
}

func (a *Adapter) ask(ctx context.Context, s session) (p page, err error) {
	query := url.Values{"act": {"a_check"}, "key": {s.Key}, "ts": {string(s.TS)}, "wait": {strconv.Itoa(int(pollTimeout.Seconds()))}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Server+"?"+query.Encode(), nil)
	if err != nil {
		return p, fmt.Errorf("%w: bad address of the long poll server", bots.ErrUnavailable)
	}
	answer, err := bots.Call(a.polls, req)
	switch {
	case err != nil:
		return p, fmt.Errorf("long poll: %w", err)
	case answer.Status != http.StatusOK || json.Unmarshal(answer.Body, &p) != nil:
		return p, fmt.Errorf("%w: long poll: strange answer with status %d", bots.ErrUnavailable, answer.Status)
	case p.Failed != keyExpired && p.Failed != allLost && p.TS == "":
		return p, fmt.Errorf("%w: long poll: no ts", bots.ErrUnavailable)
	}
	return p, nil
}

// take commits what a poll brought, with where the next one begins.
func (a *Adapter) take(ctx context.Context, sink bots.Sink, s *session, p page) error {
	n := a.read(p.Updates)
	n.Cursor = string(p.TS)
	if len(p.Updates) > 0 || p.TS != s.TS {
		if err := sink(ctx, n.Batch); err != nil {
			return fmt.Errorf("take %d events: %w", len(p.Updates), err)
		}
	}
	a.stopSpinners(ctx, n.taps)
	s.TS, s.used = p.TS, true
	return nil
}

// stopSpinners tells VK that taps arrived; until then, for a minute at most, the
// button shows a spinner. One that fails is no harm.
func (a *Adapter) stopSpinners(ctx context.Context, taps []tap) {
	complain := func(err error) {
		a.cfg.Log.DebugContext(ctx, "vk tap not answered", "account", a.Account(), "err", err)
	}
	bots.AnswerTaps(ctx, taps, complain, func(ctx context.Context, t tap) error {
		params := url.Values{"event_id": {t.Event}, "user_id": {strconv.FormatInt(t.User, 10)}, "peer_id": {strconv.FormatInt(t.Peer, 10)}}
		return a.call(ctx, "messages.sendMessageEventAnswer", "", params, new(json.RawMessage))
	})
}
