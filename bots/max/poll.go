package max

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"besedka/bots"
)

// Run implements bots.Listener.
func (a *Adapter) Run(ctx context.Context, sink bots.Sink) error {
	if a.cfg.WebhookURL != "" {
		return a.retry(ctx, a.subscribe)
	}
	var c cursor
	return a.retry(ctx, func(ctx context.Context) (err error) {
		if c.bot == 0 {
			if c, err = a.begin(ctx); err != nil {
				return err
			}
		}
		return a.poll(ctx, sink, &c)
	})
}

// retry does a thing over and over until ctx ends or MAX refuses the account.
func (a *Adapter) retry(ctx context.Context, do func(context.Context) error) error {
	complain := func(err error) {
		a.cfg.Log.WarnContext(ctx, "max updates not read", "account", a.Account(), "err", err)
	}
	return bots.Retry(ctx, complain, do)
}

// renewal is how often a subscription is renewed: MAX ends one whose address was
// out of reach for eight hours.
const renewal = time.Hour

// subscribe has MAX post updates to our webhook, and looks after that for a while;
// see Webhook.
func (a *Adapter) subscribe(ctx context.Context) error {
	body := map[string]any{"url": a.cfg.WebhookURL, "update_types": updateTypes, "secret": a.cfg.WebhookSecret}
	if err := a.do(ctx, request{method: http.MethodPost, path: "/subscriptions", body: body}); err != nil {
		return err
	}
	a.wait(ctx, renewal)
	return nil
}

// do makes a request whose answer is whether it was done.
func (a *Adapter) do(ctx context.Context, r request) error {
	var done struct {
		Success bool   `json:"success"`
		Message string `json:"message"`
	}
	err := a.call(ctx, r, &done)
	if err == nil && !done.Success {
		err = fmt.Errorf("%w: %s %s: %s", bots.ErrRejected, r.method, r.path, done.Message)
	}
	return err
}

// cursor is where the next poll begins. Markers are of one bot: with the token of
// another one they mean nothing.
type cursor struct {
	bot, marker int64
	known       bool // there is a marker
	asked       bool // for one
}

func (c cursor) String() string { return fmt.Sprintf("%d/%d", c.bot, c.marker) }

// begin makes ready to poll: while there is a subscription MAX answers no poll.
func (a *Adapter) begin(ctx context.Context) (cursor, error) {
	if err := a.unsubscribe(ctx); err != nil {
		return cursor{}, err
	}
	var me struct {
		ID int64 `json:"user_id"`
	}
	if err := a.call(ctx, request{method: http.MethodGet, path: "/me"}, &me); err != nil {
		return cursor{}, err
	}
	kept, err := a.cfg.Cursor(ctx, a.Account())
	if err != nil {
		return cursor{}, err
	}
	c := cursor{bot: me.ID}
	bot, marker, _ := strings.Cut(kept, "/")
	if bot == strconv.FormatInt(me.ID, 10) {
		c.marker, err = strconv.ParseInt(marker, 10, 64)
		c.known = err == nil
	}
	return c, nil
}

func (a *Adapter) unsubscribe(ctx context.Context) error {
	var now struct {
		Subscriptions []struct {
			URL string `json:"url"`
		} `json:"subscriptions"`
	}
	if err := a.call(ctx, request{method: http.MethodGet, path: "/subscriptions"}, &now); err != nil {
		return err
	}
	for _, s := range now.Subscriptions {
		if err := a.do(ctx, request{method: http.MethodDelete, path: "/subscriptions", query: url.Values{"url": {s.URL}}}); err != nil {
			return err
		}
	}
	return nil
}

// poll asks for updates from c on, which confirms those before it. A bot that has never
// been read gets its first marker at once, lest it lose what comes while it waits for one.
func (a *Adapter) poll(ctx context.Context, sink bots.Sink, c *cursor) error {
	query := url.Values{"limit": {"100"}, "types": {strings.Join(updateTypes, ",")}}
	if c.known {
		query.Set("marker", strconv.FormatInt(c.marker, 10))
	}
	if c.known || c.asked {
		query.Set("timeout", strconv.Itoa(int(pollTimeout.Seconds())))
	} else {
		query.Set("timeout", "0")
	}
	var page struct {
		Updates []json.RawMessage `json:"updates"`
		Marker  *int64            `json:"marker"`
	}
	if err := a.ask(ctx, a.polls, request{method: http.MethodGet, path: "/updates", query: query}, &page); err != nil {
		return err
	}
	return a.take(ctx, sink, c, page.Updates, page.Marker)
}

// take commits what a poll brought, with where the next one begins.
func (a *Adapter) take(ctx context.Context, sink bots.Sink, c *cursor, updates []json.RawMessage, marker *int64) error {
	n := a.read(updates)
	next := *c
	next.asked = true
	if marker != nil {
		next.marker, next.known = *marker, true
		n.Cursor = next.String()
	}
	if len(updates) > 0 || next.marker != c.marker {
		if err := sink(ctx, n.Batch); err != nil {
			return fmt.Errorf("take %d updates: %w", len(updates), err)
		}
	}
	a.stopSpinners(ctx, n.taps)
	*c = next
	return nil
}

// stopSpinners tells MAX that taps arrived; until then the button shows a spinner.
// MAX wants something to show: a sign of no language. One that fails is no harm.
func (a *Adapter) stopSpinners(ctx context.Context, taps []string) {
	complain := func(err error) {
		a.cfg.Log.DebugContext(ctx, "max tap not answered", "account", a.Account(), "err", err)
	}
	bots.AnswerTaps(ctx, taps, complain, func(ctx context.Context, id string) error {
		return a.do(ctx, request{method: http.MethodPost, path: "/answers", query: url.Values{"callback_id": {id}}, body: map[string]string{"notification": "✓"}})
	})
}
